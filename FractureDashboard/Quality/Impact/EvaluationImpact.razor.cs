using FractureDashboard.Jobs;
using FractureDashboard.Live;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Components;

namespace FractureDashboard.Quality.Impact;

/// <summary>What copies and shared radiographs do to the numbers that a data set's runs report.</summary>
public sealed partial class EvaluationImpact
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RunsInterval = TimeSpan.FromSeconds(5);
    private readonly HashSet<int> followed = [];
    private Impact? impact;
    private IReadOnlyDictionary<int, HonestEvaluation> evaluations = new Dictionary<int, HonestEvaluation>();
    private string? problem;
    private int shown;

    /// <summary>The data set.</summary>
    [Parameter, EditorRequired]
    public int DatasetId { get; set; }

    [Inject]
    public required ImpactReader Reader { get; init; }

    [Inject]
    public required EvaluationQueue Queue { get; init; }

    /// <inheritdoc />
    protected override void OnInitialized() => Follow(Topics.Runs, RunsInterval, LoadAsync);

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (shown == DatasetId)
        {
            return;
        }

        (shown, impact, problem) = (DatasetId, null, null);
        try
        {
            await LoadAsync();
        }
        catch (OperationCanceledException) when (Leaving.IsCancellationRequested)
        {
            // The user went elsewhere.
        }
    }

    private async Task LoadAsync()
    {
        var id = DatasetId;
        var read = await Reader.ReadAsync(id, Leaving);
        if (id != DatasetId)
        {
            return;
        }

        impact = read;
        foreach (var run in read.Runs.Where(r => followed.Add(r.RunId)))
        {
            Follow(Topics.Evaluations(run.RunId), Interval, LoadEvaluationsAsync);
        }

        await LoadEvaluationsAsync();
    }

    private async Task LoadEvaluationsAsync()
    {
        if (impact?.Honest is { } honest)
        {
            evaluations = await Reader.EvaluationsAsync(DatasetId, honest.Number, Leaving);
        }
    }

    private async Task StartAsync(int runId)
    {
        problem = (await Queue.StartAsync(runId, DatasetId, impact!.Honest!.Number, EvaluationKind.Plain, Leaving)).Problem;
        await LoadEvaluationsAsync();
    }

    private async Task CancelAsync(int evaluationId)
    {
        await Queue.CancelAsync(evaluationId, Leaving);
        await LoadEvaluationsAsync();
    }
}
