using System.Globalization;

namespace FractureDashboard.Runs.Comparison;

/// <summary>The runs of a comparison as they stand in its address.</summary>
internal static class ComparedIds
{
    /// <summary>More curves than this cannot be told apart.</summary>
    public const int Most = 8;

    /// <summary>Reads <c>1,2,3</c>; what is no id, and what comes twice, is left out.</summary>
    public static IReadOnlyList<int> Parse(string? ids) =>
        [.. (ids ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(t => int.TryParse(t, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0)
            .Distinct()
            .Take(Most)];

    /// <summary>The address that compares them.</summary>
    public static string Url(IEnumerable<int> ids) => $"/runs/compare?ids={string.Join(',', ids)}";
}
