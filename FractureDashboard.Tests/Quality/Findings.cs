using System.Text.Json;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Quality;
using FractureDashboard.Quality;
using FractureDashboard.Storage;
using FractureDashboard.Tests.Gallery;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Tests.Quality;

/// <summary>Scans and findings in a database, as a scan would have left them there.</summary>
internal static class Findings
{
    public static QualityFindingRow Of(
        QualityRule rule, string path, string? group = null, Split? split = Split.Train, Label? label = Label.Fractured,
        QualitySeverity severity = QualitySeverity.Warning, double? score = null, string evidence = "Seen.") => new()
        {
            Rule = rule,
            Severity = severity,
            RelativePath = path,
            Split = split,
            Label = label,
            ContentHash = GalleryDatabase.Hash(path),
            Evidence = evidence,
            GroupKey = group,
            Score = score,
        };

    /// <summary>Stores a completed scan.</summary>
    public static async Task<QualityScanRow> AddScanAsync(
        this IDbContextFactory<DashboardContext> databases, int datasetId, IEnumerable<QualityFindingRow> findings, LeakageCount? leakage = null, Action<QualityScanRow>? change = null)
    {
        await using var db = await databases.CreateDbContextAsync();
        var dataset = await db.Datasets.SingleAsync(d => d.Id == datasetId);
        var rows = findings.ToList();
        var scan = new QualityScanRow
        {
            DatasetId = datasetId,
            DatasetVersion = dataset.Version,
            Fingerprint = dataset.Fingerprint,
            State = ScanState.Completed,
            CreatedUtc = DateTime.UtcNow,
            StartedUtc = DateTime.UtcNow,
            FinishedUtc = DateTime.UtcNow,
            Files = 100,
            Errors = rows.Count(f => f.Severity == QualitySeverity.Error),
            Warnings = rows.Count(f => f.Severity == QualitySeverity.Warning),
            LeakageJson = leakage is null ? null : JsonSerializer.Serialize(leakage),
        };
        change?.Invoke(scan);
        db.QualityScans.Add(scan);
        await db.SaveChangesAsync();
        rows.ForEach(f => f.ScanId = scan.Id);
        db.QualityFindings.AddRange(rows);
        await db.SaveChangesAsync();
        return scan;
    }

    /// <summary>What stands above a page, without asking the quarantine.</summary>
    public static async Task<QualityHeader> HeaderAsync(this IDbContextFactory<DashboardContext> databases, int datasetId, params string[] aside)
    {
        await using var db = await databases.CreateDbContextAsync();
        var scans = db.QualityScans.AsNoTracking().Where(s => s.DatasetId == datasetId).OrderByDescending(s => s.Id);
        return new QualityHeader(
            await db.Datasets.AsNoTracking().SingleAsync(d => d.Id == datasetId),
            await scans.FirstOrDefaultAsync(),
            await scans.FirstOrDefaultAsync(s => s.State == ScanState.Completed),
            aside,
            await db.QualityIgnores.CountAsync(i => i.DatasetId == datasetId),
            0);
    }

    public static async Task IgnoreAsync(this IDbContextFactory<DashboardContext> databases, int datasetId, QualityRule rule, params string[] paths)
    {
        await using var db = await databases.CreateDbContextAsync();
        db.QualityIgnores.AddRange(paths.Select(p => new QualityIgnore { DatasetId = datasetId, Rule = rule, RelativePath = p, Reason = "Known.", CreatedUtc = DateTime.UtcNow }));
        await db.SaveChangesAsync();
    }
}
