using FractureDashboard.Jobs;
using FractureDashboard.Live;
using FractureDashboard.ML.Datasets;
using FractureDashboard.Shell;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Components;

namespace FractureDashboard.Evaluations.Listing;

/// <summary>The evaluations of a run: begin one, follow it, open its results.</summary>
public sealed partial class EvaluationsOfRun
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(300);

    private EvaluationList? list;
    private EvaluationTarget? target;
    private IReadOnlyList<Split> splits = EvaluationQueue.HeldOut;
    private ChosenThreshold? kept;
    private TestLookCount? looks;
    private bool isLoaded;
    private bool isStarting;
    private string? problem;

    /// <summary>The run.</summary>
    [Parameter, EditorRequired]
    public int RunId { get; set; }

    [Inject]
    public required EvaluationListReader Reader { get; init; }

    [Inject]
    public required EvaluationQueue Queue { get; init; }

    [Inject]
    public required ChosenThresholds Thresholds { get; init; }

    [Inject]
    public required TestLooks Looks { get; init; }

    [Inject]
    public required LocalClock Clock { get; init; }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        Follow(Topics.Evaluations(RunId), Interval, LoadAsync);
        try
        {
            await Clock.EnsureAsync();
            await LoadAsync();
        }
        catch (OperationCanceledException) when (Leaving.IsCancellationRequested)
        {
            // The user went elsewhere.
        }
    }

    private static string Key(EvaluationTarget of) => $"{of.DatasetId}-{of.Version}";

    private async Task LoadAsync()
    {
        var read = await Reader.ReadAsync(RunId, Leaving);
        kept = await Thresholds.FindAsync(RunId, Leaving);
        looks = await Looks.OfAsync(RunId, Leaving);

        // What was chosen stays chosen as long as it is there.
        target = read?.Targets.FirstOrDefault(t => target is not null && Key(t) == Key(target)) ?? (read?.Targets.Count > 0 ? read.Targets[0] : null);
        (list, isLoaded) = (read, true);
    }

    private void ChooseTarget(ChangeEventArgs e) => target = list!.Targets.FirstOrDefault(t => Key(t) == e.Value as string) ?? target;

    private void Choose(Split split, bool isTaken) => splits = isTaken ? [.. splits.Append(split).Distinct().Order()] : [.. splits.Where(s => s != split)];

    private async Task StartAsync()
    {
        isStarting = true;
        try
        {
            problem = (await Queue.StartAsync(RunId, target!.DatasetId, target.Version, EvaluationKind.Plain, Leaving, splits)).Problem;
            await LoadAsync();
        }
        finally
        {
            isStarting = false;
        }
    }

    private async Task CancelAsync(int evaluationId)
    {
        await Queue.CancelAsync(evaluationId, Leaving);
        await LoadAsync();
    }

    private async Task ForgetAsync()
    {
        await Thresholds.ForgetAsync(RunId, Leaving);
        kept = null;
    }
}
