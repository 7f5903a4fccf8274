namespace FractureDashboard.Quality.Findings;

/// <summary>The findings that a user has ticked: single ones on whatever page, or all that match.</summary>
public sealed class FindingSelection
{
    private readonly Dictionary<FindingKey, ShownFinding> chosen = [];

    /// <summary>True when everything that matches is meant, on whatever page.</summary>
    public bool IsAll { get; private set; }

    /// <summary>The single ones.</summary>
    public IReadOnlyCollection<ShownFinding> Chosen => chosen.Values;

    /// <summary>How many are meant.</summary>
    /// <param name="total">How many match.</param>
    public int Count(int total) => IsAll ? total : chosen.Count;

    /// <summary>Whether a finding is meant.</summary>
    public bool Contains(ShownFinding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return IsAll || chosen.ContainsKey(finding.Key);
    }

    /// <summary>Ticks or unticks findings. After "all", unticking one leaves the others of the page ticked.</summary>
    /// <param name="findings">Which.</param>
    /// <param name="on">Ticks them.</param>
    /// <param name="page">What is on the page.</param>
    public void Set(IEnumerable<ShownFinding> findings, bool on, IEnumerable<ShownFinding> page)
    {
        ArgumentNullException.ThrowIfNull(findings);
        ArgumentNullException.ThrowIfNull(page);
        if (IsAll)
        {
            IsAll = false;
            foreach (var finding in page)
            {
                chosen[finding.Key] = finding;
            }
        }

        foreach (var finding in findings)
        {
            if (on)
            {
                chosen[finding.Key] = finding;
            }
            else
            {
                chosen.Remove(finding.Key);
            }
        }
    }

    /// <summary>Means everything that matches.</summary>
    public void SelectAll()
    {
        chosen.Clear();
        IsAll = true;
    }

    /// <summary>Means nothing.</summary>
    public void Clear()
    {
        chosen.Clear();
        IsAll = false;
    }
}
