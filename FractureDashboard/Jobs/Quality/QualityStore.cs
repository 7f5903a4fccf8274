using System.Text.Json;
using FractureDashboard.ML.Quality;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Jobs;

/// <summary>Reads and writes what scans leave behind.</summary>
/// <param name="databases">The database.</param>
/// <param name="clock">The time.</param>
public sealed class QualityStore(IDbContextFactory<DashboardContext> databases, TimeProvider clock)
{
    private const string InsertFacts = """
        INSERT INTO "QualityFacts" ("DatasetId", "RelativePath", "Bytes", "ModifiedUtc", "InspectorVersion", "Json")
        SELECT @p0, @p1, @p2, @p3, @p4, @p5 WHERE EXISTS (SELECT 1 FROM "Datasets" WHERE "Id" = @p0)
        ON CONFLICT ("DatasetId", "RelativePath") DO UPDATE SET "Bytes" = excluded."Bytes", "ModifiedUtc" = excluded."ModifiedUtc",
            "InspectorVersion" = excluded."InspectorVersion", "Json" = excluded."Json"
        """;

    private const string InsertFinding = """
        INSERT INTO "QualityFindings" ("ScanId", "Rule", "Severity", "RelativePath", "Split", "Label", "ContentHash", "Evidence", "GroupKey", "Score")
        VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7, @p8, @p9)
        """;

    private const string InsertSource = """
        INSERT INTO "ImageSources" ("DatasetId", "ContentHash", "Source", "Confidence", "ByHand")
        VALUES (@p0, @p1, @p2, @p3, 0)
        ON CONFLICT ("DatasetId", "ContentHash") DO NOTHING
        """;

    /// <summary>The newest scan of a data set, whatever its state.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Null when it was never scanned.</returns>
    public async Task<QualityScanRow?> NewestAsync(int datasetId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.QualityScans.AsNoTracking().Where(s => s.DatasetId == datasetId).OrderByDescending(s => s.Id).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>The newest completed scan of a data set: the one whose findings are kept.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Null when none was completed.</returns>
    public async Task<QualityScanRow?> NewestCompletedAsync(int datasetId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await NewestScan.FindAsync(db, datasetId, cancellationToken);
    }

    /// <summary>Keeps what a scan saw of files, while it goes on. Does nothing when the data set was removed meanwhile.</summary>
    internal async Task SaveFactsAsync(int datasetId, IReadOnlyList<SeenFile> seen)
    {
        if (seen.Count == 0)
        {
            return;
        }

        await using var db = await databases.CreateDbContextAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        await PreparedRows.WriteAsync(
            db,
            InsertFacts,
            seen,
            s => [datasetId, s.File.RelativePath, s.File.Bytes, s.File.ModifiedUtc, FileFacts.Version, JsonSerializer.Serialize(s.Facts)],
            CancellationToken.None);
        await transaction.CommitAsync();
    }

    /// <summary>Writes what a scan found, in place of the findings of the scans before it: all or nothing.</summary>
    /// <param name="scan">The scan, as claimed.</param>
    /// <param name="result">What it found.</param>
    /// <param name="foundSources">False when sources were not looked for; those known stay.</param>
    /// <param name="remark">What it had to leave out; null when nothing.</param>
    /// <returns>False when the data set was removed meanwhile.</returns>
    internal async Task<bool> ConcludeAsync(QualityScanRow scan, ScanResult result, bool foundSources, string? remark)
    {
        await using var db = await databases.CreateDbContextAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var running = db.QualityScans.Where(s => s.Id == scan.Id && s.State == ScanState.Running);
        if (!await running.AnyAsync())
        {
            return false;
        }

        await RemoveVanishedAsync(db, scan.DatasetId, result);
        await db.QualityFindings
            .Where(f => db.QualityScans.Where(s => s.DatasetId == scan.DatasetId).Select(s => s.Id).Contains(f.ScanId))
            .ExecuteDeleteAsync();
        var findings = await LabelMarks.WithMarksAsync(db, scan.DatasetId, result);
        await PreparedRows.WriteAsync(db, InsertFinding, findings, f => Values(scan.Id, f), CancellationToken.None);
        if (foundSources)
        {
            await db.ImageSources.Where(s => s.DatasetId == scan.DatasetId && !s.ByHand).ExecuteDeleteAsync();
            await PreparedRows.WriteAsync(db, InsertSource, result.Sources, s => [scan.DatasetId, s.ContentHash, s.Source, s.Confidence], CancellationToken.None);
        }

        var ignores = await db.QualityIgnores.Where(i => i.DatasetId == scan.DatasetId).Select(i => new { i.Rule, i.RelativePath }).ToListAsync();
        await NewestScan.SetCountsAsync(db, scan.Id, QualityCounts.Of(findings, ignores.Select(i => (i.Rule, i.RelativePath)).ToHashSet()), CancellationToken.None);
        var leakage = JsonSerializer.Serialize(result.Leakage);
        var now = clock.GetUtcNow().UtcDateTime;

        // What was marked during the scan stays so: the scan may have seen the files before or after.
        await running.ExecuteUpdateAsync(s => s
            .SetProperty(r => r.State, ScanState.Completed)
            .SetProperty(r => r.StateReason, remark)
            .SetProperty(r => r.FinishedUtc, now)
            .SetProperty(r => r.Files, result.Facts.Count)
            .SetProperty(r => r.Reused, result.Reused)
            .SetProperty(r => r.LeakageJson, leakage)
            .SetProperty(r => r.IsOutdated, r => r.IsOutdated || db.Datasets.Any(d => d.Id == r.DatasetId && d.Fingerprint != r.Fingerprint)));
        await transaction.CommitAsync();
        return true;
    }

    private static async Task RemoveVanishedAsync(DashboardContext db, int datasetId, ScanResult result)
    {
        var stored = await db.QualityFacts.Where(f => f.DatasetId == datasetId).Select(f => f.RelativePath).ToListAsync();
        foreach (var gone in stored.Where(p => !result.Facts.ContainsKey(p)).Chunk(500))
        {
            await db.QualityFacts.Where(f => f.DatasetId == datasetId && gone.Contains(f.RelativePath)).ExecuteDeleteAsync();
        }
    }

    private static object?[] Values(int scanId, QualityFinding f) =>
    [
        scanId, (int)f.Rule, (int)f.Severity, f.File.RelativePath, (int?)f.File.Split, (int?)f.File.Label, f.ContentHash, f.Evidence, f.Group, f.Score,
    ];
}
