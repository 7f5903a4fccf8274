namespace FractureDashboard.ML.Training;

/// <summary>
/// Something that happened in a run. Events are numbered per run, so that a reader that joins late
/// can join a snapshot and a stream without a gap or a repeat.
/// </summary>
/// <param name="Sequence">Number within the run, from 1, without gaps; a resumed run goes on counting.</param>
/// <param name="AtUtc">When it happened, UTC.</param>
public abstract record TrainingEvent(long Sequence, DateTime AtUtc);

/// <summary>The trainer knows its data and its device and is about to step.</summary>
/// <param name="Sequence">See <see cref="TrainingEvent"/>.</param>
/// <param name="AtUtc">See <see cref="TrainingEvent"/>.</param>
/// <param name="Device">The device in words, e.g. <c>cpu (2 threads)</c>.</param>
/// <param name="ParameterCount">Trainable parameters.</param>
/// <param name="TrainImages">Images in the training split.</param>
/// <param name="ValidationImages">Images in the validation split.</param>
/// <param name="StepsPerEpoch">Optimizer steps in an epoch.</param>
/// <param name="FirstEpoch">The epoch it starts with, from 1; greater than 1 when resumed.</param>
/// <param name="Threads">Threads the engine uses; equal bits on CPU need an equal count.</param>
/// <param name="StepsDone">Optimizer steps of the run that a resume starts after; later ones reported before are superseded.</param>
/// <param name="CompletedEpochs">The metrics of the epochs before <paramref name="FirstEpoch"/>, from the checkpoint; null when there is none.</param>
public sealed record RunStarted(
    long Sequence,
    DateTime AtUtc,
    string Device,
    long ParameterCount,
    int TrainImages,
    int ValidationImages,
    int StepsPerEpoch,
    int FirstEpoch,
    int Threads,
    long StepsDone = 0,
    IReadOnlyList<EpochMetrics>? CompletedEpochs = null)
    : TrainingEvent(Sequence, AtUtc);

/// <summary>Images decoded into the tensor cache so far.</summary>
/// <param name="Sequence">See <see cref="TrainingEvent"/>.</param>
/// <param name="AtUtc">See <see cref="TrainingEvent"/>.</param>
/// <param name="Done">Images done.</param>
/// <param name="Total">Images in all.</param>
public sealed record CacheProgress(long Sequence, DateTime AtUtc, int Done, int Total) : TrainingEvent(Sequence, AtUtc);

/// <summary>One optimizer step.</summary>
/// <param name="Sequence">See <see cref="TrainingEvent"/>.</param>
/// <param name="AtUtc">See <see cref="TrainingEvent"/>.</param>
/// <param name="Epoch">Epoch, from 1.</param>
/// <param name="Step">Step within the epoch, from 1.</param>
/// <param name="GlobalStep">Step within the run, from 1.</param>
/// <param name="Loss">Mean binary cross-entropy of the batch, nats.</param>
/// <param name="ImagesPerSecond">Training images per second since the last event.</param>
/// <param name="ProcessBytes">Resident memory of the process, bytes.</param>
/// <param name="Details">Learning rate, gradient and where the time went.</param>
public sealed record StepCompleted(
    long Sequence, DateTime AtUtc, int Epoch, int Step, long GlobalStep, double Loss, double ImagesPerSecond, long ProcessBytes, StepDetails Details)
    : TrainingEvent(Sequence, AtUtc);

/// <summary>What a step looked like from inside. The times are the host's; on a GPU, which works behind it, they show where the host waits.</summary>
/// <param name="LearningRate">The head's learning rate in the step.</param>
/// <param name="GradientNorm">Euclidean norm over all gradients before clipping; 0 in a batch that only accumulates.</param>
/// <param name="DataSeconds">Fetching, moving and augmenting the batch.</param>
/// <param name="ForwardSeconds">Forward pass and loss.</param>
/// <param name="BackwardSeconds">Backward pass.</param>
/// <param name="OptimizerSeconds">Clipping, optimizer step and weight average.</param>
public sealed record StepDetails(
    double LearningRate, double GradientNorm, double DataSeconds, double ForwardSeconds, double BackwardSeconds, double OptimizerSeconds);

