using FractureDashboard.ML.Datasets;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Jobs;

/// <summary>Entries that an archive held and that were left out when it was unpacked.</summary>
/// <param name="Listed">The first of them.</param>
/// <param name="Count">How many in all.</param>
public sealed record LeftOutFiles(IReadOnlyList<SkippedFile> Listed, int Count)
{
    public static LeftOutFiles None { get; } = new([], 0);
}

/// <summary>Reads and writes the index of a data set. Only rows that differ are written, in one transaction.</summary>
/// <param name="databases">The database.</param>
/// <param name="clock">The time.</param>
public sealed class DatasetIndexStore(IDbContextFactory<DashboardContext> databases, TimeProvider clock)
{
    /// <summary>Marks what no later indexing can see again, because it never left its archive.</summary>
    public const string LeftOutPrefix = "Left out of the archive: ";

    private const int BatchSize = 2000;

    /// <summary>The rows of the index as it stands, by relative path, and what was corrected in them.</summary>
    internal async Task<(Dictionary<string, DatasetImage> Rows, FolderCorrections Corrections)> LoadAsync(int datasetId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return (
            await db.Images.AsNoTracking().Where(i => i.DatasetId == datasetId).ToDictionaryAsync(i => i.RelativePath, StringComparer.Ordinal, cancellationToken),
            await FolderCorrections.LoadAsync(db, datasetId, cancellationToken));
    }

