using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Quality;

namespace FractureDashboard.Quality.Report;

/// <summary>How many findings share a rule, a severity, a split and a class.</summary>
public sealed record CheckCount(QualityRule Rule, QualitySeverity Severity, Split? Split, Label? Label, int Count);

/// <summary>The findings of a scan, counted.</summary>
/// <param name="All">The counts; those of nothing are left out.</param>
public sealed record CheckCounts(IReadOnlyList<CheckCount> All)
{
    /// <summary>How many findings have what is asked for; null asks for any.</summary>
    public int Of(QualityRule? rule = null, QualitySeverity? severity = null, Split? split = null, Label? label = null) => All
        .Where(c => (rule is null || c.Rule == rule) && (severity is null || c.Severity == severity) && (split is null || c.Split == split) && (label is null || c.Label == label))
        .Sum(c => c.Count);

    /// <summary>The gravest severity of a rule's findings; null when it has none.</summary>
    public QualitySeverity? Worst(QualityRule rule) => All.Where(c => c.Rule == rule).Max(c => (QualitySeverity?)c.Severity);
}
