using Microsoft.AspNetCore.Components;

namespace FractureDashboard.Datasets;

/// <summary>Adds a folder or an archive by its path on the server.</summary>
public sealed partial class AddPathForm : IDisposable
{
    private readonly CancellationTokenSource closing = new();
    private string path = "";
    private string name = "";
    private bool named;
    private bool busy;
    private RegistrationResult? result;

    /// <summary><see cref="DatasetWay.Folder"/> or <see cref="DatasetWay.Zip"/>.</summary>
    [Parameter, EditorRequired]
    public required DatasetWay Way { get; set; }

    /// <summary>Called with the new data set.</summary>
    [Parameter, EditorRequired]
    public required EventCallback<int> OnAdded { get; set; }

    [Inject]
    public required DatasetRegistry Registry { get; init; }

    private bool IsFolder => Way == DatasetWay.Folder;

    private string PathLabel => IsFolder ? "Folder on the server" : "ZIP archive on the server";

    private string PathExample => IsFolder ? "/srv/x-rays/bone-fracture" : "/srv/x-rays/bone-fracture.zip";

    private string PathHelp => IsFolder
        ? "The full path of the folder with train, val and test, or up to three levels above it. The files stay where they are: none is ever changed, and one is moved only when you put it into quarantine."
        : "The full path of the archive. Its images are unpacked into the dashboard's data folder; the archive stays.";

    /// <inheritdoc />
    public void Dispose()
    {
        closing.Cancel();
        closing.Dispose();
    }

    private void SetPath(string value)
    {
        path = value ?? "";
        name = named ? name : DatasetNames.Suggest(path);
    }

    private void SetName(string value)
    {
        name = value ?? "";
        named = name.Length > 0;
    }

    private async Task SubmitAsync()
    {
        if (busy)
        {
            return;
        }

        busy = true;
        try
        {
            result = IsFolder
                ? await Registry.AddFolderAsync(name, path, closing.Token)
                : await Registry.AddZipAsync(name, path, closing.Token);
            if (result.Id is { } id)
            {
                await OnAdded.InvokeAsync(id);
            }
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            // The form was closed meanwhile.
        }
        finally
        {
            busy = false;
        }
    }
}
