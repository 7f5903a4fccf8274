using FractureDashboard.ML.Datasets;
using FractureDashboard.Shell;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FractureDashboard.Predict;

/// <summary>Shows an answer. The decision follows the threshold given, without asking the model again.</summary>
public sealed partial class AnswerCard
{
    private Prediction stored = null!;
    private bool isFractured;

    /// <summary>The answer.</summary>
    [Parameter, EditorRequired]
    public required PredictionResult Result { get; set; }

    /// <summary>Scores at or above it are called fractured.</summary>
    [Parameter, EditorRequired]
    public double Threshold { get; set; }

    /// <summary>What registered data sets know of the file; null when none has it.</summary>
    [Parameter]
    public KnownImage? Known { get; set; }

    /// <summary>A model to ask as well; null when the chosen one is the one that answered.</summary>
    [Parameter]
    public FinishedRun? Other { get; set; }

    /// <summary>While another answer is being made.</summary>
    [Parameter]
    public bool IsBusy { get; set; }

    /// <summary>Asks <see cref="Other"/>.</summary>
    [Parameter]
    public EventCallback OnAskAgain { get; set; }

    /// <summary>Deletes the answer; the owner asks first.</summary>
    [Parameter]
    public EventCallback OnDelete { get; set; }

    [Inject]
    public required LocalClock Clock { get; init; }

    private bool IsRethought => Math.Abs(Threshold - stored.Threshold) > 1e-9;

    private string Parts => Result is { DecodeMilliseconds: { } decode, ModelMilliseconds: { } model }
        ? $" (image {PredictText.Milliseconds(decode)}, model {PredictText.Milliseconds(model)})"
        : "";

    private bool? IsRight => Known?.Label is { } label ? isFractured == (label == Label.Fractured) : null;

    private string KnownVerdict => IsRight switch
    {
        true => "The decision is right.",
        false => "The decision is wrong.",
        null => "The label is contradictory.",
    };

    private string KnownIcon => IsRight switch
    {
        true => Icons.Material.Outlined.Check,
        false => Icons.Material.Outlined.Close,
        null => Icons.Material.Outlined.QuestionMark,
    };

    /// <inheritdoc />
    protected override void OnParametersSet()
    {
        stored = Result.Stored;
        isFractured = stored.Score >= Threshold;
    }
}
