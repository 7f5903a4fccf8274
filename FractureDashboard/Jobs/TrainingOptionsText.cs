using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Models;
using FractureDashboard.ML.Preprocessing;
using FractureDashboard.ML.Training;

namespace FractureDashboard.Jobs;

/// <summary>Training options in a few words. What is at its default and says nothing is left out.</summary>
public static class TrainingOptionsText
{
    /// <summary>A model's name for people; its key when this version does not know it.</summary>
    /// <param name="name">A key of the registry.</param>
    /// <returns>The title.</returns>
    public static string Model(string name) => ModelRegistry.Contains(name) ? ModelRegistry.Get(name).Title : name;

    /// <summary>A way of fitting.</summary>
    /// <param name="fit">The way.</param>
    /// <returns>A participle.</returns>
    public static string Of(FitMode fit) => fit == FitMode.Letterbox ? "letterboxed" : "stretched";

    /// <summary>A number format.</summary>
    /// <param name="precision">The format.</param>
    /// <returns>A few words.</returns>
    public static string Of(Precision precision) => precision == Precision.Mixed ? "bfloat16, mixed" : "32-bit";

    /// <summary>An optimizer's name.</summary>
    /// <param name="kind">The optimizer.</param>
    /// <returns>The name.</returns>
    public static string Of(OptimizerKind kind) => kind switch
    {
        OptimizerKind.AdamW => "AdamW",
        OptimizerKind.Sgd => "SGD",
        _ => "Adam",
    };

    /// <summary>A schedule's name.</summary>
    /// <param name="kind">The schedule.</param>
    /// <returns>The name.</returns>
    public static string Of(ScheduleKind kind) => kind switch
    {
        ScheduleKind.Cosine => "cosine",
        ScheduleKind.Step => "step",
        ScheduleKind.OneCycle => "one-cycle",
        ScheduleKind.ReduceOnPlateau => "reduce on plateau",
        _ => "constant",
    };

    /// <summary>A way of sampling.</summary>
    /// <param name="kind">The way.</param>
    /// <returns>A few words.</returns>
    public static string Of(SamplingKind kind) => kind switch
    {
        SamplingKind.BalancedClasses => "balanced by class",
        SamplingKind.BalancedSources => "balanced by class and source",
        _ => "every image once",
    };

    /// <summary>A monitored metric with its direction.</summary>
    /// <param name="metric">The metric.</param>
    /// <returns>E.g. <c>highest validation AUC</c>.</returns>
    public static string Of(MonitoredMetric metric) => metric switch
    {
        MonitoredMetric.ValidationAccuracy => "highest validation accuracy",
        MonitoredMetric.ValidationAuc => "highest validation AUC",
        _ => "lowest validation loss",
    };

    /// <summary>Preprocessing.</summary>
    /// <param name="options">The options.</param>
    /// <returns>E.g. <c>stretched, RGB</c>.</returns>
    public static string Describe(PreprocessingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Join(Of(options.Fit), options.Greyscale ? "greyscale" : "RGB", options.Clahe ? "CLAHE" : null);
    }

    /// <summary>The optimizer.</summary>
    /// <param name="options">The options.</param>
    /// <returns>E.g. <c>AdamW, weight decay 0.05, clipped at 2</c>.</returns>
    public static string Describe(OptimizerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Join(
            Of(options.Kind),
            options.Kind == OptimizerKind.Sgd ? $"momentum {Number(options.Momentum)}" : null,
            options.WeightDecay > 0 ? $"weight decay {Number(options.WeightDecay)}" : null,
            options.ClipNorm > 0 ? $"clipped at {Number(options.ClipNorm)}" : null,
            options.AccumulationSteps > 1 ? $"{options.AccumulationSteps} batches a step" : null,
            options.EmaDecay > 0 ? $"averaged with decay {Number(options.EmaDecay)}" : null);
    }

    /// <summary>The schedule.</summary>
    /// <param name="options">The options.</param>
    /// <returns>E.g. <c>cosine to 0.01 ×, warm-up 1 epoch</c>.</returns>
    public static string Describe(ScheduleOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var warmup = options.WarmupEpochs > 0 && options.Kind != ScheduleKind.OneCycle ? $"warm-up {Epochs(options.WarmupEpochs)}" : null;
        return options.Kind switch
        {
            ScheduleKind.Cosine => Join($"cosine to {(options.FinalFraction > 0 ? Number(options.FinalFraction) + " ×" : "0")}", warmup),
            ScheduleKind.Step => Join($"× {Number(options.Factor)} every {Epochs(options.Epochs)}", warmup),
            ScheduleKind.ReduceOnPlateau => Join(
                $"× {Number(options.Factor)} after {Epochs(options.Epochs)} without a better one", options.FinalFraction > 0 ? $"down to {Number(options.FinalFraction)} ×" : null, warmup),
            var other => Join(Of(other), warmup),
        };
    }

    /// <summary>Loss and sampling.</summary>
    /// <param name="options">The options.</param>
    /// <returns>E.g. <c>cross-entropy, label smoothing 0.05, balanced by class</c>.</returns>
    public static string Describe(ObjectiveOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Join(
            options.FocalGamma > 0 ? $"focal loss, gamma {Number(options.FocalGamma)}" : "cross-entropy",
            options.LabelSmoothing > 0 ? $"label smoothing {Number(options.LabelSmoothing)}" : null,
            options.ClassWeights ? "class weights" : null,
            options.Sampling == SamplingKind.Shuffled ? null : Of(options.Sampling));
    }

    /// <summary>What is kept, and when training stops.</summary>
    /// <param name="options">The options.</param>
    /// <returns>E.g. <c>highest validation AUC, stops after 5 epochs without a better one</c>.</returns>
    public static string Describe(SelectionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Join(
            Of(options.Monitor),
            options.EarlyStoppingPatience > 0 ? $"stops after {Epochs(options.EarlyStoppingPatience)} without a better one" : null,
            options.EarlyStoppingPatience > 0 && options.MinimumImprovement > 0 ? $"better by {Number(options.MinimumImprovement)} at least" : null);
    }

    /// <summary>What training starts from.</summary>
    /// <param name="options">The options.</param>
    /// <returns>E.g. <c>from resnet18.safetensors, backbone frozen for 2 epochs</c>.</returns>
    public static string Describe(FineTuningOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.WeightsPath.Length == 0 ? "from scratch" : Join(
            $"from {Path.GetFileName(options.WeightsPath)}",
            options.FrozenEpochs > 0 ? $"backbone frozen for {Epochs(options.FrozenEpochs)}" : null,
            options.BackboneRate < 1 ? $"backbone's rate {Number(options.BackboneRate)} ×" : null);
    }

    /// <summary>A number as typed.</summary>
    /// <param name="value">The number.</param>
    /// <returns>Without trailing zeros.</returns>
    public static string Number(double value) => value.ToString("0.########", System.Globalization.CultureInfo.InvariantCulture);

    private static string Epochs(double count) => $"{Number(count)} {(count == 1 ? "epoch" : "epochs")}";

    private static string Join(params string?[] parts) => string.Join(", ", parts.Where(p => p is not null));
}
