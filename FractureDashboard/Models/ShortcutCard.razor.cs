using FractureDashboard.Jobs;
using FractureDashboard.Live;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Components;

namespace FractureDashboard.Models;

/// <summary>The shortcut probe of a run: begin it, follow it, read what it says.</summary>
public sealed partial class ShortcutCard
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(300);
    private ShortcutState? state;
    private string? problem;
    private bool isStarting;

    /// <summary>The run; its model is there.</summary>
    [Parameter, EditorRequired]
    public int RunId { get; set; }

    [Inject]
    public required ShortcutReader Reader { get; init; }

    [Inject]
    public required ShortcutProbe Probe { get; init; }

    private string Progress => state!.Evaluations.FirstOrDefault(e => e.State == EvaluationState.Running) switch
    {
        null => "Waiting for its turn.",
        { Kind: EvaluationKind.Plain } e => $"The images as they are: {e.Done} of {e.Total}.",
        { Kind: EvaluationKind.MarkersBlanked } e => $"With the markers painted over: {e.Done} of {e.Total}.",
        { } e => $"With nothing but the markers: {e.Done} of {e.Total}.",
    };

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        Follow(Topics.Evaluations(RunId), Interval, LoadAsync);
        try
        {
            await LoadAsync();
        }
        catch (OperationCanceledException) when (Leaving.IsCancellationRequested)
        {
            // The user went elsewhere.
        }
    }

    private async Task LoadAsync() => state = await Reader.FindAsync(RunId, Leaving);

    private async Task StartAsync()
    {
        isStarting = true;
        try
        {
            problem = await Probe.StartAsync(RunId, Leaving);
            await LoadAsync();
        }
        finally
        {
            isStarting = false;
        }
    }

    private async Task CancelAsync()
    {
        await Probe.CancelAsync(RunId, Leaving);
        await LoadAsync();
    }
}