/// <summary>Distributions of weights and activations at the end of an epoch.</summary>
/// <param name="Sequence">See <see cref="TrainingEvent"/>.</param>
/// <param name="AtUtc">See <see cref="TrainingEvent"/>.</param>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Histograms">One for each weight array and each layer's output, in the network's order.</param>
public sealed record EpochHistograms(long Sequence, DateTime AtUtc, int Epoch, IReadOnlyList<Histogram> Histograms) : TrainingEvent(Sequence, AtUtc);

/// <summary>A distribution in bins of equal width.</summary>
/// <param name="Name">Of the array or layer, e.g. <c>conv1.weight</c>.</param>
/// <param name="IsActivation">True for a layer's output on a fixed validation batch, false for weights.</param>
/// <param name="Minimum">Left end of the first bin.</param>
/// <param name="Maximum">Right end of the last bin.</param>
/// <param name="Mean">Mean.</param>
/// <param name="StandardDeviation">Standard deviation.</param>
/// <param name="Counts">How many values fall into each bin.</param>
public sealed record Histogram(
    string Name, bool IsActivation, double Minimum, double Maximum, double Mean, double StandardDeviation, IReadOnlyList<long> Counts);

/// <summary>The outcome of a search for a learning rate.</summary>
/// <param name="Sequence">See <see cref="TrainingEvent"/>.</param>
/// <param name="AtUtc">See <see cref="TrainingEvent"/>.</param>
/// <param name="Suggested">The rate at which the smoothed loss falls most steeply, but at most a tenth of that where it is lowest; null when it never fell.</param>
public sealed record LearningRateFound(long Sequence, DateTime AtUtc, double? Suggested) : TrainingEvent(Sequence, AtUtc);

/// <summary>One pass over the training split, with its validation.</summary>
/// <param name="Sequence">See <see cref="TrainingEvent"/>.</param>
/// <param name="AtUtc">See <see cref="TrainingEvent"/>.</param>
/// <param name="Metrics">The epoch's metrics.</param>
public sealed record EpochCompleted(long Sequence, DateTime AtUtc, EpochMetrics Metrics) : TrainingEvent(Sequence, AtUtc);

/// <summary>A checkpoint is on disk, flushed and renamed.</summary>
/// <param name="Sequence">See <see cref="TrainingEvent"/>.</param>
/// <param name="AtUtc">See <see cref="TrainingEvent"/>.</param>
/// <param name="Epoch">The last complete epoch in it.</param>
/// <param name="IsBest">True when its monitored metric is the best so far.</param>
public sealed record CheckpointSaved(long Sequence, DateTime AtUtc, int Epoch, bool IsBest) : TrainingEvent(Sequence, AtUtc);

/// <summary>A line for the run's log.</summary>
/// <param name="Sequence">See <see cref="TrainingEvent"/>.</param>
/// <param name="AtUtc">See <see cref="TrainingEvent"/>.</param>
/// <param name="Level">How grave it is.</param>
/// <param name="Text">One line.</param>
public sealed record LogLine(long Sequence, DateTime AtUtc, LogSeverity Level, string Text) : TrainingEvent(Sequence, AtUtc);

/// <summary>How grave a log line is.</summary>
public enum LogSeverity
{
    /// <summary>What is going on.</summary>
    Information,

    /// <summary>Something the user should look at.</summary>
    Warning,

    /// <summary>Something went wrong.</summary>
    Error,
}

/// <summary>The metrics of one epoch.</summary>
/// <param name="Epoch">Epoch, from 1.</param>
/// <param name="TrainLoss">Mean training loss over images, nats, as seen while stepping (as Keras reports it).</param>
/// <param name="TrainAccuracy">Training accuracy while stepping, 0 to 1.</param>
/// <param name="ValidationLoss">Mean validation loss over images, nats.</param>
/// <param name="ValidationAccuracy">Validation accuracy at threshold 0.5, 0 to 1.</param>
/// <param name="LearningRate">The head's learning rate at its last step.</param>
/// <param name="TrainSeconds">Seconds spent stepping.</param>
/// <param name="ValidationSeconds">Seconds spent validating.</param>
/// <param name="ValidationAuc">Area under the ROC curve on the validation split, 0 to 1; null when it has one class only.</param>
/// <param name="IsBest">True when the monitored metric was the best so far, so that its weights were kept.</param>
public sealed record EpochMetrics(
    int Epoch,
    double TrainLoss,
    double TrainAccuracy,
    double ValidationLoss,
    double ValidationAccuracy,
    double LearningRate,
    double TrainSeconds,
    double ValidationSeconds,
    double? ValidationAuc,
    bool IsBest);
