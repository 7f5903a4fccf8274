using FractureDashboard.ML.Datasets;
using Microsoft.AspNetCore.Components;

namespace FractureDashboard.Datasets;

/// <summary>Orders a synthetic data set.</summary>
public sealed partial class AddPhantomForm : IDisposable
{
    private readonly CancellationTokenSource closing = new();
    private int images = 600;
    private int seed = 1;
    private int size = 256;
    private string? name;
    private bool busy;
    private RegistrationResult? result;

    /// <summary>Called with the new data set.</summary>
    [Parameter, EditorRequired]
    public required EventCallback<int> OnAdded { get; set; }

    [Inject]
    public required DatasetRegistry Registry { get; init; }

    private string SuggestedName => $"Phantom {images} × {size} px, seed {seed}";

    /// <inheritdoc />
    public void Dispose()
    {
        closing.Cancel();
        closing.Dispose();
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
            result = await Registry.AddPhantomAsync(string.IsNullOrWhiteSpace(name) ? SuggestedName : name, new PhantomOptions(images, seed, size), closing.Token);
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
