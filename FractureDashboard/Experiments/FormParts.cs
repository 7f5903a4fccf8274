using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Preprocessing;
using FractureDashboard.ML.Training;

namespace FractureDashboard.Experiments;

/*
 The sections of the form. A number that is not there yet is null and becomes one that validation refuses. What the other
 choices make meaningless is hidden and left at its default, so that it can neither be wrong nor tell equal runs apart.
*/

/// <summary>How files become inputs.</summary>
public sealed class PreprocessingPart
{
    public FitMode Fit { get; set; }

    public bool Greyscale { get; set; }

    public bool Clahe { get; set; }

    internal void Fill(PreprocessingOptions options) => (Fit, Greyscale, Clahe) = (options.Fit, options.Greyscale, options.Clahe);

    internal PreprocessingOptions ToOptions() => new(Fit, Greyscale, Clahe);
}

/// <summary>The optimizer.</summary>
public sealed class OptimizerPart
{
    private static readonly OptimizerOptions Default = new();

    public OptimizerKind Kind { get; set; }

    public double? WeightDecay { get; set; }

    public double? Momentum { get; set; }

    public double? ClipNorm { get; set; }

    public int? AccumulationSteps { get; set; }

    public double? EmaDecay { get; set; }

    internal bool HasMomentum => Kind == OptimizerKind.Sgd;

    internal void Fill(OptimizerOptions options) => (Kind, WeightDecay, Momentum, ClipNorm, AccumulationSteps, EmaDecay)
        = (options.Kind, options.WeightDecay, options.Momentum, options.ClipNorm, options.AccumulationSteps, options.EmaDecay);

    internal OptimizerOptions ToOptions() => new(
        Kind, WeightDecay ?? -1, HasMomentum ? Momentum ?? -1 : Default.Momentum, ClipNorm ?? -1, AccumulationSteps ?? 0, EmaDecay ?? -1);
}

/// <summary>The learning rate over the run.</summary>
public sealed class SchedulePart
{
    private static readonly ScheduleOptions Default = new();

    public ScheduleKind Kind { get; set; }

    public double? WarmupEpochs { get; set; }

    public int? Epochs { get; set; }

    public double? Factor { get; set; }

    public double? FinalFraction { get; set; }

    // One-cycle brings its own rise.
    internal bool HasWarmup => Kind != ScheduleKind.OneCycle;

    internal bool HasSteps => Kind is ScheduleKind.Step or ScheduleKind.ReduceOnPlateau;

    internal bool HasFinalFraction => Kind is ScheduleKind.Cosine or ScheduleKind.ReduceOnPlateau;

    internal void Fill(ScheduleOptions options) => (Kind, WarmupEpochs, Epochs, Factor, FinalFraction)
        = (options.Kind, options.WarmupEpochs, options.Epochs, options.Factor, options.FinalFraction);

    internal ScheduleOptions ToOptions() => new(
        Kind,
        HasWarmup ? WarmupEpochs ?? -1 : Default.WarmupEpochs,
        HasSteps ? Epochs ?? 0 : Default.Epochs,
        HasSteps ? Factor ?? 0 : Default.Factor,
        HasFinalFraction ? FinalFraction ?? -1 : Default.FinalFraction);
}

/// <summary>Loss and sampling.</summary>
public sealed class ObjectivePart
{
    public double? FocalGamma { get; set; }

    public double? LabelSmoothing { get; set; }

    public bool ClassWeights { get; set; }

    public SamplingKind Sampling { get; set; }

    internal void Fill(ObjectiveOptions options) => (FocalGamma, LabelSmoothing, ClassWeights, Sampling)
        = (options.FocalGamma, options.LabelSmoothing, options.ClassWeights, options.Sampling);

    internal ObjectiveOptions ToOptions() => new(FocalGamma ?? -1, LabelSmoothing ?? -1, ClassWeights, Sampling);
}

/// <summary>Which weights are kept, and when training stops.</summary>
public sealed class SelectionPart
{
    public MonitoredMetric Monitor { get; set; }

    public int? EarlyStoppingPatience { get; set; }

    public double? MinimumImprovement { get; set; }

    internal bool StopsEarly => EarlyStoppingPatience is not 0;

    internal void Fill(SelectionOptions options) => (Monitor, EarlyStoppingPatience, MinimumImprovement)
        = (options.Monitor, options.EarlyStoppingPatience, options.MinimumImprovement);

    internal SelectionOptions ToOptions() => new(Monitor, EarlyStoppingPatience ?? -1, StopsEarly ? MinimumImprovement ?? -1 : 0);
}

/// <summary>Weights to start from.</summary>
public sealed class FineTuningPart
{
    private static readonly FineTuningOptions Default = new();

    public string WeightsPath { get; set; } = "";

    public int? FrozenEpochs { get; set; }

    public double? BackboneRate { get; set; }

    internal bool HasWeights => WeightsPath.Trim().Length > 0;

    internal void Fill(FineTuningOptions options) => (WeightsPath, FrozenEpochs, BackboneRate) = (options.WeightsPath, options.FrozenEpochs, options.BackboneRate);

    internal FineTuningOptions ToOptions() => HasWeights ? new(WeightsPath.Trim(), FrozenEpochs ?? -1, BackboneRate ?? 0) : Default;
}
