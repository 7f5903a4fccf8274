using System.Text.Json.Serialization;
using FractureDashboard.ML.Models;
using FractureDashboard.ML.Preprocessing;

namespace FractureDashboard.ML.Training;

/// <summary>
/// Everything that decides a run besides the data and the thread count. A run is a pure function of (options, data, seed).
/// The defaults are the reference notebook's baseline.
/// </summary>
public sealed record TrainingOptions
{
    /// <summary>Architecture name, a key of <see cref="ModelRegistry"/>.</summary>
    public string Model { get; init; } = "baseline-cnn";

    /// <summary>Train, or look for a learning rate.</summary>
    public TrainingPurpose Purpose { get; init; }

    /// <summary>How files become inputs.</summary>
    public PreprocessingOptions Preprocessing { get; init; } = PreprocessingOptions.Notebook;

    /// <summary>Random changes to each training image; off by default.</summary>
    public AugmentationOptions Augmentation { get; init; } = AugmentationOptions.None;

    /// <summary>Passes over the training split, 1 to 1000.</summary>
    public int Epochs { get; init; } = 5;

    /// <summary>Images per optimizer step, 1 to 512.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>The full learning rate, in (0, 1]; a schedule may lower it.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Side of the square input in pixels, 32 to 512.</summary>
    public int ImageSize { get; init; } = 224;

    /// <summary>The optimizer; the notebook's Adam by default.</summary>
    public OptimizerOptions Optimizer { get; init; } = new();

    /// <summary>The learning rate over the run; constant by default.</summary>
    public ScheduleOptions Schedule { get; init; } = new();

    /// <summary>Loss and sampling; plain cross-entropy over all images by default.</summary>
    public ObjectiveOptions Objective { get; init; } = new();

    /// <summary>Which weights are kept; those of the lowest validation loss by default.</summary>
    public SelectionOptions Selection { get; init; } = new();

    /// <summary>Weights to start from; none by default.</summary>
    public FineTuningOptions FineTuning { get; init; } = new();

    /// <summary>Number format of the network's arithmetic; weights, loss and optimizer stay in 32 bits.</summary>
    public Precision Precision { get; init; }

    /// <summary>Seed of the initial weights, the order of the images and the augmentation.</summary>
    public int Seed { get; init; } = 42;

    /// <summary><c>auto</c>, <c>cpu</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>
    /// Trains on randomly permuted labels. A control: the validation accuracy must then stay at chance,
    /// otherwise information leaks from validation into training.
    /// </summary>
    public bool ShuffleLabels { get; init; }

    /// <summary>What goes into the network.</summary>
    [JsonIgnore]
    public ModelInput Input => new(ImageSize, Preprocessing.Channels);

    /// <summary>Checks every range.</summary>
    /// <returns>One entry for each field that is out of range: field name and a sentence for the user.</returns>
    public IReadOnlyList<OptionProblem> Validate()
    {
        var problems = new List<OptionProblem>();
        if (!ModelRegistry.Contains(Model))
        {
            problems.Add(new(nameof(Model), $"There is no model named '{Model}'. Choose one of: {string.Join(", ", ModelRegistry.All.Select(m => m.Name))}."));
        }

        Range(nameof(Epochs), Epochs, 1, 1000, "Epochs");
        Range(nameof(BatchSize), BatchSize, 1, 512, "Batch size");
        Range(nameof(ImageSize), ImageSize, 32, 512, "Image size");
        if (!(LearningRate > 0 && LearningRate <= 1))
        {
            problems.Add(new(nameof(LearningRate), "Learning rate must be greater than 0 and at most 1."));
        }

        if (Seed < 0)
        {
            problems.Add(new(nameof(Seed), "Seed must be 0 or greater."));
        }

        if (!Runtime.ComputeDevices.IsWellFormed(Device))
        {
            problems.Add(new(nameof(Device), $"'{Device}' is not a device. Use auto, cpu or cuda:N."));
        }

        if (!Enum.IsDefined(Precision) || !Enum.IsDefined(Purpose) || !Enum.IsDefined(Preprocessing.Fit) || !Enum.IsDefined(Augmentation.Fill))
        {
            problems.Add(new(nameof(Precision), "An option has a value that this version of the program does not know."));
        }

        problems.AddRange([
            .. Augmentation.Validate(), .. Optimizer.Validate(), .. Schedule.Validate(), .. Objective.Validate(), .. Selection.Validate(), .. FineTuning.Validate(),
        ]);
        return problems;

        void Range(string field, int value, int min, int max, string title)
        {
            if (value < min || value > max)
            {
                problems.Add(new(field, $"{title} must be between {min} and {max}."));
            }
        }
    }
}

/// <summary>What a run is for.</summary>
public enum TrainingPurpose
{
    /// <summary>A model.</summary>
    Train = 0,

    /// <summary>A learning rate: one pass at most with a rate that grows until the loss does (Smith, WACV 2017). Keeps no weights.</summary>
    FindLearningRate = 1,
}

/// <summary>A number format.</summary>
public enum Precision
{
    /// <summary>32-bit floats throughout.</summary>
    Full = 0,

    /// <summary>Convolutions in bfloat16 (8 bits of mantissa); faster where the processor has it.</summary>
    Mixed = 1,
}

/// <summary>A field that is out of range.</summary>
/// <param name="Field">Property name.</param>
/// <param name="Message">What is allowed.</param>
public sealed record OptionProblem(string Field, string Message);
