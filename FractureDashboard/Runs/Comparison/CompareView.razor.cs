using FractureDashboard.Live;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Components;

namespace FractureDashboard.Runs.Comparison;

/// <summary>Runs over one another and side by side, live while some of them are being trained.</summary>
public sealed partial class CompareView
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<int, long> drawn = [];
    private LiveSubscription? subscription;
    private Task streaming = Task.CompletedTask;
    private CompareCurves? curves;
    private IReadOnlyList<Run> runs = [];
    private IReadOnlyList<Run> drawnRuns = [];
    private IReadOnlyList<IReadOnlyList<RunEpoch>> initialEpochs = [];
    private IReadOnlyList<int> missing = [];
    private IReadOnlyDictionary<int, string> versions = new Dictionary<int, string>();
    private bool loaded;

    /// <summary>The runs asked for.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<int> RunIds { get; set; }

    [Inject]
    public required ComparisonReader Reader { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    private bool DataSetsDiffer => runs.Select(r => r.Fingerprint).Distinct(StringComparer.Ordinal).Skip(1).Any();

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        // The topic wakes at each epoch and each change of state, which is all that is shown here.
        subscription = Subscribe(Topics.Runs);
        var compared = await Reader.ReadAsync(RunIds, Leaving);
        var epochs = new List<IReadOnlyList<RunEpoch>>();
        foreach (var run in compared.Runs)
        {
            epochs.Add(await NewEpochsAsync(run.Id));
            drawn[run.Id] = Newest(epochs[^1]);
        }

        (runs, drawnRuns, missing, initialEpochs, versions) = (compared.Runs, compared.Runs, compared.Missing, epochs, compared.VersionNames);
        loaded = true;
    }

    private void StartStreaming() => streaming = streaming.IsCompleted && !Leaving.IsCancellationRequested ? React(subscription!, Interval, RefreshAsync) : streaming;

    private async Task RefreshAsync()
    {
        var compared = await Reader.ReadAsync(RunIds, Leaving);
        (runs, missing, versions) = (compared.Runs, compared.Missing, compared.VersionNames);
        StateHasChanged();
        var news = new Dictionary<int, IReadOnlyList<RunEpoch>>();
        for (var i = 0; i < drawnRuns.Count; i++)
        {
            news[i] = await NewEpochsAsync(drawnRuns[i].Id);
        }

        if (curves is not null && await curves.AppendAsync(news))
        {
            foreach (var (i, epochs) in news)
            {
                drawn[drawnRuns[i].Id] = Math.Max(drawn[drawnRuns[i].Id], Newest(epochs));
            }
        }
        else if (curves is not null && !Leaving.IsCancellationRequested)
        {
            // The browser is away for a moment; the same points are sent again until it has them.
            subscription!.Wake();
        }
    }

    private Task<IReadOnlyList<RunEpoch>> NewEpochsAsync(int runId) => Reader.EpochsAsync(runId, drawn.GetValueOrDefault(runId), Leaving);

    private static long Newest(IReadOnlyList<RunEpoch> epochs) => epochs.Count == 0 ? 0 : epochs.Max(e => e.Sequence);

    private async Task<IEnumerable<Run>> SearchAsync(string? text, CancellationToken cancellationToken) =>
        await Reader.SearchAsync(text, RunIds, cancellationToken);

    private void Add(Run? run)
    {
        if (run is not null)
        {
            Navigation.NavigateTo(ComparedIds.Url([.. RunIds, run.Id]));
        }
    }
}
