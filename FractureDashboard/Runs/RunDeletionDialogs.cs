using MudBlazor;

namespace FractureDashboard.Runs;

/// <summary>Asks before runs are deleted, deletes them, and says what happened.</summary>
/// <param name="deletion">Deletes.</param>
/// <param name="dialogs">Asks.</param>
/// <param name="snackbar">Says.</param>
public sealed class RunDeletionDialogs(RunDeletion deletion, IDialogService dialogs, ISnackbar snackbar)
{
    /// <summary>Asks and deletes.</summary>
    /// <param name="runIds">The runs.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The runs that are gone.</returns>
    public async Task<IReadOnlyList<int>> DeleteAsync(IReadOnlyCollection<int> runIds, CancellationToken cancellationToken)
    {
        var plan = await deletion.PlanAsync(runIds, cancellationToken);
        if (plan.Count == 0)
        {
            snackbar.Add("Already deleted.", Severity.Info);
            return [];
        }

        var dialog = await dialogs.ShowAsync<DeleteRunsDialog>(null, new DialogParameters<DeleteRunsDialog> { { d => d.Plan, plan } });
        if (await dialog.Result is not { Canceled: false })
        {
            return [];
        }

        var result = await deletion.DeleteAsync([.. plan.Select(p => p.Run.Id)], cancellationToken);
        foreach (var problem in result.Problems)
        {
            snackbar.Add(problem, Severity.Warning);
        }

        if (result.Deleted.Count > 0)
        {
            snackbar.Add(result.Deleted.Count == 1 ? "1 run deleted." : $"{result.Deleted.Count} runs deleted.", Severity.Success);
        }

        return result.Deleted;
    }
}
