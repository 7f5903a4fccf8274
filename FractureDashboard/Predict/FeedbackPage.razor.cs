using Microsoft.AspNetCore.Components;

namespace FractureDashboard.Predict;

/// <summary>Shows how often each model was judged right, and follows new judgements.</summary>
public sealed partial class FeedbackPage
{
    private static readonly TimeSpan Throttle = TimeSpan.FromMilliseconds(200);

    private IReadOnlyList<FeedbackSummary>? models;

    [Inject]
    public required FeedbackStore Feedback { get; init; }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        var changes = Subscribe(PredictionArchive.Topic);
        await LoadAsync();
        Follow(changes, Throttle, LoadAsync);
    }

    private async Task LoadAsync() => models = await Feedback.SummariseAsync(Leaving);
}
