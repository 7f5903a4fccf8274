using FractureDashboard.ML.Quality;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Jobs;

/// <summary>Whether data sets are scanned without being asked.</summary>
/// <param name="Enabled">False leaves it to the users.</param>
public sealed record AutomaticScanOptions(bool Enabled = true);

/// <summary>Has a data set scanned when it is new or has changed, so that its user sees at once what is wrong with it.</summary>
/// <param name="databases">The database.</param>
/// <param name="queue">The queue.</param>
/// <param name="options">Whether to do it at all.</param>
public sealed class AutomaticScans(IDbContextFactory<DashboardContext> databases, QualityQueue queue, AutomaticScanOptions options)
{
    private static readonly Dictionary<string, (ML.Datasets.Split, ML.Datasets.Label)> NoCorrections = [];

    /// <summary>To be called when a data set has been indexed. Starts a scan when the last one did not see its files as they are.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task.</returns>
    public async Task AfterIndexingAsync(int datasetId, CancellationToken cancellationToken)
    {
        if (!options.Enabled)
        {
            return;
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.Datasets.AsNoTracking().FirstOrDefaultAsync(d => d.Id == datasetId, cancellationToken) is { } dataset
            && await IsDueAsync(db, dataset, cancellationToken))
        {
            // A refusal means that it is being scanned already, or was removed: nothing is left to do.
            await queue.StartAsync(datasetId, cancellationToken);
        }
    }

    /// <summary>To be called when a scan has ended: one during which the data set was indexed anew is followed by another.</summary>
    /// <param name="scanId">The scan.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task.</returns>
    public async Task AfterScanAsync(int scanId, CancellationToken cancellationToken)
    {
        if (!options.Enabled)
        {
            return;
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var overtaken = await db.QualityScans
            .Where(s => s.Id == scanId && s.State == ScanState.Completed)
            .Join(db.Datasets, s => s.DatasetId, d => d.Id, (s, d) => new { d.Id, d.State, Same = s.Fingerprint == d.Fingerprint })
            .FirstOrDefaultAsync(x => x.State == DatasetState.Ready && !x.Same, cancellationToken);
        if (overtaken is not null)
        {
            await queue.StartAsync(overtaken.Id, cancellationToken);
        }
    }

    /// <summary>Has the data sets scanned that never were, such as those of an earlier version of the program.</summary>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task.</returns>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        if (!options.Enabled)
        {
            return;
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var never = await db.Datasets
            .Where(d => d.State == DatasetState.Ready && !db.QualityScans.Any(s => s.DatasetId == d.Id))
            .OrderBy(d => d.Id)
            .Select(d => d.Id)
            .ToListAsync(cancellationToken);
        foreach (var id in never)
        {
            await queue.StartAsync(id, cancellationToken);
        }
    }

    private static async Task<bool> IsDueAsync(DashboardContext db, Dataset dataset, CancellationToken cancellationToken)
    {
        var last = await db.QualityScans.AsNoTracking().Where(s => s.DatasetId == dataset.Id).OrderByDescending(s => s.Id).FirstOrDefaultAsync(cancellationToken);
        return last is not { State: ScanState.Completed, IsOutdated: false } || last.Fingerprint != dataset.Fingerprint || await FilesChangedAsync(db, dataset, cancellationToken);
    }

    // The fingerprint tells of images only; a scan also looks at what is none.
    private static async Task<bool> FilesChangedAsync(DashboardContext db, Dataset dataset, CancellationToken cancellationToken)
    {
        var seen = await db.QualityFacts
            .Where(f => f.DatasetId == dataset.Id)
            .Select(f => new { f.RelativePath, f.Bytes, f.ModifiedUtc })
            .ToDictionaryAsync(f => f.RelativePath, f => (f.Bytes, f.ModifiedUtc), StringComparer.Ordinal, cancellationToken);
        var files = PlacedFiles.Of(dataset.Root, NoCorrections, cancellationToken);
        return files.Count != seen.Count || files.Any(f => !seen.TryGetValue(f.RelativePath, out var s) || s != (f.Bytes, f.ModifiedUtc));
    }
}
