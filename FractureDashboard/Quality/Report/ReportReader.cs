using FractureDashboard.Quality.Findings;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Quality.Report;

/// <summary>Counts what the newest completed scan found.</summary>
/// <param name="databases">The database.</param>
public sealed class ReportReader(IDbContextFactory<DashboardContext> databases)
{
    /// <summary>Counts the findings that are shown: without those that are ignored and those about files that were put aside.</summary>
    /// <param name="header">The data set and its scans.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The counts.</returns>
    public async Task<CheckCounts> CountAsync(QualityHeader header, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(header);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return new CheckCounts(await FindingRows.Of(db, header, IgnoredChoice.Without)
            .GroupBy(f => new { f.Rule, f.Severity, f.Split, f.Label })
            .Select(g => new CheckCount(g.Key.Rule, g.Key.Severity, g.Key.Split, g.Key.Label, g.Count()))
            .ToListAsync(cancellationToken));
    }
}
