using FractureDashboard.Jobs;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FractureDashboard.Datasets;

/// <summary>Says exactly what goes and what stays, then removes.</summary>
public sealed partial class RemoveDatasetDialog
{
    private RemovalPlan? plan;
    private string? problem;
    private bool removing;
    private bool restoring;
    private bool leaves;

    [Parameter, EditorRequired]
    public required int DatasetId { get; set; }

    [CascadingParameter]
    public required IMudDialogInstance Dialog { get; set; }

    [Inject]
    public required DatasetRemoval Removal { get; init; }

    [Inject]
    public required QuarantineService Quarantined { get; init; }

    [Inject]
    public required ISnackbar Snackbar { get; init; }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        plan = await Removal.PlanAsync(DatasetId, CancellationToken.None);
        if (plan is null)
        {
            Dialog.Cancel();
        }
    }

    private async Task RestoreAsync()
    {
        restoring = true;
        var result = await Quarantined.RestoreAsync(DatasetId, null, CancellationToken.None);
        problem = result.Problems is [var first, ..]
            ? $"{(first.RelativePath.Length > 0 ? $"'{first.RelativePath}': " : "")}{first.Problem}{(result.Problems.Count > 1 ? $" So with {result.Problems.Count - 1} more." : "")}"
            : null;
        plan = await Removal.PlanAsync(DatasetId, CancellationToken.None);
        restoring = false;
    }

    private async Task RemoveAsync()
    {
        removing = true;
        problem = await Removal.RemoveAsync(DatasetId, CancellationToken.None, leaves);
        removing = false;
        if (problem is null)
        {
            Snackbar.Add($"'{plan?.Name}' was removed.", Severity.Success);
            Dialog.Close();
        }
    }
}