    /// <summary>Writes what an indexing found, and a new version when the content changed.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="known">The rows before, from <see cref="LoadAsync"/>.</param>
    /// <param name="found">What the indexing found.</param>
    /// <param name="kind">Whether the images are synthetic.</param>
    /// <param name="leftOut">Left out of the archive just now; null keeps what is stored about it.</param>
    /// <param name="cancellationToken">Stops it; nothing is written then.</param>
    /// <returns>False when the data set was removed meanwhile.</returns>
    public async Task<bool> SaveAsync(
        int datasetId, Dictionary<string, DatasetImage> known, CatalogResult found, DatasetKind kind, LeftOutFiles? leftOut, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        db.ChangeTracker.AutoDetectChangesEnabled = false;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var dataset = await db.Datasets.AsNoTracking().FirstOrDefaultAsync(d => d.Id == datasetId, cancellationToken);
        if (dataset is null)
        {
            return false;
        }

        await WriteImagesAsync(db, datasetId, known, found.Images, cancellationToken);
        var skipped = await WriteSkippedAsync(db, dataset, found.Skipped, leftOut, cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        var name = dataset.Version == 0 ? "Folders as found" : "Folders as changed";
        var version = await FolderVersions.NoteAsync(db, dataset, name, found.Fingerprint, found.Images.Count, now, cancellationToken);
        var bytes = found.Images.Sum(i => i.Bytes);
        await db.Datasets.Where(d => d.Id == datasetId).ExecuteUpdateAsync(
            s => s.SetProperty(d => d.State, DatasetState.Ready)
                .SetProperty(d => d.StateReason, (string?)null)
                .SetProperty(d => d.Kind, kind)
                .SetProperty(d => d.Fingerprint, found.Fingerprint)
                .SetProperty(d => d.Version, version)
                .SetProperty(d => d.ImageCount, found.Images.Count)
                .SetProperty(d => d.SkippedCount, skipped)
                .SetProperty(d => d.TotalBytes, bytes)
                .SetProperty(d => d.IndexedUtc, now),
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Ends an attempt without a new index. A data set that has one keeps it and stays usable.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="reason">Why, and what to do.</param>
    /// <param name="found">What the attempt could not use, when it came that far.</param>
    /// <returns>A task.</returns>
    public async Task FailAsync(int datasetId, string reason, CatalogResult? found)
    {
        await using var db = await databases.CreateDbContextAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var dataset = await db.Datasets.AsNoTracking().FirstOrDefaultAsync(d => d.Id == datasetId);
        if (dataset is null)
        {
            return;
        }

        var indexed = dataset.Version > 0;
        var skipped = !indexed && found is not null
            ? await WriteSkippedAsync(db, dataset, found.Skipped, null, CancellationToken.None)
            : dataset.SkippedCount;
        await db.Datasets.Where(d => d.Id == datasetId).ExecuteUpdateAsync(s => s
            .SetProperty(d => d.State, indexed ? DatasetState.Ready : DatasetState.Failed)
            .SetProperty(d => d.StateReason, indexed ? $"The last indexing failed; version {dataset.Version} is kept. {reason}" : reason)
            .SetProperty(d => d.SkippedCount, skipped));
        await transaction.CommitAsync();
    }

    private static async Task WriteImagesAsync(
        DashboardContext db, int datasetId, Dictionary<string, DatasetImage> known, IReadOnlyList<ImageRecord> found, CancellationToken cancellationToken)
    {
        var added = new List<DatasetImage>();
        var changed = new List<DatasetImage>();
        var kept = new HashSet<int>(known.Count);
        foreach (var record in found)
        {
            var before = known.GetValueOrDefault(record.RelativePath);
            if (before is null)
            {
                added.Add(Row(datasetId, 0, record));
                continue;
            }

            kept.Add(before.Id);
            if (before.ToRecord() != record)
            {
                changed.Add(Row(datasetId, before.Id, record));
            }
        }

        foreach (var gone in known.Values.Select(i => i.Id).Where(id => !kept.Contains(id)).Chunk(500))
        {
            await db.Images.Where(i => gone.Contains(i.Id)).ExecuteDeleteAsync(cancellationToken);
        }

        await DatasetImageRows.UpdateAsync(db, changed, cancellationToken);
        await DatasetImageRows.InsertAsync(db, added, cancellationToken);
    }

    private static async Task<int> WriteSkippedAsync(
        DashboardContext db, Dataset dataset, IReadOnlyList<SkippedFile> found, LeftOutFiles? leftOut, CancellationToken cancellationToken)
    {
        var before = await db.SkippedFiles.AsNoTracking().Where(s => s.DatasetId == dataset.Id).OrderBy(s => s.Id).ToListAsync(cancellationToken);
        var archived = before.Where(s => s.Reason.StartsWith(LeftOutPrefix, StringComparison.Ordinal)).Select(s => new SkippedFile(s.RelativePath, s.Reason)).ToList();
        var archivedCount = archived.Count == 0 ? 0 : dataset.SkippedCount - (before.Count - archived.Count);
        if (leftOut is not null)
        {
            archived = [.. leftOut.Listed.Select(s => new SkippedFile(s.RelativePath, LeftOutPrefix + s.Reason))];
            archivedCount = leftOut.Count;
        }

        var wanted = found.Concat(archived).ToList();
        if (!before.Select(s => new SkippedFile(s.RelativePath, s.Reason)).SequenceEqual(wanted))
        {
            await db.SkippedFiles.Where(s => s.DatasetId == dataset.Id).ExecuteDeleteAsync(cancellationToken);
            var rows = wanted.ConvertAll(s => new DatasetSkippedFile { DatasetId = dataset.Id, RelativePath = s.RelativePath, Reason = s.Reason });
            foreach (var batch in rows.Chunk(BatchSize))
            {
                // The tracker is emptied after each batch, or each save would look at all rows before it.
                db.SkippedFiles.AddRange(batch);
                await db.SaveChangesAsync(cancellationToken);
                db.ChangeTracker.Clear();
            }
        }

        return found.Count + archivedCount;
    }

    private static DatasetImage Row(int datasetId, int id, ImageRecord record) => new()
    {
        Id = id,
        DatasetId = datasetId,
        RelativePath = record.RelativePath,
        Split = record.Split,
        Label = record.Label,
        Format = record.Format,
        Bytes = record.Bytes,
        ModifiedUtc = record.ModifiedUtc,
        ContentHash = record.ContentHash,
        Width = record.Width,
        Height = record.Height,
    };
}
