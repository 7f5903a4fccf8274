namespace FractureDashboard.ML.Training;

/// <summary>Where a run stands: everything besides weights and optimizer that a resumed run needs to go on bit for bit.</summary>
internal sealed record TrainingProgress
{
    /// <summary>The epoch in work, from 1.</summary>
    public int Epoch { get; init; } = 1;

    /// <summary>Steps done in it.</summary>
    public int StepsDone { get; init; }

    /// <summary>Sum of the losses of the images seen in it, nats.</summary>
    public double LossSum { get; init; }

    /// <summary>Images seen in it that were on the right side.</summary>
    public long Correct { get; init; }

    /// <summary>Images seen in it.</summary>
    public long Seen { get; init; }

    /// <summary>Seconds spent on its steps.</summary>
    public double Seconds { get; init; }

    /// <summary>The metrics of all complete epochs.</summary>
    public IReadOnlyList<EpochMetrics> Epochs { get; init; } = [];

    /// <summary>The same after a step.</summary>
    /// <param name="step">The step.</param>
    public TrainingProgress After(StepOutcome step) => this with
    {
        StepsDone = StepsDone + 1,
        LossSum = LossSum + (step.Loss * step.Samples.Count),
        Correct = Correct + step.Correct,
        Seen = Seen + step.Samples.Count,
    };

    /// <summary>The same after an epoch: the next one at its start.</summary>
    public TrainingProgress After(EpochMetrics metrics) => new()
    {
        Epoch = metrics.Epoch + 1,
        Epochs = [.. Epochs, metrics],
    };
}
