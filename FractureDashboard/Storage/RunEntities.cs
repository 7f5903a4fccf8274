using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Training;

namespace FractureDashboard.Storage;

/// <summary>The state of a run.</summary>
public enum RunState
{
    /// <summary>Waiting for the trainer.</summary>
    Queued = 0,

    /// <summary>Being trained.</summary>
    Running = 1,

    /// <summary>All epochs done.</summary>
    Completed = 2,

    /// <summary>Stopped by a user; what was learned is kept.</summary>
    Canceled = 3,

    /// <summary>Ended by an error; <see cref="Run.StateReason"/> explains it.</summary>
    Failed = 4,

    /// <summary>The server stopped under it too often to try again by itself; can be resumed by hand.</summary>
    Interrupted = 5,
}

/// <summary>A training run: everything needed to repeat it, where it stands and what came out.</summary>
public sealed class Run
{
    public int Id { get; set; }

    public required string Name { get; set; }

    /// <summary>Null once the data set has been removed.</summary>
    public int? DatasetId { get; set; }

    public required string DatasetName { get; set; }

    public DatasetKind DatasetKind { get; set; }

    public int DatasetVersion { get; set; }

    public required string Fingerprint { get; set; }

    public required string Model { get; set; }

    /// <summary>Short description of the augmentation, for tables: <c>off</c> or e.g. <c>rot 20°, shear 0.2°, zoom 0.2, flip</c>.</summary>
    public required string Augmentation { get; set; }

    /// <summary>The full <see cref="TrainingOptions"/> as JSON.</summary>
    public required string OptionsJson { get; set; }

    /// <summary>SHA-256 of <see cref="OptionsJson"/>.</summary>
    public required string OptionsHash { get; set; }

    public int Epochs { get; set; }

    public int Seed { get; set; }

    public string Notes { get; set; } = "";

    /// <summary>Comma-separated, lower case, each between commas (<c>,a,b,</c>) so that one can be searched for; empty when none.</summary>
    public string Tags { get; set; } = "";

    public RunState State { get; set; }

    public string? StateReason { get; set; }

    public bool CancelRequested { get; set; }

    /// <summary>How often the trainer has started on it.</summary>
    public int Attempts { get; set; }

    public DateTime CreatedUtc { get; set; }

    public DateTime? StartedUtc { get; set; }

    public DateTime? FinishedUtc { get; set; }

    /// <summary>Seconds spent by the trainer over all attempts.</summary>
    public double TrainedSeconds { get; set; }

    public string? DeviceUsed { get; set; }

    public int Threads { get; set; }

    public string? SoftwareVersions { get; set; }

    public string? GitCommit { get; set; }

    public long ParameterCount { get; set; }

    public int TrainImages { get; set; }

    public int ValidationImages { get; set; }

    public int StepsPerEpoch { get; set; }

    public int CacheDone { get; set; }

    public int CacheTotal { get; set; }

    public int CurrentEpoch { get; set; }

    public int CurrentStep { get; set; }

    public double ImagesPerSecond { get; set; }

    public long ProcessBytes { get; set; }

    public int EpochsDone { get; set; }

    /// <summary>Sequence number of the newest stored event.</summary>
    public long LastSequence { get; set; }

    public int? BestEpoch { get; set; }

    public double? BestValidationAccuracy { get; set; }

    public double? BestValidationLoss { get; set; }

    public double? BestValidationAuc { get; set; }

    /// <summary>What a search for a learning rate suggests; null for a training.</summary>
    public double? SuggestedLearningRate { get; set; }

    /// <summary>Validation images with a byte-identical twin in the training split.</summary>
    public int? ValidationTwins { get; set; }

    /// <summary>Validation accuracy of the kept weights over the images without a twin; null when there is none.</summary>
    public double? ValidationAccuracyWithoutTwins { get; set; }

    public int? TestImages { get; set; }

    /// <summary>Test images with a byte-identical twin in the training split.</summary>
    public int? TestTwins { get; set; }

    public double? TestAccuracy { get; set; }

    /// <summary>Test accuracy over the images without a twin; null when there is none.</summary>
    public double? TestAccuracyWithoutTwins { get; set; }

    public double? TestAuc { get; set; }

    /// <summary>What the newest scan said of the data set when the run was launched, as JSON; null when there was none.</summary>
    public string? QualityJson { get; set; }

    /// <summary>How the score rests on burnt-in markers, as JSON; null until it was probed.</summary>
    public string? ShortcutJson { get; set; }

    /// <summary>SHA-256 of the weights file; null until there is one.</summary>
    public string? WeightsHash { get; set; }

    /// <summary>True while the trainer has, or will get, work to do on it.</summary>
    public bool IsActive => State is RunState.Queued or RunState.Running;
}

/// <summary>The metrics of an epoch.</summary>
public sealed class RunEpoch
{
    public int RunId { get; set; }

    public int Epoch { get; set; }

    public long Sequence { get; set; }

    public double TrainLoss { get; set; }

    public double TrainAccuracy { get; set; }

    public double ValidationLoss { get; set; }

    public double ValidationAccuracy { get; set; }

    public double LearningRate { get; set; }

    public double TrainSeconds { get; set; }

    public double ValidationSeconds { get; set; }

    public double? ValidationAuc { get; set; }

    /// <summary>True when the monitored metric was the best so far, so that its weights were kept.</summary>
    public bool IsBest { get; set; }
}

/// <summary>A point of the loss curve.</summary>
public sealed class RunStep
{
    public int RunId { get; set; }

    public long Sequence { get; set; }

    public long GlobalStep { get; set; }

    public int Epoch { get; set; }

    public double Loss { get; set; }

    public double ImagesPerSecond { get; set; }

    public double LearningRate { get; set; }

    /// <summary>Before clipping; 0 in a batch that only accumulates.</summary>
    public double GradientNorm { get; set; }

    public double DataSeconds { get; set; }

    public double ForwardSeconds { get; set; }

    public double BackwardSeconds { get; set; }

    public double OptimizerSeconds { get; set; }

    /// <summary>Resident memory of the process.</summary>
    public long ProcessBytes { get; set; }
}

/// <summary>Distributions of weights and activations at the end of an epoch.</summary>
public sealed class RunHistograms
{
    public int RunId { get; set; }

    public int Epoch { get; set; }

    public long Sequence { get; set; }

    /// <summary>A list of <see cref="Histogram"/> as JSON.</summary>
    public required string Json { get; set; }
}

/// <summary>A line of a run's log.</summary>
public sealed class RunLog
{
    public int RunId { get; set; }

    public long Sequence { get; set; }

    public DateTime AtUtc { get; set; }

    public LogSeverity Level { get; set; }

    public required string Text { get; set; }
}

/// <summary>A per-image score of a run's final evaluation.</summary>
public sealed class RunScore
{
    public int RunId { get; set; }

    public required string RelativePath { get; set; }

    public Split Split { get; set; }

    public Label Label { get; set; }

    /// <summary>P(fractured), 0 to 1.</summary>
    public double Score { get; set; }

    /// <summary>True when the training split holds a byte-identical copy.</summary>
    public bool HasTwinInTrain { get; set; }
}
