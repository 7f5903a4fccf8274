using FractureDashboard.Storage;

namespace FractureDashboard.Predict;

/// <summary>An answer, stored.</summary>
/// <param name="Stored">The row of the history.</param>
/// <param name="IsSynthetic">True when the model was trained on synthetic images; null when its run is gone.</param>
/// <param name="DecodeMilliseconds">Reading, checking and resizing the image; null for an answer from the history.</param>
/// <param name="ModelMilliseconds">The model's own time; null for an answer from the history.</param>
public sealed record PredictionResult(Prediction Stored, bool? IsSynthetic, double? DecodeMilliseconds = null, double? ModelMilliseconds = null);

/// <summary>Why there is no answer.</summary>
public enum PredictionFailure
{
    /// <summary>The chosen run cannot answer (any more), or there is none.</summary>
    NoModel,

    /// <summary>The weights or the engine could not be loaded.</summary>
    ModelUnavailable,

    /// <summary>The bytes did not arrive.</summary>
    Unreadable,

    /// <summary>No bytes.</summary>
    Empty,

    /// <summary>More bytes or pixels than the limit.</summary>
    TooLarge,

    /// <summary>Not an image in a supported format.</summary>
    NotAnImage,

    /// <summary>Truncated or damaged.</summary>
    Damaged,

    /// <summary>Sound, as far as can be told, but of a kind that is not read here, or not without another program.</summary>
    Unsupported,

    /// <summary>The answer could not be kept: the server's disk or database refused.</summary>
    NotStored,
}

/// <summary>A refusal.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="FileName">Which file.</param>
/// <param name="Message">What was wrong and what to do.</param>
public sealed record PredictionError(PredictionFailure Kind, string FileName, string Message);

/// <summary>An answer or the reason why there is none.</summary>
public readonly record struct PredictionOutcome
{
    private PredictionOutcome(PredictionResult? result, PredictionError? error)
    {
        Result = result;
        Error = error;
    }

    /// <summary>The answer.</summary>
    public PredictionResult? Result { get; }

    /// <summary>The refusal.</summary>
    public PredictionError? Error { get; }

    /// <summary>An answer.</summary>
    /// <param name="result">The answer.</param>
    /// <returns>The outcome.</returns>
    public static implicit operator PredictionOutcome(PredictionResult result) => new(result, null);

    /// <summary>A refusal.</summary>
    /// <param name="error">The refusal.</param>
    /// <returns>The outcome.</returns>
    public static implicit operator PredictionOutcome(PredictionError error) => new(null, error);
}
