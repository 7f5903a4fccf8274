using FractureDashboard.Live;
using FractureDashboard.ML.Datasets;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Jobs;

/// <summary>
/// Lets images count with another split or class than their folders say. No file is moved; the index, its version and its
/// fingerprint follow at once, and later indexings keep to it.
/// </summary>
/// <param name="databases">The database.</param>
/// <param name="scans">Has what was changed looked over.</param>
/// <param name="live">Wakes the pages.</param>
/// <param name="clock">The time.</param>
public sealed class CorrectionService(IDbContextFactory<DashboardContext> databases, AutomaticScans scans, LiveEvents live, TimeProvider clock)
{
    private const string VersionName = "Folders as corrected";
    private const int PathsInAQuery = 500;

    /// <summary>Corrects images.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="relativePaths">The images; all or none are corrected.</param>
    /// <param name="split">The split that counts; null leaves it.</param>
    /// <param name="label">The class that counts; null leaves it.</param>
    /// <param name="reason">Why, a sentence for people.</param>
    /// <param name="cancellationToken">Stops it; nothing is changed then.</param>
    /// <returns>Null when done; otherwise what was in the way.</returns>
    public async Task<string?> CorrectAsync(
        int datasetId, IReadOnlyList<string> relativePaths, Split? split, Label? label, string reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(relativePaths);
        ArgumentNullException.ThrowIfNull(reason);
        if (reason.Trim() is not { Length: > 0 and <= QuarantineService.MostReasonCharacters } why)
        {
            return $"Give a reason of 1 to {QuarantineService.MostReasonCharacters} characters.";
        }

        return await ChangeAsync(datasetId, async (db, dataset, now) =>
        {
            string[] paths = [.. relativePaths.Distinct(StringComparer.Ordinal)];
            var images = await ImagesAsync(db, datasetId, paths, cancellationToken);
            if (paths.FirstOrDefault(p => !images.ContainsKey(p)) is { } missing)
            {
                return $"'{missing}' is not in the index of '{dataset.Name}'. Index the data set again.";
            }

            var counting = await CountingAsync(db, datasetId, cancellationToken);
            var changed = 0;
            foreach (var image in images.Values)
            {
                var wanted = (Split: split ?? image.Split, Label: label ?? image.Label);
                if (wanted == (image.Split, image.Label))
                {
                    continue;
                }

                var before = counting.GetValueOrDefault(image.RelativePath);
                var folder = before is null ? (image.Split, image.Label) : (Split: before.FolderSplit, Label: before.FolderLabel);
                if (before is not null)
                {
                    before.UndoneUtc = now;
                }

                if (wanted != folder)
                {
                    db.ImageCorrections.Add(new ImageCorrection
                    {
                        DatasetId = datasetId,
                        RelativePath = image.RelativePath,
                        FolderSplit = folder.Split,
                        FolderLabel = folder.Label,
                        Split = wanted.Split,
                        Label = wanted.Label,
                        Reason = why,
                        CreatedUtc = now,
                    });
                }

                (image.Split, image.Label) = wanted;
                changed++;
            }

            return changed > 0 ? null : "Nothing was changed: the images count as that already.";
        }, cancellationToken);
    }

    /// <summary>Takes corrections back; the images count again as their folders say.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="correctionIds">Which; those taken back before are passed over.</param>
    /// <param name="cancellationToken">Stops it; nothing is changed then.</param>
    /// <returns>Null when done; otherwise what was in the way.</returns>
    public async Task<string?> UndoAsync(int datasetId, IReadOnlyList<int> correctionIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(correctionIds);
        return await ChangeAsync(datasetId, async (db, _, now) =>
        {
            var wanted = correctionIds.ToHashSet();
            var corrections = (await CountingAsync(db, datasetId, cancellationToken)).Values.Where(c => wanted.Contains(c.Id)).ToList();
            var images = await ImagesAsync(db, datasetId, [.. corrections.Select(c => c.RelativePath)], cancellationToken);
            foreach (var correction in corrections)
            {
                correction.UndoneUtc = now;

                // One in quarantine is not in the index; it comes back as its folder says.
                if (images.TryGetValue(correction.RelativePath, out var image))
                {
                    (image.Split, image.Label) = (correction.FolderSplit, correction.FolderLabel);
                }
            }

            return null;
        }, cancellationToken);
    }

    /// <summary>The corrections of a data set, newest first, those taken back included.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The corrections; at most one counts for a file.</returns>
    public async Task<IReadOnlyList<ImageCorrection>> ListAsync(int datasetId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.ImageCorrections.AsNoTracking().Where(c => c.DatasetId == datasetId).OrderByDescending(c => c.Id).ToListAsync(cancellationToken);
    }

    // The transaction holds off an indexing, which refuses nothing itself: it begins before or after, never in between.
    private async Task<string?> ChangeAsync(int datasetId, Func<DashboardContext, Dataset, DateTime, Task<string?>> change, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var dataset = await db.Datasets.AsNoTracking().FirstOrDefaultAsync(d => d.Id == datasetId, cancellationToken);
        if (NewestScan.Obstacle(dataset) is { } obstacle)
        {
            return obstacle;
        }

        var now = clock.GetUtcNow().UtcDateTime;
        if (await change(db, dataset!, now) is { } problem)
        {
            return problem;
        }

        await db.SaveChangesAsync(cancellationToken);
        var images = await db.Images.AsNoTracking().Where(i => i.DatasetId == datasetId).ToListAsync(cancellationToken);
        var fingerprint = DatasetFingerprint.Compute(images.Select(i => i.ToRecord()));
        var version = await FolderVersions.NoteAsync(db, dataset!, VersionName, fingerprint, images.Count, now, cancellationToken);
        await db.Datasets.Where(d => d.Id == datasetId).ExecuteUpdateAsync(
            s => s.SetProperty(d => d.Fingerprint, fingerprint).SetProperty(d => d.Version, version).SetProperty(d => d.IndexedUtc, now), cancellationToken);
        await NewestScan.MarkOutdatedAsync(db, datasetId, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        live.Signal(Topics.Datasets);

        // A scan that is at work on what was before is followed by another by itself.
        await scans.AfterIndexingAsync(datasetId, CancellationToken.None);
        return null;
    }

    private static async Task<Dictionary<string, DatasetImage>> ImagesAsync(DashboardContext db, int datasetId, string[] paths, CancellationToken cancellationToken)
    {
        var images = new Dictionary<string, DatasetImage>(StringComparer.Ordinal);
        foreach (var some in paths.Chunk(PathsInAQuery))
        {
            foreach (var image in await db.Images.Where(i => i.DatasetId == datasetId && some.Contains(i.RelativePath)).ToListAsync(cancellationToken))
            {
                images[image.RelativePath] = image;
            }
        }

        return images;
    }

    private static Task<Dictionary<string, ImageCorrection>> CountingAsync(DashboardContext db, int datasetId, CancellationToken cancellationToken) =>
        db.ImageCorrections.Where(c => c.DatasetId == datasetId && c.UndoneUtc == null).ToDictionaryAsync(c => c.RelativePath, StringComparer.Ordinal, cancellationToken);
}
