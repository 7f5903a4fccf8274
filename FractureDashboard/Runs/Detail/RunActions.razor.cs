using FractureDashboard.Jobs;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FractureDashboard.Runs.Detail;

/// <summary>What can be done with a run.</summary>
public sealed partial class RunActions
{
    private bool busy;

    /// <summary>The run.</summary>
    [Parameter, EditorRequired]
    public required Run Run { get; set; }

    /// <summary>Called when it is gone.</summary>
    [Parameter]
    public EventCallback OnDeleted { get; set; }

    [Inject]
    public required RunQueue Queue { get; init; }

    [Inject]
    public required RunDeletionDialogs Deletion { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    [Inject]
    public required ISnackbar Snackbar { get; init; }

    private Task CancelAsync() => OnceAsync(async () =>
    {
        if (!await Queue.CancelAsync(Run.Id, CancellationToken.None))
        {
            Snackbar.Add("The run had ended before.", Severity.Info);
        }
    });

    private Task ResumeAsync() => OnceAsync(async () =>
    {
        if ((await Queue.ResumeAsync(Run.Id, CancellationToken.None)).Problem is { } problem)
        {
            Snackbar.Add(problem, Severity.Warning);
        }
    });

    private async Task EditAsync()
    {
        var dialog = await Dialogs.ShowAsync<EditRunDialog>(null, new DialogParameters<EditRunDialog> { { d => d.Run, Run } }, new DialogOptions { FullWidth = true });
        await dialog.Result;
    }

    private async Task DeleteAsync()
    {
        if ((await Deletion.DeleteAsync([Run.Id], CancellationToken.None)).Count > 0)
        {
            await OnDeleted.InvokeAsync();
        }
    }

    private async Task OnceAsync(Func<Task> action)
    {
        if (busy)
        {
            return;
        }

        busy = true;
        try
        {
            await action();
        }
        finally
        {
            busy = false;
        }
    }
}
