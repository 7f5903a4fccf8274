using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace FractureDashboard.Storage;

/// <summary>Registers the database and brings its schema up to date.</summary>
public static class StorageServices
{
    /// <summary>Adds the paths and the context factory.</summary>
    /// <param name="services">The services.</param>
    /// <param name="paths">Where the database lies.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddStorage(this IServiceCollection services, AppPaths paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        services.AddSingleton(paths);
        services.AddDbContextFactory<DashboardContext>(o => o
            .UseSqlite($"Data Source={paths.Database};Cache=Private;Foreign Keys=True;Default Timeout=30")
            .AddInterceptors(new SqlitePragmas()));
        return services;
    }

    /// <summary>Applies pending migrations and switches SQLite to write-ahead logging.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task.</returns>
    public static async Task MigrateDatabaseAsync(this IServiceProvider services, CancellationToken cancellationToken = default)
    {
        var factory = services.GetRequiredService<IDbContextFactory<DashboardContext>>();
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        await db.Database.MigrateAsync(cancellationToken);
        await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL;", cancellationToken);
    }

    // With write-ahead logging, NORMAL loses at most the newest commits on a power cut and never the file.
    private sealed class SqlitePragmas : DbConnectionInterceptor
    {
        private const string Sql = "PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-32000;";

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            using var command = connection.CreateCommand();
            command.CommandText = Sql;
            command.ExecuteNonQuery();
        }

        public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = Sql;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
