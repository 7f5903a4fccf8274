using FractureDashboard.ML.Quality;
using FractureDashboard.Storage;

namespace FractureDashboard.Jobs;

/// <summary>How the findings of a rule changed from one scan to another.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Before">Findings that counted in the older scan.</param>
/// <param name="After">Findings that count in the newer one.</param>
public sealed record QualityDifference(QualityRule Rule, int Before, int After)
{
    /// <summary>Above 0 when there are more now.</summary>
    public int Change => After - Before;
}

/// <summary>What changed from one scan to another.</summary>
public static class QualityDifferences
{
    /// <summary>Compares two scans of a data set by the counts stored with them.</summary>
    /// <param name="before">The older scan.</param>
    /// <param name="after">The newer scan.</param>
    /// <returns>The rules whose counts differ, in the order of the rules; null when one of the scans has no counts.</returns>
    public static IReadOnlyList<QualityDifference>? Between(QualityScanRow before, QualityScanRow after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        return QualityCounts.Parse(before.CountsJson) is { } older && QualityCounts.Parse(after.CountsJson) is { } newer
            ? Between(older, newer)
            : null;
    }

    /// <summary>Compares counts.</summary>
    /// <param name="before">Of the older scan.</param>
    /// <param name="after">Of the newer scan.</param>
    /// <returns>The rules whose counts differ, in the order of the rules.</returns>
    public static IReadOnlyList<QualityDifference> Between(QualityCounts before, QualityCounts after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        return [.. before.Rows.Concat(after.Rows)
            .Select(c => c.Rule)
            .Distinct()
            .Order()
            .Select(r => new QualityDifference(r, before.Open(r), after.Open(r)))
            .Where(d => d.Change != 0)];
    }
}
