using FractureDashboard.Storage;
using Microsoft.AspNetCore.Components;

namespace FractureDashboard.Datasets;

/// <summary>The form to add a data set. The open tab stands in the address.</summary>
public sealed partial class AddDataset
{
    private bool uploading;

    /// <summary>The open tab.</summary>
    [Parameter, EditorRequired]
    public required DatasetWay Way { get; set; }

    /// <summary>Called with the new data set.</summary>
    [Parameter, EditorRequired]
    public required EventCallback<Dataset> OnAdded { get; set; }

    [Inject]
    public required DatasetReader Reader { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    private void Choose(int index)
    {
        if (index != (int)Way)
        {
            Navigation.NavigateTo($"/datasets?add={DatasetWays.Text((DatasetWay)index)}", replace: true);
        }
    }

    private void Close() => Navigation.NavigateTo("/datasets");

    private void SetBusy(bool busy) => uploading = busy;

    private async Task DoneAsync(int datasetId)
    {
        uploading = false;
        if (await Reader.FindAsync(datasetId, CancellationToken.None) is { } dataset)
        {
            await OnAdded.InvokeAsync(dataset);
        }
    }
}
