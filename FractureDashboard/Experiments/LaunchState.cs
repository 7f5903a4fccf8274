using FractureDashboard.ML.Training;

namespace FractureDashboard.Experiments;

/// <summary>The form with what is wrong in it, what it costs, and which of its sections stand open.</summary>
/// <param name="form">The form.</param>
/// <param name="devices">The devices there are.</param>
public sealed class LaunchState(LaunchForm form, IReadOnlyList<string> devices)
{
    private readonly HashSet<LaunchSection> open = [];
    private IReadOnlyDictionary<string, string> problems = new Dictionary<string, string>();

    /// <summary>The form.</summary>
    public LaunchForm Form { get; } = form;

    /// <summary>The devices there are.</summary>
    public IReadOnlyList<string> Devices { get; } = devices;

    /// <summary>The chosen data set, when it is there, with the counts of the chosen version.</summary>
    public LaunchDataset? Dataset { get; private set; }

    /// <summary>What is known against the chosen version; null until it has been looked at.</summary>
    public LaunchQuality? Quality { get; private set; }

    /// <summary>Takes in what a look at a version has shown; one at another than the chosen one is passed over.</summary>
    /// <param name="quality">What was seen; null forgets it.</param>
    public void Take(LaunchQuality? quality) =>
        Quality = quality is null || (quality.DatasetId == Form.DatasetId && quality.Version == Form.Version) ? quality : Quality;

    /// <summary>The options as they stand.</summary>
    public TrainingOptions Options { get; private set; } = new();

    /// <summary>What a run with them would take.</summary>
    public LaunchCost? Cost { get; private set; }

    /// <summary>Optimizer steps in an epoch; null while that cannot be said.</summary>
    public int? StepsPerEpoch => Dataset is { Train: > 0 and var images } && Form.BatchSize is > 0 and <= 512 and var batch ? (images + batch - 1) / batch : null;

    /// <summary>The first field in the order of the page that is not right; null when all are.</summary>
    public string? FirstBadField => LaunchSections.InOrder.FirstOrDefault(problems.ContainsKey);

    /// <summary>Checks again after a change.</summary>
    /// <param name="datasets">The data sets that can be chosen.</param>
    public void Refresh(IReadOnlyList<LaunchDataset> datasets)
    {
        Dataset = datasets.FirstOrDefault(d => d.Id == Form.DatasetId);
        if (Dataset is not null && Form.Version is not null && Quality is { Counts: { } counts })
        {
            Dataset = Dataset with { Train = counts.Train, Validation = counts.Validation, Test = counts.Test };
        }

        Options = Form.ToOptions();
        if (!Form.NameIsTyped)
        {
            Form.Name = LaunchPresets.NameFor(Options, Dataset?.Name);
        }

        Cost = LaunchCost.Of(Options);
        var found = new Dictionary<string, string>(Form.Validate(Dataset, Devices), StringComparer.Ordinal);
        if (Cost?.Problem is { } tooLarge)
        {
            found.TryAdd(nameof(TrainingOptions.BatchSize), tooLarge);
        }

        problems = found;
    }

    /// <summary>What is wrong with a field, in the form an input asks for it.</summary>
    /// <typeparam name="TValue">The input's value; the form has taken it over before it is checked.</typeparam>
    /// <param name="field">The field.</param>
    /// <returns>A function to the message, or to null.</returns>
    public Func<TValue, string?> Check<TValue>(string field) => _ => Problem(field);

    /// <summary>What is wrong with a field.</summary>
    /// <param name="field">The field.</param>
    /// <returns>The message, or null.</returns>
    public string? Problem(string field) => problems.GetValueOrDefault(field);

    /// <summary>How many fields of a section are not right.</summary>
    /// <param name="section">The section.</param>
    /// <returns>Their number.</returns>
    public int Problems(LaunchSection section) => LaunchSections.Fields[section].Count(problems.ContainsKey);

    /// <summary>Whether a section stands open.</summary>
    /// <param name="section">The section.</param>
    /// <returns>True when its fields are shown.</returns>
    public bool IsOpen(LaunchSection section) => open.Contains(section);

    /// <summary>Opens or closes a section.</summary>
    /// <param name="section">The section.</param>
    public void Toggle(LaunchSection section)
    {
        if (!open.Remove(section))
        {
            open.Add(section);
        }
    }

    /// <summary>Opens the section that a field stands in.</summary>
    /// <param name="field">The field.</param>
    public void Reveal(string field)
    {
        if (LaunchSections.Of(field) is { } section)
        {
            open.Add(section);
        }
    }
}
