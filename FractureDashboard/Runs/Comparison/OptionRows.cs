using FractureDashboard.Jobs;
using FractureDashboard.ML.Preprocessing;
using FractureDashboard.ML.Training;

namespace FractureDashboard.Runs.Comparison;

/// <summary>An option as a line of a table.</summary>
/// <param name="Title">What it is.</param>
/// <param name="Value">A run's value.</param>
internal sealed record OptionRow(string Title, Func<TrainingOptions, string> Value);

/// <summary>All options, one a line, in the order of the launch form. Where other options make one meaningless it reads as a dash.</summary>
internal static class OptionRows
{
    private const string None = "–";

    public static IReadOnlyList<OptionRow> All { get; } =
    [
        new("Model", o => TrainingOptionsText.Model(o.Model)),
        new("Purpose", o => o.Purpose == TrainingPurpose.FindLearningRate ? "learning-rate search" : "training"),
        new("Epochs", o => $"{o.Epochs}"),
        new("Batch size", o => $"{o.BatchSize}"),
        new("Learning rate", o => Number(o.LearningRate)),
        new("Image size", o => $"{o.ImageSize} px"),
        new("Fit", o => TrainingOptionsText.Of(o.Preprocessing.Fit)),
        new("Channels", o => o.Preprocessing.Greyscale ? "greyscale" : "RGB"),
        new("CLAHE", o => YesNo(o.Preprocessing.Clahe)),
        new("Seed", o => $"{o.Seed}"),
        new("Device asked for", o => o.Device),
        new("Precision", o => TrainingOptionsText.Of(o.Precision)),
        new("Optimizer", o => TrainingOptionsText.Of(o.Optimizer.Kind)),
        new("Weight decay", o => Number(o.Optimizer.WeightDecay)),
        new("Momentum", o => o.Optimizer.Kind == OptimizerKind.Sgd ? Number(o.Optimizer.Momentum) : None),
        new("Gradient clipping", o => OrOff(o.Optimizer.ClipNorm)),
        new("Accumulation", o => $"{o.Optimizer.AccumulationSteps}"),
        new("Weight average (EMA)", o => OrOff(o.Optimizer.EmaDecay)),
        new("Schedule", o => TrainingOptionsText.Describe(o.Schedule)),
        new("Focal loss, gamma", o => OrOff(o.Objective.FocalGamma)),
        new("Label smoothing", o => OrOff(o.Objective.LabelSmoothing)),
        new("Class weights", o => YesNo(o.Objective.ClassWeights)),
        new("Sampling", o => TrainingOptionsText.Of(o.Objective.Sampling)),
        new("Kept epoch", o => TrainingOptionsText.Of(o.Selection.Monitor)),
        new("Stops early after", o => o.Selection.EarlyStoppingPatience is > 0 and var n ? $"{n} epochs" : "off"),
        new("Least improvement", o => o.Selection.EarlyStoppingPatience > 0 ? Number(o.Selection.MinimumImprovement) : None),
        new("Starts from", o => o.FineTuning.WeightsPath.Length > 0 ? o.FineTuning.WeightsPath : "scratch"),
        new("Frozen epochs", o => o.FineTuning.WeightsPath.Length > 0 ? $"{o.FineTuning.FrozenEpochs}" : None),
        new("Backbone's rate", o => o.FineTuning.WeightsPath.Length > 0 ? $"{Number(o.FineTuning.BackboneRate)} ×" : None),
        new("Rotation", o => $"± {Number(o.Augmentation.RotationDegrees)}°"),
        new("Shear", o => $"± {Number(o.Augmentation.ShearDegrees)}°"),
        new("Zoom", o => $"± {Number(o.Augmentation.Zoom)}"),
        new("Shift", o => $"± {Number(o.Augmentation.Translation)}"),
        new("Fill", o => o.Augmentation.IsGeometryOff ? None : o.Augmentation.Fill == AugmentationFill.Black ? "black" : "nearest pixel"),
        new("Horizontal flip", o => YesNo(o.Augmentation.HorizontalFlip)),
        new("Brightness", o => $"± {Number(o.Augmentation.Brightness)}"),
        new("Contrast", o => $"± {Number(o.Augmentation.Contrast)}"),
        new("Gamma", o => $"± {Number(o.Augmentation.Gamma)}"),
        new("Noise", o => OrOff(o.Augmentation.Noise)),
        new("Random erasing", o => OrOff(o.Augmentation.Erasing)),
        new("Mixup", o => OrOff(o.Augmentation.Mixup)),
        new("CutMix", o => OrOff(o.Augmentation.CutMix)),
        new("Shuffled labels", o => o.ShuffleLabels ? "yes (control)" : "no"),
    ];

    private static string Number(double value) => TrainingOptionsText.Number(value);

    private static string OrOff(double value) => value > 0 ? Number(value) : "off";

    private static string YesNo(bool value) => value ? "yes" : "no";
}
