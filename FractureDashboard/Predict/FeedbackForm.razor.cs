using FractureDashboard.Shell;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FractureDashboard.Predict;

/// <summary>Takes a judgement of an answer, and shows the one that is kept.</summary>
public sealed partial class FeedbackForm
{
    private PredictionFeedback? kept;
    private FeedbackVerdict? verdict;
    private string comment = "";
    private string? problem;
    private int? loaded;

    /// <summary>The answer.</summary>
    [Parameter, EditorRequired]
    public required Prediction Answer { get; set; }

    [Inject]
    public required FeedbackStore Feedback { get; init; }

    [Inject]
    public required LocalClock Clock { get; init; }

    private bool IsChanged => kept is null || kept.Verdict != verdict || kept.Comment != comment.Trim();

    private string State => problem ?? (kept is { } known ? $"Kept {Clock.Format(known.UpdatedUtc)}." : "Nobody has judged this answer yet.");

    // The label stands in each choice: agreeing with "not fractured" is easily misread.
    private IEnumerable<(FeedbackVerdict Verdict, string Title, string Meaning, string Icon)> Choices =>
    [
        (FeedbackVerdict.Agree, "Agree", $"It is {Shown(Answer.IsFractured)}", Icons.Material.Outlined.ThumbUp),
        (FeedbackVerdict.Disagree, "Disagree", $"It is {Shown(!Answer.IsFractured)}", Icons.Material.Outlined.ThumbDown),
        (FeedbackVerdict.Unsure, "Cannot tell", "From this image", Icons.Material.Outlined.QuestionMark),
    ];

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (loaded != Answer.Id)
        {
            loaded = Answer.Id;
            Show(await Feedback.FindAsync(Answer.Id, CancellationToken.None));
        }
    }

    private static string Shown(bool isFractured) => PredictText.Decision(isFractured).ToLowerInvariant();

    private void Choose(FeedbackVerdict chosen) => verdict = chosen;

    private async Task SaveAsync()
    {
        if (verdict is not { } chosen)
        {
            return;
        }

        var saved = await Feedback.SaveAsync(Answer.Id, chosen, comment, CancellationToken.None);
        Show(saved);
        problem = saved is null ? "This answer has been deleted meanwhile, so nothing was kept." : null;
    }

    private async Task TakeBackAsync()
    {
        await Feedback.DeleteAsync(Answer.Id, CancellationToken.None);
        Show(null);
    }

    private void Show(PredictionFeedback? feedback)
    {
        kept = feedback;
        verdict = feedback?.Verdict;
        comment = feedback?.Comment ?? "";
        problem = null;
    }
}
