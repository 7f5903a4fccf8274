using FractureDashboard.Jobs;
using FractureDashboard.ML.Quality;
using FractureDashboard.Storage;
using MudBlazor;

namespace FractureDashboard.Quality.Findings;

/// <summary>What can be done about findings: each asks first, says what it did, and can be taken back.</summary>
/// <param name="quarantine">Puts files aside.</param>
/// <param name="corrections">Gives images another split or class.</param>
/// <param name="ignores">Keeps what is ignored.</param>
/// <param name="places">Knows what images count as.</param>
/// <param name="free">Waits for the data set.</param>
/// <param name="dialogs">Asks.</param>
/// <param name="undo">Says what was done.</param>
public sealed class FindingActions(
    QuarantineService quarantine, CorrectionService corrections, QualityIgnores ignores, ImagePlaces places, FreeDataset free, IDialogService dialogs, Undo undo)
{
    private const string WhereTo = "They are moved into the folder .fracture-quarantine at the data set's root, outside the splits, with their place and the reason written down. " +
        "Nothing is deleted or overwritten; each can be put back at any time.";

    /// <summary>Puts the files of findings aside.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="findings">The findings.</param>
    /// <param name="cancellationToken">Stops it before it begins.</param>
    /// <returns>True when something was done.</returns>
    public Task<bool> PutAsideAsync(Dataset dataset, IReadOnlyList<ShownFinding> findings, CancellationToken cancellationToken) =>
        PutAsideAsync(dataset, findings, [WhereTo], cancellationToken);

    /// <summary>Keeps one file of each group and puts the others aside, see <see cref="KeepOne"/>.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="findings">Findings of one rule, in whole groups.</param>
    /// <param name="cancellationToken">Stops it before it begins.</param>
    /// <returns>True when something was done.</returns>
    public async Task<bool> KeepOneAsync(Dataset dataset, IReadOnlyList<ShownFinding> findings, CancellationToken cancellationToken)
    {
        var (aside, contradictory) = KeepOne.Choose(findings);
        var left = contradictory == 0 ? "" : $"{QualityText.Count(contradictory, "group")} with copies of both classes stay as they are: which class is wrong is for you to say.";
        if (aside.Count == 0)
        {
            undo.Problems([left.Length > 0 ? left : "No group was selected whole: select at least two files of one."]);
            return false;
        }

        return await PutAsideAsync(dataset, aside, left.Length > 0 ? [KeepOne.Rule, left, WhereTo] : [KeepOne.Rule, WhereTo], cancellationToken);
    }

    /// <summary>Gives the images of findings another split or class.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="findings">The findings.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>True when something was done.</returns>
    public async Task<bool> MoveAsync(Dataset dataset, IReadOnlyList<ShownFinding> findings, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var images = await places.ReadAsync(dataset.Id, [.. findings.Select(f => f.RelativePath).Distinct()], cancellationToken);
        if (images.Count == 0)
        {
            undo.Problems(["None of these files is a usable image, so none has a split or class to change."]);
            return false;
        }

        var dialog = await dialogs.ShowAsync<MoveDialog>(null, new DialogParameters<MoveDialog> { { d => d.Count, images.Count }, { d => d.Reason, ReasonFor(findings) } });
        if (await dialog.Result is not { Canceled: false, Data: MoveChoice choice })
        {
            return false;
        }

        ImagePlace[] before = [.. images.Where(i => (choice.Split ?? i.Split, choice.Label ?? i.Label) != (i.Split, i.Label))];
        if (await free.ChangeAsync(dataset.Id, () => corrections.CorrectAsync(dataset.Id, [.. images.Select(i => i.RelativePath)], choice.Split, choice.Label, choice.Reason, cancellationToken), cancellationToken) is { } problem)
        {
            undo.Problems([problem]);
            return false;
        }

        undo.Offer($"{QualityText.Count(before.Length, "image counts", "images count")} as {Place(choice)} now.", () => MoveBackAsync(dataset.Id, before));
        return true;
    }

    /// <summary>Hides findings from now on, in this scan and in those to come.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="findings">The findings.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>True when something was done.</returns>
    public async Task<bool> IgnoreAsync(Dataset dataset, IReadOnlyList<ShownFinding> findings, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var reason = await AskAsync(
            $"Ignore {QualityText.Count(findings.Count, "finding")}?",
            ["They are no longer counted or listed, in this scan and in later ones, until you take that back. The files stay as they are."], "Ignore", "", cancellationToken);
        if (reason is null)
        {
            return false;
        }

        var known = await ignores.ListAsync(dataset.Id, cancellationToken);
        var ids = known.Select(i => i.Id).ToHashSet();
        var ignored = known.Select(i => new FindingKey(i.Rule, i.RelativePath)).ToHashSet();
        foreach (var rule in findings.Where(f => !ignored.Contains(f.Key)).GroupBy(f => f.Rule))
        {
            if (await ignores.IgnoreAsync(dataset.Id, rule.Key, [.. rule.Select(f => f.RelativePath)], reason, cancellationToken) is { } problem)
            {
                undo.Problems([problem]);
                return false;
            }
        }

        int[] added = [.. (await ignores.ListAsync(dataset.Id, cancellationToken)).Where(i => !ids.Contains(i.Id)).Select(i => i.Id)];
        undo.Offer($"{QualityText.Count(added.Length, "finding is", "findings are")} ignored now.", async () =>
        {
            await ignores.RestoreAsync(added, CancellationToken.None);
            return $"{QualityText.Count(added.Length, "finding counts", "findings count")} again.";
        });
        return true;
    }

    private async Task<string> MoveBackAsync(int datasetId, ImagePlace[] before)
    {
        foreach (var place in before.GroupBy(i => (i.Split, i.Label)))
        {
            if (await free.ChangeAsync(datasetId, () => corrections.CorrectAsync(datasetId, [.. place.Select(i => i.RelativePath)], place.Key.Split, place.Key.Label, "Taken back", CancellationToken.None), CancellationToken.None) is { } problem)
            {
                return problem;
            }
        }

        return $"{QualityText.Count(before.Length, "image counts", "images count")} as before.";
    }

    private async Task<bool> PutAsideAsync(Dataset dataset, IReadOnlyList<ShownFinding> findings, IReadOnlyList<string> text, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        string[] paths = [.. findings.Select(f => f.RelativePath).Distinct()];
        var reason = await AskAsync($"Put {QualityText.Count(paths.Length, "file")} aside?", text, "Put aside", ReasonFor(findings), cancellationToken);
        if (reason is null)
        {
            return false;
        }

        var result = await free.ChangeAsync(dataset.Id, () => quarantine.PutAsideAsync(dataset.Id, paths, reason, cancellationToken), cancellationToken);
        undo.Problems([.. result.Problems.Select(Sentence)]);
        if (result.Moved.Count == 0)
        {
            return false;
        }

        var ids = result.Moved.Select(f => f.Id).ToHashSet();
        undo.Offer($"{QualityText.Count(ids.Count, "file was", "files were")} put aside.", async () =>
        {
            var restored = await free.ChangeAsync(dataset.Id, () => quarantine.RestoreAsync(dataset.Id, ids, CancellationToken.None), CancellationToken.None);
            undo.Problems([.. restored.Problems.Select(Sentence)]);
            return $"{QualityText.Count(restored.Moved.Count, "file is", "files are")} back in place.";
        });
        return true;
    }

    // A problem without a path concerns the whole request.
    internal static string Sentence(QuarantineProblem problem) => problem.RelativePath.Length == 0 ? problem.Problem : $"{problem.RelativePath}: {problem.Problem}";

    private async Task<string?> AskAsync(string title, IReadOnlyList<string> text, string confirm, string reason, CancellationToken cancellationToken)
    {
        var dialog = await dialogs.ShowAsync<ReasonDialog>(null, new DialogParameters<ReasonDialog>
        {
            { d => d.Title, title }, { d => d.Text, text }, { d => d.Confirm, confirm }, { d => d.Reason, reason },
        });
        var answer = await dialog.Result;
        cancellationToken.ThrowIfCancellationRequested();
        return answer is { Canceled: false, Data: string given } ? given : null;
    }

    private static string ReasonFor(IReadOnlyList<ShownFinding> findings) =>
        string.Join(", ", findings.Select(f => f.Rule).Distinct().Order().Take(3).Select(r => QualityRules.Of(r).Title));

    private static string Place(MoveChoice choice) => string.Join(", ", new[] { choice.Split is { } s ? QualityText.Of(s) : null, choice.Label is { } l ? QualityText.Of(l) : null }.OfType<string>());
}
