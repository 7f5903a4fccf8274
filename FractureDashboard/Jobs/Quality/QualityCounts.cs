using System.Text.Json;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Quality;
using FractureDashboard.Storage;

namespace FractureDashboard.Jobs;

/// <summary>How many findings there are of one kind.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Severity">The severity.</param>
/// <param name="Split">The split; null where the folders tell none.</param>
/// <param name="Label">The class; null where the folders tell none.</param>
/// <param name="Open">Findings that count.</param>
/// <param name="Ignored">Findings that a user does not want to hear of.</param>
public sealed record QualityCount(QualityRule Rule, QualitySeverity Severity, Split? Split, Label? Label, int Open, int Ignored);

/// <summary>The findings of a scan in figures. What remains of a scan when the findings of a later one replace its own.</summary>
/// <param name="Rows">One for each kind that there is, ordered by rule, severity, split and class.</param>
public sealed record QualityCounts(IReadOnlyList<QualityCount> Rows)
{
    /// <summary>Counts findings.</summary>
    /// <param name="findings">The findings.</param>
    /// <param name="ignored">What users do not want to hear of, by rule and relative path.</param>
    /// <returns>The counts.</returns>
    public static QualityCounts Of(IEnumerable<QualityFinding> findings, IReadOnlySet<(QualityRule Rule, string RelativePath)> ignored)
    {
        ArgumentNullException.ThrowIfNull(findings);
        ArgumentNullException.ThrowIfNull(ignored);
        return new([.. findings
            .GroupBy(f => (f.Rule, f.Severity, f.File.Split, f.File.Label))
            .Select(g =>
            {
                var hidden = g.Count(f => ignored.Contains((f.Rule, f.File.RelativePath)));
                return new QualityCount(g.Key.Rule, g.Key.Severity, g.Key.Split, g.Key.Label, g.Count() - hidden, hidden);
            })
            .OrderBy(c => c.Rule).ThenBy(c => c.Severity).ThenBy(c => c.Split).ThenBy(c => c.Label)]);
    }

    /// <summary>Reads what is stored with a scan.</summary>
    /// <param name="json">The value of <see cref="QualityScanRow.CountsJson"/>.</param>
    /// <returns>Null where there is none, or another version of the program wrote something unreadable.</returns>
    public static QualityCounts? Parse(string? json)
    {
        try
        {
            return json is null ? null : JsonSerializer.Deserialize<List<QualityCount>>(json) is { } rows ? new(rows) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The form that is stored.</summary>
    /// <returns>JSON.</returns>
    public string ToJson() => JsonSerializer.Serialize(Rows);

    /// <summary>Findings of a severity that count.</summary>
    /// <param name="severity">The severity.</param>
    /// <returns>Their number.</returns>
    public int Open(QualitySeverity severity) => Rows.Where(c => c.Severity == severity).Sum(c => c.Open);

    /// <summary>Findings of a rule that count.</summary>
    /// <param name="rule">The rule.</param>
    /// <returns>Their number.</returns>
    public int Open(QualityRule rule) => Rows.Where(c => c.Rule == rule).Sum(c => c.Open);
}
