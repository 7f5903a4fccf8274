using FractureDashboard.Jobs;
using FractureDashboard.Live;
using FractureDashboard.ML.Datasets;
using FractureDashboard.Shell;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Components;

namespace FractureDashboard.Evaluations.Detail;

/// <summary>The results of an evaluation, or how far it has come.</summary>
public sealed partial class EvaluationResults
{
    private const double FirstThreshold = 0.5;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(300);

    private EvaluationLookup? found;
    private LoadedEvaluation? loaded;
    private EvaluationSummary? summary;
    private JudgedImages? judged;
    private EvaluationQuery? judgedBy;
    private TestLookCount? looks;
    private ChosenThreshold? kept;
    private double threshold = FirstThreshold;
    private bool showsTest;
    private string? problem;

    /// <summary>The run.</summary>
    [Parameter, EditorRequired]
    public int RunId { get; set; }

    /// <summary>The evaluation.</summary>
    [Parameter, EditorRequired]
    public int EvaluationId { get; set; }

    /// <summary>What of it is shown.</summary>
    [Parameter, EditorRequired]
    public required EvaluationQuery Query { get; set; }

    [Inject]
    public required EvaluationReader Reader { get; init; }

    [Inject]
    public required EvaluationQueue Queue { get; init; }

    [Inject]
    public required ChosenThresholds Thresholds { get; init; }

    [Inject]
    public required TestLooks Looks { get; init; }

    [Inject]
    public required LocalClock Clock { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

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

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        try
        {
            await JudgeAsync();
        }
        catch (OperationCanceledException) when (Leaving.IsCancellationRequested)
        {
            // The user went elsewhere.
        }
    }

    private async Task LoadAsync()
    {
        var isFirst = found is null;
        found = await Reader.FindAsync(RunId, EvaluationId, Leaving);
        kept = await Thresholds.FindAsync(RunId, Leaving);
        if (isFirst)
        {
            threshold = kept?.Threshold ?? FirstThreshold;
        }

        // Scores never change once they are complete.
        if (loaded is null && found.Evaluation?.State == EvaluationState.Completed)
        {
            loaded = await Reader.LoadAsync(RunId, EvaluationId, Leaving);
            summary = EvaluationSummary.Read(found.Evaluation.SummaryJson);
            await JudgeAsync();
        }
    }

    private async Task JudgeAsync()
    {
        if (loaded is null || judgedBy == Query.ImagesOnly())
        {
            return;
        }

        var wanted = Query.ImagesOnly();
        var next = JudgedImages.Of(loaded, Query);
        var comesIntoView = next.HasTest && !showsTest;
        (judgedBy, showsTest) = (wanted, next.HasTest);

        // Noted before it is shown: what cannot be counted is not shown.
        if (comesIntoView)
        {
            await Looks.NoteAsync(RunId, EvaluationId, TestLookKind.Page, Leaving);
        }

        var count = await Looks.OfAsync(RunId, Leaving);
        if (judgedBy == wanted)
        {
            (looks, judged) = (count, next);
        }
    }

    private string Subtitle(Evaluation evaluation) =>
        $"{found!.DatasetName}, version {evaluation.DatasetVersion}{(loaded?.VersionName is { } name ? $" ({name})" : "")}: {EvaluationText.Splits(evaluation.Splits)}"
        + (judged is null ? "" : $" · {EvaluationText.Count(judged.Images.Count, "image")} shown")
        + (evaluation.FinishedUtc is { } finished ? $" · {Clock.Format(finished)}" : "");

    // Said where it would be overlooked: the number is too good.
    private string? SeenNote(LoadedEvaluation of)
    {
        if (Query.Seen == SeenChoice.Unseen || judged is not { Images.Count: > 0 } shown)
        {
            return null;
        }

        if (shown.Images.Any(i => i.Split == Split.Train) && of.IsOwn)
        {
            return "Training images are among those shown: their figures say how well the model remembers.";
        }

        var seen = shown.Images.Count(i => Query.Seen == SeenChoice.WithoutTwin ? i.SharesSource && !i.HasTwin : i.SharesSource);
        return seen == 0 ? null : $"The run was trained on the radiograph of {Humane.Count(seen)} of the {Humane.Count(shown.Images.Count)} images shown, in some form. Look at “{EvaluationText.Of(SeenChoice.Unseen)}” for the honest figures.";
    }

    private void SetThreshold(double value) => threshold = value;

    private void ShowThreshold(double value)
    {
        threshold = value;
        Go(Query with { View = EvaluationView.Performance, Page = 1 });
    }

    private void Go(EvaluationQuery query) => Navigation.NavigateTo(EvaluationAddresses.Of(RunId, EvaluationId, query));

    private async Task CancelAsync()
    {
        await Queue.CancelAsync(EvaluationId, Leaving);
        await LoadAsync();
    }

    private async Task KeepAsync(ThresholdToKeep choice)
    {
        // A rule chooses on validation; the hand chooses on what it sees.
        var byRule = Query.View == EvaluationView.Thresholds;
        problem = await Thresholds.ChooseAsync(
            new ChosenThreshold
            {
                RunId = RunId,
                Threshold = choice.Threshold,
                Rule = choice.Rule,
                ChosenOn = byRule ? judged!.ValidationFrom : $"{EvaluationText.Count(judged!.Images.Count, "image")} of evaluation {EvaluationId}",
                TestWasShown = judged.HasTest,
                Temperature = judged.Temperature is { Reason: null } temperature ? temperature.Temperature : null,
                WeightsHash = loaded!.Evaluation.WeightsHash ?? "",
            },
            Leaving);
        kept = await Thresholds.FindAsync(RunId, Leaving);
    }

    private async Task ForgetAsync()
    {
        await Thresholds.ForgetAsync(RunId, Leaving);
        kept = null;
    }
}
