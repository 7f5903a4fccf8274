namespace FractureDashboard.Experiments;

/// <summary>The form with what is wrong in it, and which of that a person has seen coming.</summary>
/// <param name="form">The form.</param>
/// <param name="devices">The devices there are.</param>
public sealed class LaunchState(LaunchForm form, IReadOnlyList<string> devices)
{
    private readonly HashSet<string> touched = new(StringComparer.Ordinal);
    private IReadOnlyDictionary<string, string> problems = new Dictionary<string, string>();

    /// <summary>The form.</summary>
    public LaunchForm Form { get; } = form;

    /// <summary>The devices there are.</summary>
    public IReadOnlyList<string> Devices { get; } = devices;

    /// <summary>The chosen data set, when it is there.</summary>
    public LaunchDataset? Dataset { get; private set; }

    /// <summary>The first field in the order of the page that is not right; null when all are.</summary>
    public string? FirstBadField => LaunchForm.Fields.FirstOrDefault(problems.ContainsKey);

    /// <summary>Checks again after a change.</summary>
    /// <param name="datasets">The data sets that can be chosen.</param>
    public void Check(IReadOnlyList<LaunchDataset> datasets)
    {
        Dataset = datasets.FirstOrDefault(d => d.Id == Form.DatasetId);
        if (!Form.NameIsTyped)
        {
            Form.Name = LaunchPresets.NameFor(Form.ToOptions(), Dataset?.Name);
        }

        problems = Form.Validate(Dataset, Devices);
    }

    /// <summary>From now on the field's problem is shown.</summary>
    /// <param name="field">The field.</param>
    public void Touch(string field) => touched.Add(field);

    /// <summary>Shows every problem, as at submit.</summary>
    public void TouchAll() => touched.UnionWith(LaunchForm.Fields);

    /// <summary>Shows no problem but those of fields that will be left or changed, as in a fresh form.</summary>
    public void Untouch() => touched.Clear();

    /// <summary>What to write beside the field.</summary>
    /// <param name="field">The field.</param>
    /// <returns>The message, or null.</returns>
    public string? ErrorOf(string field) => touched.Contains(field) ? problems.GetValueOrDefault(field) : null;
}
