using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Quality;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Jobs;

/// <summary>The newest completed scan of a data set, which is the one that pages, gate and runs go by.</summary>
internal static class NewestScan
{
    /// <summary>Rules whose errors say that held-out images are in train; an honest split resolves them.</summary>
    public static QualityRule[] LeakageRules { get; } =
        [QualityRule.ExactDuplicateAcrossSplits, QualityRule.NearDuplicateAcrossSplits, QualityRule.SourceAcrossSplits];

    /// <summary>The scan.</summary>
    /// <param name="db">The database.</param>
    /// <param name="datasetId">The data set.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Null when none was completed.</returns>
    public static Task<QualityScanRow?> FindAsync(DashboardContext db, int datasetId, CancellationToken cancellationToken) =>
        db.QualityScans.AsNoTracking()
            .Where(s => s.DatasetId == datasetId && s.State == ScanState.Completed)
            .OrderByDescending(s => s.Id)
            .FirstOrDefaultAsync(cancellationToken);

    /// <summary>Notes that the data set is no longer as the scan saw it.</summary>
    /// <param name="db">The database.</param>
    /// <param name="datasetId">The data set.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task.</returns>
    public static async Task MarkOutdatedAsync(DashboardContext db, int datasetId, CancellationToken cancellationToken)
    {
        if (await FindAsync(db, datasetId, cancellationToken) is { IsOutdated: false } scan)
        {
            await db.QualityScans.Where(s => s.Id == scan.Id).ExecuteUpdateAsync(s => s.SetProperty(x => x.IsOutdated, true), cancellationToken);
        }
    }

    /// <summary>The findings of a scan that nobody has asked not to hear of.</summary>
    /// <param name="db">The database.</param>
    /// <param name="scan">The scan.</param>
    /// <returns>A query.</returns>
    public static IQueryable<QualityFindingRow> Unresolved(DashboardContext db, QualityScanRow scan) =>
        db.QualityFindings.Where(f => f.ScanId == scan.Id
            && !db.QualityIgnores.Any(i => i.DatasetId == scan.DatasetId && i.Rule == f.Rule && i.RelativePath == f.RelativePath));

    /// <summary>Counts the unresolved findings of the scan again.</summary>
    /// <param name="db">The database.</param>
    /// <param name="datasetId">The data set.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task.</returns>
    public static async Task RecountAsync(DashboardContext db, int datasetId, CancellationToken cancellationToken)
    {
        if (await FindAsync(db, datasetId, cancellationToken) is not { } scan)
        {
            return;
        }

        var all = await CountsAsync(db.QualityFindings.Where(f => f.ScanId == scan.Id), cancellationToken);
        var open = await CountsAsync(Unresolved(db, scan), cancellationToken);
        var counts = all
            .Select(c => (c.Key, All: c.Value, Open: open.GetValueOrDefault(c.Key)))
            .Select(c => new QualityCount(c.Key.Rule, c.Key.Severity, c.Key.Split, c.Key.Label, c.Open, c.All - c.Open))
            .OrderBy(c => c.Rule).ThenBy(c => c.Severity).ThenBy(c => c.Split).ThenBy(c => c.Label);
        await SetCountsAsync(db, scan.Id, new QualityCounts([.. counts]), cancellationToken);
    }

    /// <summary>Stores the counts of a scan.</summary>
    /// <param name="db">The database.</param>
    /// <param name="scanId">The scan.</param>
    /// <param name="counts">What was counted.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task.</returns>
    public static async Task SetCountsAsync(DashboardContext db, int scanId, QualityCounts counts, CancellationToken cancellationToken)
    {
        var (errors, warnings, infos) = (counts.Open(QualitySeverity.Error), counts.Open(QualitySeverity.Warning), counts.Open(QualitySeverity.Info));
        var json = counts.ToJson();
        await db.QualityScans.Where(s => s.Id == scanId).ExecuteUpdateAsync(
            s => s.SetProperty(x => x.Errors, errors).SetProperty(x => x.Warnings, warnings).SetProperty(x => x.Infos, infos).SetProperty(x => x.CountsJson, json),
            cancellationToken);
    }

    /// <summary>Why a data set's files and labels cannot be changed now.</summary>
    /// <param name="dataset">The data set; null when it is gone.</param>
    /// <returns>A sentence, or null when they can.</returns>
    public static string? Obstacle(Dataset? dataset) => dataset switch
    {
        null => "The data set has been removed.",
        { State: DatasetState.Pending or DatasetState.Working } => $"'{dataset.Name}' is being prepared or indexed. Wait until that has ended and try again.",
        { Version: 0 } => $"'{dataset.Name}' has not been indexed. Index it first.",
        _ => null,
    };

    private static async Task<Dictionary<(QualityRule Rule, QualitySeverity Severity, Split? Split, Label? Label), int>> CountsAsync(
        IQueryable<QualityFindingRow> findings, CancellationToken cancellationToken)
    {
        var groups = await findings
            .GroupBy(f => new { f.Rule, f.Severity, f.Split, f.Label })
            .Select(g => new { g.Key, Count = g.Count() })
            .ToListAsync(cancellationToken);
        return groups.ToDictionary(g => (g.Key.Rule, g.Key.Severity, g.Key.Split, g.Key.Label), g => g.Count);
    }
}
