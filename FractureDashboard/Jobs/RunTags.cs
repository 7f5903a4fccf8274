namespace FractureDashboard.Jobs;

/// <summary>Tags as one column: <c>,a,b,</c>, so that <c>,a,</c> finds a whole tag.</summary>
public static class RunTags
{
    /// <summary>Normalises and joins.</summary>
    /// <param name="tags">Tags as typed.</param>
    /// <returns>The column's value; empty when there is none.</returns>
    public static string Join(IEnumerable<string> tags)
    {
        var clean = tags
            .SelectMany(t => t.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Select(t => t.ToLowerInvariant())
            .Where(t => t.Length is > 0 and <= 40)
            .Distinct(StringComparer.Ordinal)
            .Take(20)
            .ToList();
        return clean.Count == 0 ? "" : $",{string.Join(',', clean)},";
    }

    /// <summary>Splits the column's value.</summary>
    /// <param name="column">The column's value.</param>
    /// <returns>The tags.</returns>
    public static IReadOnlyList<string> Split(string column) =>
        column.Split(',', StringSplitOptions.RemoveEmptyEntries);
}
