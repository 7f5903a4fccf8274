using FractureDashboard.Jobs;
using FractureDashboard.Live;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FractureDashboard.Shell;

/// <summary>The first page: what there is, what is going on, and what to do next.</summary>
public sealed partial class Overview
{
    private static readonly TimeSpan UpdateInterval = TimeSpan.FromMilliseconds(200);
    private OverviewModel? model;

    [Inject]
    public required OverviewReader Reader { get; init; }

    [Inject]
    public required DatasetActivities Activities { get; init; }

    [Inject]
    public required LocalClock Clock { get; init; }

    private string TrainUrl => model?.FirstReady is { } dataset ? $"/experiments/new?dataset={dataset.Id}" : "/experiments/new";

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        Follow(Topics.Datasets, UpdateInterval, LoadAsync);
        Follow(Topics.Runs, UpdateInterval, LoadAsync);
        await LoadAsync();
    }

    private static string Icon(RunState state) => state switch
    {
        RunState.Queued => Icons.Material.Outlined.HourglassEmpty,
        RunState.Running => Icons.Material.Outlined.PlayCircle,
        RunState.Completed => Icons.Material.Outlined.CheckCircle,
        RunState.Canceled => Icons.Material.Outlined.StopCircle,
        RunState.Interrupted => Icons.Material.Outlined.PauseCircle,
        _ => Icons.Material.Outlined.ErrorOutline,
    };

    private static Color Tone(RunState state) => state switch
    {
        RunState.Completed => Color.Success,
        RunState.Running => Color.Primary,
        RunState.Failed => Color.Error,
        RunState.Interrupted => Color.Warning,
        _ => Color.Default,
    };

    private static string StateText(Run run) => run.State switch
    {
        RunState.Running => $"Epoch {Math.Clamp(run.CurrentEpoch, 1, run.Epochs)} of {run.Epochs}",
        RunState.Canceled => "Cancelled",
        _ => run.State.ToString(),
    };

    private async Task LoadAsync() => model = await Reader.ReadAsync(Leaving);
}
