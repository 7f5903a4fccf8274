namespace FractureDashboard.ML.Training;

/// <summary>How a call to the trainer ended.</summary>
public enum TrainingOutcome
{
    /// <summary>All epochs done.</summary>
    Completed,

    /// <summary>Stopped by the cancellation token; what was learned is kept.</summary>
    Canceled,

    /// <summary>Ended by an error that <see cref="TrainingResult.Failure"/> explains.</summary>
    Failed,
}

/// <summary>How a training ended and what it left.</summary>
/// <param name="Outcome">Completed, cancelled or failed.</param>
/// <param name="Epochs">All complete epochs, those before a resume included.</param>
/// <param name="Failure">What went wrong and what to do, for a person; null unless failed.</param>
/// <param name="WeightsHash">SHA-256 of the final weights file, when one was written.</param>
/// <param name="Scores">Per-image scores of the kept weights on the validation and test splits; empty unless completed.</param>
/// <param name="LastSequence">Number of the last event emitted.</param>
public sealed record TrainingResult(
    TrainingOutcome Outcome,
    IReadOnlyList<EpochMetrics> Epochs,
    string? Failure,
    string? WeightsHash,
    IReadOnlyList<ImageScore> Scores,
    long LastSequence);

/// <summary>The score of one image.</summary>
/// <param name="RelativePath">Path below the data set's root.</param>
/// <param name="Split">Its split.</param>
/// <param name="Label">Its label.</param>
/// <param name="Score">P(fractured), 0 to 1.</param>
public sealed record ImageScore(string RelativePath, Datasets.Split Split, Datasets.Label Label, double Score);
