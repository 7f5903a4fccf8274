using FractureDashboard.ML.Preprocessing;
using FractureDashboard.ML.Training;

namespace FractureDashboard.Experiments;

/// <summary>A part of the form that can be folded away.</summary>
public enum LaunchSection
{
    /// <summary>How files become inputs.</summary>
    Preprocessing,

    /// <summary>The optimizer.</summary>
    Optimizer,

    /// <summary>The learning rate over the run.</summary>
    Schedule,

    /// <summary>Loss and sampling.</summary>
    Objective,

    /// <summary>What is kept, and when training stops.</summary>
    Selection,

    /// <summary>Weights to start from.</summary>
    FineTuning,
}

/// <summary>Which fields stand where. Names are those of <see cref="OptionProblem.Field"/>.</summary>
public static class LaunchSections
{
    /// <summary>The fields of each section, in the order of the page.</summary>
    public static IReadOnlyDictionary<LaunchSection, IReadOnlyList<string>> Fields { get; } = new Dictionary<LaunchSection, IReadOnlyList<string>>
    {
        [LaunchSection.Preprocessing] = [],
        [LaunchSection.Optimizer] =
        [
            nameof(OptimizerKind), nameof(OptimizerOptions.WeightDecay), nameof(OptimizerOptions.Momentum), nameof(OptimizerOptions.ClipNorm),
            nameof(OptimizerOptions.AccumulationSteps), nameof(OptimizerOptions.EmaDecay),
        ],
        [LaunchSection.Schedule] =
        [
            nameof(ScheduleKind), nameof(ScheduleOptions.WarmupEpochs), "ScheduleEpochs", nameof(ScheduleOptions.Factor), nameof(ScheduleOptions.FinalFraction),
        ],
        [LaunchSection.Objective] =
        [
            nameof(ObjectiveOptions.FocalGamma), nameof(ObjectiveOptions.LabelSmoothing), nameof(ObjectiveOptions.Sampling), nameof(ObjectiveOptions.ClassWeights),
        ],
        [LaunchSection.Selection] =
        [
            nameof(SelectionOptions.Monitor), nameof(SelectionOptions.EarlyStoppingPatience), nameof(SelectionOptions.MinimumImprovement),
        ],
        [LaunchSection.FineTuning] =
        [
            nameof(FineTuningOptions.WeightsPath), nameof(FineTuningOptions.FrozenEpochs), nameof(FineTuningOptions.BackboneRate),
        ],
    };

    /// <summary>All fields in the order of the page.</summary>
    public static IReadOnlyList<string> InOrder { get; } =
    [
        LaunchForm.DatasetField, LaunchForm.VersionField, nameof(TrainingOptions.Model),
        nameof(TrainingOptions.Epochs), nameof(TrainingOptions.BatchSize), nameof(TrainingOptions.LearningRate), nameof(TrainingOptions.ImageSize),
        nameof(TrainingOptions.Seed), nameof(TrainingOptions.Device), nameof(TrainingOptions.Precision),
        .. Enum.GetValues<LaunchSection>().SelectMany(s => Fields[s]),
        nameof(AugmentationOptions.RotationDegrees), nameof(AugmentationOptions.ShearDegrees), nameof(AugmentationOptions.Zoom), nameof(AugmentationOptions.Translation),
        nameof(AugmentationOptions.Brightness), nameof(AugmentationOptions.Contrast), nameof(AugmentationOptions.Gamma), nameof(AugmentationOptions.Noise),
        nameof(AugmentationOptions.Erasing), nameof(AugmentationOptions.Mixup), nameof(AugmentationOptions.CutMix),
        nameof(LaunchForm.Name), nameof(LaunchForm.Tags), nameof(LaunchForm.Notes),
    ];

    /// <summary>The section of a field; null for what is always open.</summary>
    /// <param name="field">A field.</param>
    /// <returns>Its section.</returns>
    public static LaunchSection? Of(string field) =>
        Fields.Where(s => s.Value.Contains(field)).Select(s => (LaunchSection?)s.Key).FirstOrDefault();
}
