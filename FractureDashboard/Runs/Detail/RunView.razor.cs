using FractureDashboard.Jobs;
using FractureDashboard.Live;
using FractureDashboard.ML.Training;
using FractureDashboard.Shell;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Components;

namespace FractureDashboard.Runs.Detail;

/// <summary>
/// One run, live. The first read draws everything so far; later reads fetch what is new since a sequence number, so that
/// a page opened late, or cut off for a while, shows the same as one that was there from the start.
/// </summary>
public sealed partial class RunView
{
    private const string HistoryUrl = "/runs";
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly List<RunLog> logs = [];
    private readonly SortedDictionary<int, RunEpoch> epochs = [];
    private LiveSubscription? subscription;
    private Task streaming = Task.CompletedTask;
    private RunCurves? curves;
    private RateSearch? search;
    private RunDelta? initial;
    private Run? run;
    private string? versionName;
    private TrainingOptions? options;
    private RunProgress? progress;
    private double imagesPerSecond;
    private long drawn;
    private bool loaded;
    private bool wasThere;
    private bool isSearch;
    private RunViewKind shown;

    [Parameter, EditorRequired]
    public int RunId { get; set; }

    /// <summary>What is shown of it.</summary>
    [Parameter]
    public RunViewKind View { get; set; }

    [Inject]
    public required RunReader Reader { get; init; }

    [Inject]
    public required LocalClock Clock { get; init; }

    [Inject]
    public required TimeProvider Time { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    private string Subtitle => $"Run {RunId} · {RunText.Model(run!.Model)} · {run.DatasetName} · created {Clock.Format(run.CreatedUtc)}";

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        subscription = Subscribe(Topics.Run(RunId));
        await Clock.EnsureAsync();
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (loaded && View == shown)
        {
            return;
        }

        var asked = View;
        var read = await Reader.ReadAsync(RunId, 0, Leaving);
        if (asked != View)
        {
            // Another view was opened meanwhile and reads for itself.
            return;
        }

        (shown, loaded, initial) = (asked, true, read);
        if (initial is null)
        {
            return;
        }

        Take(initial);
        drawn = initial.LastSequence;
        if (shown == RunViewKind.Histograms)
        {
            StartStreaming();
        }
    }

    // The charts hold the first read once they are drawn; what came meanwhile has woken the subscription.
    private void StartStreaming() => streaming = streaming.IsCompleted && !Leaving.IsCancellationRequested ? React(subscription!, Interval, RefreshAsync) : streaming;

    private async Task RefreshAsync()
    {
        var delta = await Reader.ReadAsync(RunId, drawn, Leaving);
        if (delta is null)
        {
            run = null;
            StateHasChanged();
            return;
        }

        Take(delta);
        StateHasChanged();
        var opened = initial;
        if (await AppendAsync(delta))
        {
            // The charts of a view that was opened meanwhile hold more than that already.
            drawn = ReferenceEquals(opened, initial) ? delta.LastSequence : drawn;
        }
        else if (!Leaving.IsCancellationRequested)
        {
            // The browser is away for a moment; the same points are sent again until it has them.
            subscription!.Wake();
        }
    }

    private async Task<bool> AppendAsync(RunDelta delta) => (isSearch, shown) switch
    {
        (true, _) => search is not null && await search.AppendAsync(delta),
        (_, RunViewKind.Histograms) => true,
        _ => curves is not null && await curves.AppendAsync(delta),
    };

    private void Take(RunDelta delta)
    {
        wasThere = true;
        (run, versionName) = (delta.Run, delta.VersionName);
        options ??= RunQueue.ReadOptions(run.OptionsJson);
        isSearch = options?.Purpose == TrainingPurpose.FindLearningRate;
        var newest = logs.Count > 0 ? logs[^1].Sequence : 0;
        logs.AddRange(delta.Logs.Where(l => l.Sequence > newest));
        if (logs.Count > RunReader.MaximumLogLines)
        {
            logs.RemoveRange(0, logs.Count - RunReader.MaximumLogLines);
        }

        foreach (var epoch in delta.Epochs)
        {
            epochs[epoch.Epoch] = epoch;
        }

        foreach (var step in delta.Steps.Where(s => s.ImagesPerSecond > 0))
        {
            // The time a step takes is averaged, not its inverse, which one quick step would dominate.
            imagesPerSecond = imagesPerSecond == 0 ? step.ImagesPerSecond : 1 / ((0.9 / imagesPerSecond) + (0.1 / step.ImagesPerSecond));
        }

        progress = RunProgress.Of(run, options?.BatchSize ?? 1, imagesPerSecond, epochs.Count > 0 ? epochs.Values.Last() : null);
    }
}
