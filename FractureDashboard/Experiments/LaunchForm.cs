using FractureDashboard.Jobs;
using FractureDashboard.ML.Preprocessing;
using FractureDashboard.ML.Training;

namespace FractureDashboard.Experiments;

/// <summary>The launch form as filled so far; a number that is not there yet is null.</summary>
public sealed class LaunchForm
{
    /// <summary>Key of the data set's field in <see cref="Validate"/>.</summary>
    public const string DatasetField = "Dataset";

    /// <summary>The field names of <see cref="Validate"/> in the order of the page.</summary>
    public static IReadOnlyList<string> Fields { get; } =
    [
        DatasetField, nameof(TrainingOptions.Model), nameof(Epochs), nameof(BatchSize), nameof(LearningRate), nameof(ImageSize), nameof(Seed), nameof(Device),
        nameof(AugmentationOptions.RotationDegrees), nameof(AugmentationOptions.ShearDegrees), nameof(AugmentationOptions.Zoom), nameof(Name), nameof(Tags), nameof(Notes),
    ];

    public int? DatasetId { get; set; }

    public string Model { get; set; } = "";

    public bool Augment { get; set; }

    public double? RotationDegrees { get; set; }

    public double? ShearDegrees { get; set; }

    public double? Zoom { get; set; }

    public bool HorizontalFlip { get; set; }

    public int? Epochs { get; set; }

    public int? BatchSize { get; set; }

    public double? LearningRate { get; set; }

    public int? ImageSize { get; set; }

    public int? Seed { get; set; }

    public string Device { get; set; } = "";

    public bool ShuffleLabels { get; set; }

    public string Name { get; set; } = "";

    /// <summary>True once a person has typed the name; it is then left alone.</summary>
    public bool NameIsTyped { get; set; }

    public string Tags { get; set; } = "";

    public string Notes { get; set; } = "";

    /// <summary>A form filled with the notebook's baseline.</summary>
    public LaunchForm() => Fill(LaunchPresets.Baseline);

    /// <summary>Fills in options; data set, name, tags and notes stay.</summary>
    /// <param name="options">The options.</param>
    public void Fill(TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Model = options.Model;
        Augment = !options.Augmentation.IsOff;

        // What augmentation starts with when it is switched on.
        var shown = Augment ? options.Augmentation : AugmentationOptions.Notebook;
        (RotationDegrees, ShearDegrees, Zoom, HorizontalFlip) = (shown.RotationDegrees, shown.ShearDegrees, shown.Zoom, shown.HorizontalFlip);
        (Epochs, BatchSize, LearningRate, ImageSize) = (options.Epochs, options.BatchSize, options.LearningRate, options.ImageSize);
        (Seed, Device, ShuffleLabels) = (options.Seed, options.Device, options.ShuffleLabels);
    }

    /// <summary>The options as filled; a missing number becomes one that <see cref="TrainingOptions.Validate"/> refuses.</summary>
    /// <returns>The options.</returns>
    public TrainingOptions ToOptions() => new()
    {
        Model = Model,
        Augmentation = Augment ? Augmentation() : AugmentationOptions.None,
        Epochs = Epochs ?? 0,
        BatchSize = BatchSize ?? 0,
        LearningRate = LearningRate ?? 0,
        ImageSize = ImageSize ?? 0,
        Seed = Seed ?? -1,
        Device = Device,
        ShuffleLabels = ShuffleLabels,
    };

    /// <summary>The augmentation as filled, switched on or not.</summary>
    /// <returns>The augmentation.</returns>
    public AugmentationOptions Augmentation() => new(RotationDegrees ?? -1, ShearDegrees ?? -1, Zoom ?? -1, HorizontalFlip);

    /// <summary>Checks every field.</summary>
    /// <param name="dataset">The chosen data set, when it exists.</param>
    /// <param name="devices">The devices there are.</param>
    /// <returns>Field name to what is wrong with it.</returns>
    public IReadOnlyDictionary<string, string> Validate(LaunchDataset? dataset, IReadOnlyList<string> devices)
    {
        var problems = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var problem in ToOptions().Validate())
        {
            problems.TryAdd(problem.Field, problem.Message);
        }

        Check(DatasetField, dataset is null ? "Choose a data set." : dataset.Problem);
        Check(nameof(Device), devices.Contains(Device) ? null : $"This machine has no device '{Device}'. Choose one of: {string.Join(", ", devices)}.");
        Check(nameof(Name), Name.Trim().Length is 0 or > RunQueue.MostNameCharacters ? $"Give the run a name of 1 to {RunQueue.MostNameCharacters} characters." : null);
        Check(nameof(Tags), RunTags.Problem(Tags));
        Check(nameof(Notes), Notes.Length > RunQueue.MostNotesCharacters ? $"Notes can have {RunQueue.MostNotesCharacters} characters at most." : null);
        return problems;

        void Check(string field, string? problem)
        {
            if (problem is not null)
            {
                problems.TryAdd(field, problem);
            }
        }
    }

    /// <summary>The order to train with these options.</summary>
    /// <param name="name">The run's name.</param>
    /// <param name="options">The options.</param>
    /// <returns>The order; the form must be valid.</returns>
    public NewRun ToRun(string name, TrainingOptions options) => new(name, DatasetId ?? 0, options, [Tags], Notes);
}
