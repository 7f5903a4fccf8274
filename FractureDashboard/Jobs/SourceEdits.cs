using FractureDashboard.Live;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Jobs;

/// <summary>Changes by hand which images come from one radiograph. Later scans keep to what was said.</summary>
/// <param name="databases">The database.</param>
/// <param name="live">Wakes the pages.</param>
public sealed class SourceEdits(IDbContextFactory<DashboardContext> databases, LiveEvents live)
{
    // No scan names a source like this, so a new one never meets one of its.
    private const string HandPrefix = "hand:";

    /// <summary>Makes one source of several; it is called like the first.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="sources">Their names, two or more.</param>
    /// <param name="cancellationToken">Stops it; nothing is changed then.</param>
    /// <returns>Null when done; otherwise what was in the way.</returns>
    public async Task<string?> MergeAsync(int datasetId, IReadOnlyList<string> sources, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sources);
        return await ChangeAsync(datasetId, async db =>
        {
            string[] names = [.. sources.Distinct(StringComparer.Ordinal)];
            var images = await db.ImageSources.Where(s => s.DatasetId == datasetId && names.Contains(s.Source)).ToListAsync(cancellationToken);
            if (images.Select(i => i.Source).Distinct(StringComparer.Ordinal).Count() is var found && (found < 2 || found < names.Length))
            {
                return names.Length < 2 ? "Choose two sources or more to join." : "A source is no longer there; the data set was scanned again meanwhile. Load the page again.";
            }

            foreach (var image in images)
            {
                (image.Source, image.Confidence, image.ByHand) = (names[0], 1, true);
            }

            return null;
        }, cancellationToken);
    }

    /// <summary>Makes a new source of some images of another.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="contentHashes">Their contents; what is left of their sources stays together.</param>
    /// <param name="cancellationToken">Stops it; nothing is changed then.</param>
    /// <returns>Null when done; otherwise what was in the way.</returns>
    public async Task<string?> SplitOffAsync(int datasetId, IReadOnlyList<string> contentHashes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(contentHashes);
        return await ChangeAsync(datasetId, async db =>
        {
            var chosen = contentHashes.ToHashSet(StringComparer.Ordinal);
            var touched = await db.ImageSources.Where(s => s.DatasetId == datasetId && chosen.Contains(s.ContentHash)).Select(s => s.Source).Distinct().ToListAsync(cancellationToken);
            var images = await db.ImageSources.Where(s => s.DatasetId == datasetId && touched.Contains(s.Source)).ToListAsync(cancellationToken);
            if (chosen.Count == 0 || images.Count(i => chosen.Contains(i.ContentHash)) < chosen.Count)
            {
                return chosen.Count == 0 ? "Choose the images to take out of their source." : "An image has no source yet; scan the data set first.";
            }

            if (touched.Count == 1 && images.Count == chosen.Count)
            {
                return "These are all images of the source; there would be nothing to part them from. Choose fewer.";
            }

            var name = HandPrefix + Guid.NewGuid().ToString("N");
            foreach (var image in images)
            {
                image.ByHand = true;
                if (chosen.Contains(image.ContentHash))
                {
                    (image.Source, image.Confidence) = (name, 1);
                }
            }

            return null;
        }, cancellationToken);
    }

    /// <summary>Gives up what was said by hand; the next scan decides anew.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="cancellationToken">Stops it; nothing is changed then.</param>
    /// <returns>A task.</returns>
    public Task ResetAsync(int datasetId, CancellationToken cancellationToken) => ChangeAsync(datasetId, async db =>
    {
        await db.ImageSources.Where(s => s.DatasetId == datasetId && s.ByHand).ExecuteUpdateAsync(s => s.SetProperty(x => x.ByHand, false), cancellationToken);
        return null;
    }, cancellationToken);

    /// <summary>Makes sources again what they were, to take a change back.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="before">Rows as they were before the change.</param>
    /// <param name="cancellationToken">Stops it; nothing is changed then.</param>
    /// <returns>Null when done; otherwise what was in the way.</returns>
    public async Task<string?> PutBackAsync(int datasetId, IReadOnlyList<ImageSource> before, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(before);
        return await ChangeAsync(datasetId, async db =>
        {
            var now = await db.ImageSources.Where(s => s.DatasetId == datasetId).ToDictionaryAsync(s => s.ContentHash, StringComparer.Ordinal, cancellationToken);
            if (before.Any(b => !now.ContainsKey(b.ContentHash)))
            {
                return "An image is no longer among the sources; the data set was scanned again meanwhile.";
            }

            foreach (var was in before)
            {
                var image = now[was.ContentHash];
                (image.Source, image.Confidence, image.ByHand) = (was.Source, was.Confidence, was.ByHand);
            }

            return null;
        }, cancellationToken);
    }

    private async Task<string?> ChangeAsync(int datasetId, Func<DashboardContext, Task<string?>> change, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await change(db) is { } problem)
        {
            return problem;
        }

        await db.SaveChangesAsync(cancellationToken);
        await NewestScan.MarkOutdatedAsync(db, datasetId, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        live.Signal(Topics.Datasets);
        return null;
    }
}
