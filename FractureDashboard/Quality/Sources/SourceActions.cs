using FractureDashboard.Jobs;
using FractureDashboard.Storage;

namespace FractureDashboard.Quality.Sources;

/// <summary>Changes by hand which images come from one radiograph; each change can be taken back.</summary>
/// <param name="edits">Changes them.</param>
/// <param name="reader">Knows how they were.</param>
/// <param name="undo">Says what was done.</param>
public sealed class SourceActions(SourceEdits edits, SourcesReader reader, Undo undo)
{
    /// <summary>Makes one source of several.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="sources">Their names.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>True when it was done.</returns>
    public async Task<bool> MergeAsync(int datasetId, IReadOnlyList<string> sources, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sources);
        var before = await reader.RowsAsync(datasetId, sources, [], cancellationToken);
        return Said(datasetId, await edits.MergeAsync(datasetId, sources, cancellationToken), before, $"{QualityText.Count(sources.Count, "source")} are one now.");
    }

    /// <summary>Makes a new source of some images.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="contentHashes">Their contents.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>True when it was done.</returns>
    public async Task<bool> SplitOffAsync(int datasetId, IReadOnlyList<string> contentHashes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(contentHashes);
        var before = await reader.RowsAsync(datasetId, [], contentHashes, cancellationToken);
        return Said(datasetId, await edits.SplitOffAsync(datasetId, contentHashes, cancellationToken), before, $"{QualityText.Count(contentHashes.Count, "image is", "images are")} a source of their own now.");
    }

    /// <summary>Gives up all that was said by hand.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>True when it was done.</returns>
    public async Task<bool> ResetAsync(int datasetId, CancellationToken cancellationToken)
    {
        var before = await reader.ByHandAsync(datasetId, cancellationToken);
        await edits.ResetAsync(datasetId, cancellationToken);
        return Said(datasetId, null, before, "What was said by hand no longer binds: the next scan decides anew.");
    }

    private bool Said(int datasetId, string? problem, IReadOnlyList<ImageSource> before, string done)
    {
        if (problem is not null)
        {
            undo.Problems([problem]);
            return false;
        }

        undo.Offer(done, async () => await edits.PutBackAsync(datasetId, before, CancellationToken.None) ?? "The sources are as before.");
        return true;
    }
}
