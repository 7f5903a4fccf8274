using Microsoft.AspNetCore.Components;

namespace FractureDashboard.Models;

/// <summary>The model that a run trained: what it is, what it costs, its weights, and how to use them elsewhere.</summary>
public sealed partial class ModelPage : IDisposable
{
    private readonly CancellationTokenSource leaving = new();
    private ModelLookup? found;

    /// <summary>The run.</summary>
    [Parameter]
    public int RunId { get; set; }

    [Inject]
    public required ModelReader Models { get; init; }

    /// <inheritdoc />
    public void Dispose()
    {
        leaving.Cancel();
        leaving.Dispose();
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        try
        {
            found = await Models.FindAsync(RunId, leaving.Token);
        }
        catch (OperationCanceledException)
        {
            // The user went elsewhere.
        }
    }
}
