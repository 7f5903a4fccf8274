using FractureDashboard.Jobs;
using FractureDashboard.ML.Models;
using FractureDashboard.ML.Training;

namespace FractureDashboard.Experiments;

/// <summary>The launch form as filled so far; a number that is not there yet is null.</summary>
public sealed class LaunchForm
{
    /// <summary>Key of the data set's field in <see cref="Validate"/>.</summary>
    public const string DatasetField = "Dataset";

    /// <summary>Key of the version's field in <see cref="Validate"/>.</summary>
    public const string VersionField = "Version";

    public int? DatasetId { get; set; }

    /// <summary>A version made from the folders; null for the folders as they are.</summary>
    public int? Version { get; set; }

    public string Model { get; set; } = "";

    public PreprocessingPart Preprocessing { get; set; } = new();

    public int? Epochs { get; set; }

    public int? BatchSize { get; set; }

    public double? LearningRate { get; set; }

    public int? ImageSize { get; set; }

    public int? Seed { get; set; }

    public string Device { get; set; } = "";

    public Precision Precision { get; set; }

    public OptimizerPart Optimizer { get; set; } = new();

    public SchedulePart Schedule { get; set; } = new();

    public ObjectivePart Objective { get; set; } = new();

    public SelectionPart Selection { get; set; } = new();

    public FineTuningPart FineTuning { get; set; } = new();

    public AugmentationPart Augmentation { get; set; } = new();

    public bool ShuffleLabels { get; set; }

    public string Name { get; set; } = "";

    /// <summary>True once a person has typed the name; it is then left alone.</summary>
    public bool NameIsTyped { get; set; }

    public string Tags { get; set; } = "";

    public string Notes { get; set; } = "";

    /// <summary>A form filled with the notebook's baseline.</summary>
    public LaunchForm() => Fill(LaunchPresets.Baseline);

    /// <summary>The chosen model, when this version knows it.</summary>
    internal ModelDescriptor? Descriptor => ModelRegistry.Contains(Model) ? ModelRegistry.Get(Model) : null;

    /// <summary>Fills in options; data set, name, tags and notes stay. A search for a learning rate becomes the training it was for.</summary>
    /// <param name="options">The options.</param>
    public void Fill(TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Model = options.Model;
        Preprocessing.Fill(options.Preprocessing);
        (Epochs, BatchSize, LearningRate, ImageSize) = (options.Epochs, options.BatchSize, options.LearningRate, options.ImageSize);
        (Seed, Device, Precision, ShuffleLabels) = (options.Seed, options.Device, options.Precision, options.ShuffleLabels);
        Optimizer.Fill(options.Optimizer);
        Schedule.Fill(options.Schedule);
        Objective.Fill(options.Objective);
        Selection.Fill(options.Selection);
        FineTuning.Fill(options.FineTuning);
        Augmentation.Take(options.Augmentation);
    }

    /// <summary>The options as filled; a missing number becomes one that <see cref="TrainingOptions.Validate"/> refuses.</summary>
    /// <returns>The options.</returns>
    public TrainingOptions ToOptions() => new()
    {
        Model = Model,
        Preprocessing = Preprocessing.ToOptions(),
        Augmentation = Augmentation.ToOptions(),
        Epochs = Epochs ?? 0,
        BatchSize = BatchSize ?? 0,
        LearningRate = LearningRate ?? 0,
        ImageSize = ImageSize ?? 0,
        Optimizer = Optimizer.ToOptions(),
        Schedule = Schedule.ToOptions(),
        Objective = Objective.ToOptions(),
        Selection = Selection.ToOptions(),
        FineTuning = Descriptor?.PretrainedSource is null ? new() : FineTuning.ToOptions(),
        Precision = Precision,
        Seed = Seed ?? -1,
        Device = Device,
        ShuffleLabels = ShuffleLabels,
    };

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
        Check(VersionField, Version is { } version && dataset?.Versions.Any(v => v.Number == version) != true ? "This version is no longer there. Choose another." : null);
        Check(nameof(ImageSize), Descriptor is { } model && ImageSize < model.MinimumImageSize ? $"{model.Title} needs images of at least {model.MinimumImageSize} pixels a side." : null);
        Check(nameof(FineTuningOptions.WeightsPath), ToOptions().FineTuning.WeightsPath is { Length: > 0 } path && !File.Exists(path) ? "There is no such file on the server." : null);
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
    public NewRun ToRun(string name, TrainingOptions options) => new(name, DatasetId ?? 0, options, [Tags], Notes, Version);
}
