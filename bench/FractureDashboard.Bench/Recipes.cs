using System.Globalization;
using FractureDashboard.Experiments;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Preprocessing;
using FractureDashboard.ML.Training;

namespace FractureDashboard.Bench;

/// <summary>The launch form's presets by name, and single options to change in them.</summary>
internal static class Recipes
{
    /// <summary>What a setting of that name does to a recipe.</summary>
    public static IReadOnlyDictionary<string, Func<TrainingOptions, string, TrainingOptions>> Changes { get; } = new Dictionary<string, Func<TrainingOptions, string, TrainingOptions>>(StringComparer.Ordinal)
    {
        ["model"] = (o, v) => o with { Model = v },
        ["epochs"] = (o, v) => o with { Epochs = Whole(v) },
        ["batch"] = (o, v) => o with { BatchSize = Whole(v) },
        ["size"] = (o, v) => o with { ImageSize = Whole(v) },
        ["lr"] = (o, v) => o with { LearningRate = Real(v) },
        ["seed"] = (o, v) => o with { Seed = Whole(v) },
        ["precision"] = (o, v) => o with { Precision = Enum.Parse<Precision>(v, ignoreCase: true) },
        ["device"] = (o, v) => o with { Device = v },
        ["fit"] = (o, v) => o with { Preprocessing = o.Preprocessing with { Fit = Enum.Parse<FitMode>(v, ignoreCase: true) } },
        ["grey"] = (o, v) => o with { Preprocessing = o.Preprocessing with { Greyscale = bool.Parse(v) } },
        ["clahe"] = (o, v) => o with { Preprocessing = o.Preprocessing with { Clahe = bool.Parse(v) } },
        ["optimizer"] = (o, v) => o with { Optimizer = o.Optimizer with { Kind = Enum.Parse<OptimizerKind>(v, ignoreCase: true) } },
        ["decay"] = (o, v) => o with { Optimizer = o.Optimizer with { WeightDecay = Real(v) } },
        ["clip"] = (o, v) => o with { Optimizer = o.Optimizer with { ClipNorm = Real(v) } },
        ["ema"] = (o, v) => o with { Optimizer = o.Optimizer with { EmaDecay = Real(v) } },
        ["schedule"] = (o, v) => o with { Schedule = o.Schedule with { Kind = Enum.Parse<ScheduleKind>(v, ignoreCase: true) } },
        ["warmup"] = (o, v) => o with { Schedule = o.Schedule with { WarmupEpochs = Real(v) } },
        ["sampling"] = (o, v) => o with { Objective = o.Objective with { Sampling = Enum.Parse<SamplingKind>(v, ignoreCase: true) } },
        ["smoothing"] = (o, v) => o with { Objective = o.Objective with { LabelSmoothing = Real(v) } },
        ["focal"] = (o, v) => o with { Objective = o.Objective with { FocalGamma = Real(v) } },
        ["classweights"] = (o, v) => o with { Objective = o.Objective with { ClassWeights = bool.Parse(v) } },
        ["monitor"] = (o, v) => o with { Selection = o.Selection with { Monitor = Enum.Parse<MonitoredMetric>(v, ignoreCase: true) } },
        ["patience"] = (o, v) => o with { Selection = o.Selection with { EarlyStoppingPatience = Whole(v) } },
        ["rotation"] = (o, v) => o with { Augmentation = o.Augmentation with { RotationDegrees = Real(v) } },
        ["zoom"] = (o, v) => o with { Augmentation = o.Augmentation with { Zoom = Real(v) } },
        ["flip"] = (o, v) => o with { Augmentation = o.Augmentation with { HorizontalFlip = bool.Parse(v) } },
        ["translation"] = (o, v) => o with { Augmentation = o.Augmentation with { Translation = Real(v) } },
        ["brightness"] = (o, v) => o with { Augmentation = o.Augmentation with { Brightness = Real(v) } },
        ["contrast"] = (o, v) => o with { Augmentation = o.Augmentation with { Contrast = Real(v) } },
        ["gamma"] = (o, v) => o with { Augmentation = o.Augmentation with { Gamma = Real(v) } },
        ["noise"] = (o, v) => o with { Augmentation = o.Augmentation with { Noise = Real(v) } },
        ["erasing"] = (o, v) => o with { Augmentation = o.Augmentation with { Erasing = Real(v) } },
        ["mixup"] = (o, v) => o with { Augmentation = o.Augmentation with { Mixup = Real(v) } },
        ["cutmix"] = (o, v) => o with { Augmentation = o.Augmentation with { CutMix = Real(v) } },
        ["fill"] = (o, v) => o with { Augmentation = o.Augmentation with { Fill = Enum.Parse<AugmentationFill>(v, ignoreCase: true) } },
        ["weights"] = (o, v) => o with { FineTuning = o.FineTuning with { WeightsPath = Path.GetFullPath(v) } },
        ["frozen"] = (o, v) => o with { FineTuning = o.FineTuning with { FrozenEpochs = Whole(v) } },
        ["backbone"] = (o, v) => o with { FineTuning = o.FineTuning with { BackboneRate = Real(v) } },
    };

    /// <summary>A preset with the command line's changes.</summary>
    /// <param name="name"><c>baseline</c>, <c>augmented</c> or <c>recommended</c>.</param>
    /// <param name="settings">The command line.</param>
    /// <exception cref="InvalidOperationException">There is no such preset, or an option is out of range.</exception>
    public static TrainingOptions Get(string name, BenchSettings settings)
    {
        var preset = LaunchPresets.All.FirstOrDefault(p => p.Key == name).Options
            ?? throw new InvalidOperationException($"There is no recipe '{name}'. Known: {string.Join(", ", LaunchPresets.All.Select(p => p.Key))}.");
        var options = settings.Overrides.Aggregate(preset, (o, change) => Changes[change.Key](o, change.Value));
        return options.Validate() is [var problem, ..] ? throw new InvalidOperationException(problem.Message) : options;
    }

    private static int Whole(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static double Real(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
