using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FractureDashboard.Datasets;

/// <summary>Asks for another name.</summary>
public sealed partial class RenameDatasetDialog
{
    private string name = "";
    private string? problem;

    [Parameter, EditorRequired]
    public required int DatasetId { get; set; }

    [Parameter, EditorRequired]
    public required string CurrentName { get; set; }

    [CascadingParameter]
    public required IMudDialogInstance Dialog { get; set; }

    [Inject]
    public required DatasetRegistry Registry { get; init; }

    /// <inheritdoc />
    protected override void OnInitialized() => name = CurrentName;

    private async Task SaveAsync()
    {
        var result = await Registry.RenameAsync(DatasetId, name ?? "", CancellationToken.None);
        problem = result.Problem;
        if (result.Id is not null)
        {
            Dialog.Close();
        }
    }
}
