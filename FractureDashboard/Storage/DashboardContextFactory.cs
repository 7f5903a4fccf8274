using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace FractureDashboard.Storage;

/// <summary>Lets <c>dotnet ef migrations add</c> build the model without starting the web server.</summary>
internal sealed class DashboardContextFactory : IDesignTimeDbContextFactory<DashboardContext>
{
    public DashboardContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<DashboardContext>().UseSqlite("Data Source=:memory:").Options);
}
