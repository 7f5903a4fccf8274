using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FractureDashboard.Datasets;

/// <summary>Says exactly what goes and what stays, then removes.</summary>
public sealed partial class RemoveDatasetDialog
{
    private RemovalPlan? plan;
    private string? problem;
    private bool removing;

    [Parameter, EditorRequired]
    public required int DatasetId { get; set; }

    [CascadingParameter]
    public required IMudDialogInstance Dialog { get; set; }

    [Inject]
    public required DatasetRemoval Removal { get; init; }

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

    private async Task RemoveAsync()
    {
        removing = true;
        problem = await Removal.RemoveAsync(DatasetId, CancellationToken.None);
        removing = false;
        if (problem is null)
        {
            Snackbar.Add($"'{plan?.Name}' was removed.", Severity.Success);
            Dialog.Close();
        }
    }
}
