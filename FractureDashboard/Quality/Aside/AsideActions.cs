using FractureDashboard.Jobs;
using FractureDashboard.ML.Quality;
using FractureDashboard.Quality.Findings;
using FractureDashboard.Storage;

namespace FractureDashboard.Quality.Aside;

/// <summary>Takes back what was done about files and findings; that, too, can be taken back.</summary>
/// <param name="quarantine">Puts files aside and back.</param>
/// <param name="corrections">Gives images another split or class.</param>
/// <param name="ignores">Keeps what is ignored.</param>
/// <param name="free">Waits for the data set.</param>
/// <param name="undo">Says what was done.</param>
public sealed class AsideActions(QuarantineService quarantine, CorrectionService corrections, QualityIgnores ignores, FreeDataset free, Undo undo)
{
    /// <summary>Puts files back where they were.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="ids">Which; null for all.</param>
    /// <param name="cancellationToken">Stops it before it begins.</param>
    /// <returns>A task.</returns>
    public async Task RestoreAsync(int datasetId, IReadOnlySet<Guid>? ids, CancellationToken cancellationToken)
    {
        var result = await free.ChangeAsync(datasetId, () => quarantine.RestoreAsync(datasetId, ids, cancellationToken), cancellationToken);
        undo.Problems([.. result.Problems.Select(FindingActions.Sentence)]);
        if (result.Moved.Count > 0)
        {
            undo.Offer($"{QualityText.Count(result.Moved.Count, "file is", "files are")} back in place.", async () => await PutAsideAgainAsync(datasetId, result.Moved));
        }
    }

    /// <summary>Lets images count again as their folders say.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="taken">The corrections.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task.</returns>
    public async Task UndoAsync(int datasetId, IReadOnlyList<ImageCorrection> taken, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(taken);
        if (await free.ChangeAsync(datasetId, () => corrections.UndoAsync(datasetId, [.. taken.Select(c => c.Id)], cancellationToken), cancellationToken) is { } problem)
        {
            undo.Problems([problem]);
            return;
        }

        undo.Offer($"{QualityText.Count(taken.Count, "image counts", "images count")} as the folders say.", async () =>
        {
            foreach (var same in taken.GroupBy(c => (c.Split, c.Label, c.Reason)))
            {
                if (await free.ChangeAsync(datasetId, () => corrections.CorrectAsync(datasetId, [.. same.Select(c => c.RelativePath)], same.Key.Split, same.Key.Label, same.Key.Reason, CancellationToken.None), CancellationToken.None) is { } failed)
                {
                    return failed;
                }
            }

            return $"{QualityText.Count(taken.Count, "image is", "images are")} corrected again.";
        });
    }

    /// <summary>Lets findings be heard of again.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="heard">Which.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task.</returns>
    public async Task HearAsync(int datasetId, IReadOnlyList<QualityIgnore> heard, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(heard);
        await ignores.RestoreAsync([.. heard.Select(i => i.Id)], cancellationToken);
        undo.Offer($"{QualityText.Count(heard.Count, "finding counts", "findings count")} again.", async () =>
        {
            foreach (var same in heard.GroupBy(i => (i.Rule, i.Reason)))
            {
                if (await ignores.IgnoreAsync(datasetId, same.Key.Rule, [.. same.Select(i => i.RelativePath)], same.Key.Reason, CancellationToken.None) is { } failed)
                {
                    return failed;
                }
            }

            return $"{QualityText.Count(heard.Count, "finding is", "findings are")} ignored again.";
        });
    }

    private async Task<string> PutAsideAgainAsync(int datasetId, IReadOnlyList<QuarantinedFile> files)
    {
        var moved = 0;
        foreach (var same in files.GroupBy(f => f.Reason, StringComparer.Ordinal))
        {
            var result = await free.ChangeAsync(datasetId, () => quarantine.PutAsideAsync(datasetId, [.. same.Select(f => f.RelativePath)], same.Key, CancellationToken.None), CancellationToken.None);
            undo.Problems([.. result.Problems.Select(FindingActions.Sentence)]);
            moved += result.Moved.Count;
        }

        return $"{QualityText.Count(moved, "file is", "files are")} put aside again.";
    }
}
