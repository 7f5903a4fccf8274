namespace FractureDashboard.Experiments;

/// <summary>The form with what is wrong in it.</summary>
/// <param name="form">The form.</param>
/// <param name="devices">The devices there are.</param>
public sealed class LaunchState(LaunchForm form, IReadOnlyList<string> devices)
{
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
    public void Refresh(IReadOnlyList<LaunchDataset> datasets)
    {
        Dataset = datasets.FirstOrDefault(d => d.Id == Form.DatasetId);
        if (!Form.NameIsTyped)
        {
            Form.Name = LaunchPresets.NameFor(Form.ToOptions(), Dataset?.Name);
        }

        problems = Form.Validate(Dataset, Devices);
    }

    /// <summary>What is wrong with a field, in the form an input asks for it.</summary>
    /// <typeparam name="TValue">The input's value; the form has taken it over before it is checked.</typeparam>
    /// <param name="field">The field.</param>
    /// <returns>A function to the message, or to null.</returns>
    public Func<TValue, string?> Check<TValue>(string field) => _ => problems.GetValueOrDefault(field);
}
