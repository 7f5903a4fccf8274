using FractureDashboard.Jobs;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Preprocessing;
using FractureDashboard.ML.Training;

namespace FractureDashboard.Experiments;

/// <summary>Options to start from, and what a run is called when nobody names it.</summary>
public static class LaunchPresets
{
    /// <summary>The notebook's baseline, which is what options are by default.</summary>
    public static TrainingOptions Baseline { get; } = new();

    /// <summary>The same with the notebook's augmentation.</summary>
    public static TrainingOptions Augmented { get; } = Baseline with { Augmentation = AugmentationOptions.Notebook };

    /// <summary>A small residual network from scratch, in minutes on a small machine; what it reaches on whole sources kept apart stands in <c>docs/benchmarks.md</c>.</summary>
    public static TrainingOptions Recommended { get; } = new()
    {
        Model = "compact-resnet",
        Preprocessing = new PreprocessingOptions(FitMode.Stretch, Greyscale: true),
        ImageSize = 128,
        BatchSize = 32,
        Epochs = 12,
        LearningRate = 3e-3,
        Optimizer = new OptimizerOptions(OptimizerKind.AdamW, WeightDecay: 0.05, ClipNorm: 2, EmaDecay: 0.99),
        Schedule = new ScheduleOptions(ScheduleKind.OneCycle),
        Objective = new ObjectiveOptions(LabelSmoothing: 0.05, Sampling: SamplingKind.BalancedSources),
        Selection = new SelectionOptions(MonitoredMetric.ValidationAuc),
        Augmentation = new AugmentationOptions(45, 0, 0.2, true) { Fill = AugmentationFill.Black, Translation = 0.1, Gamma = 0.3, Brightness = 0.2 },
    };

    /// <summary>The presets of the form, in its order: key, name, options.</summary>
    public static IReadOnlyList<(string Key, string Title, TrainingOptions Options)> All { get; } =
    [
        ("baseline", "Baseline (notebook)", Baseline),
        ("augmented", "Augmented (notebook)", Augmented),
        ("recommended", "Recommended", Recommended),
    ];

    /// <summary>The two runs of a comparison: the form's options without augmentation, and with it.</summary>
    /// <param name="form">The form.</param>
    /// <param name="dataset">The data set's name.</param>
    /// <returns>The two orders; they differ in nothing else.</returns>
    public static (NewRun Plain, NewRun Augmented) Pair(LaunchForm form, string dataset)
    {
        ArgumentNullException.ThrowIfNull(form);
        var plain = form.ToOptions() with { Augmentation = AugmentationOptions.None };
        var augmented = plain with { Augmentation = PairAugmentation(form) };
        return form.NameIsTyped
            ? (form.ToRun(Clip(form.Name.Trim(), ", plain"), plain), form.ToRun(Clip(form.Name.Trim(), ", augmented"), augmented))
            : (form.ToRun(NameFor(plain, dataset), plain), form.ToRun(NameFor(augmented, dataset), augmented));
    }

    /// <summary>The search for a learning rate with the form's options.</summary>
    /// <param name="form">The form.</param>
    /// <param name="dataset">The data set's name.</param>
    /// <returns>The order.</returns>
    public static NewRun Search(LaunchForm form, string dataset)
    {
        ArgumentNullException.ThrowIfNull(form);
        var options = form.ToOptions() with { Purpose = TrainingPurpose.FindLearningRate };
        return form.ToRun(NameFor(options, dataset), options);
    }

    /// <summary>The augmentation of the second run of a pair: the form's, or the notebook's where the form has none.</summary>
    /// <param name="form">The form.</param>
    /// <returns>The augmentation.</returns>
    public static AugmentationOptions PairAugmentation(LaunchForm form)
    {
        ArgumentNullException.ThrowIfNull(form);
        return form.Augmentation.IsOn && !form.Augmentation.Filled().IsOff ? form.Augmentation.Filled() : AugmentationOptions.Notebook;
    }

    /// <summary>A name that tells a run from its neighbours in a list.</summary>
    /// <param name="options">Its options.</param>
    /// <param name="dataset">The data set's name, or null.</param>
    /// <returns>E.g. <c>Augmented · Demo</c>, or <c>Compact ResNet, augmented · Demo</c>.</returns>
    public static string NameFor(TrainingOptions options, string? dataset)
    {
        ArgumentNullException.ThrowIfNull(options);
        var model = options.Model == Baseline.Model ? "" : TrainingOptionsText.Model(options.Model);
        var kind = (options.Purpose, options.ShuffleLabels, options.Augmentation.IsOff) switch
        {
            (TrainingPurpose.FindLearningRate, _, _) => "learning-rate search",
            (_, true, _) => "shuffled labels",
            (_, _, false) => "augmented",
            _ => model.Length > 0 ? "" : "baseline",
        };
        var origin = options.FineTuning.WeightsPath.Length > 0 ? "fine-tuned" : "";
        var words = string.Join(", ", new[] { model, origin, kind }.Where(w => w.Length > 0));
        return Clip(string.IsNullOrEmpty(dataset) ? Capital(words) : $"{Capital(words)} · {dataset}", "");
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static string Clip(string name, string suffix)
    {
        var room = RunQueue.MostNameCharacters - suffix.Length;
        return (name.Length > room ? name[..room].TrimEnd() : name) + suffix;
    }
}
