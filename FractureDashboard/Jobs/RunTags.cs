namespace FractureDashboard.Jobs;

/// <summary>Tags as one column: <c>,a,b,</c>, so that <c>,a,</c> finds a whole tag.</summary>
public static class RunTags
{
    /// <summary>Most characters of a tag.</summary>
    public const int MostCharacters = 40;

    /// <summary>Most tags of a run.</summary>
    public const int MostTags = 20;

    /// <summary>Says what is wrong with tags as typed, before <see cref="Join"/> leaves it out.</summary>
    /// <param name="typed">Tags, separated by commas.</param>
    /// <returns>A sentence for the user, or null.</returns>
    public static string? Problem(string typed)
    {
        ArgumentNullException.ThrowIfNull(typed);
        var tags = typed.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return tags.Any(t => t.Length > MostCharacters) ? $"A tag can have {MostCharacters} characters at most. Separate tags with commas."
            : tags.Length > MostTags ? $"A run can have {MostTags} tags at most."
            : null;
    }

    /// <summary>Normalises and joins.</summary>
    /// <param name="tags">Tags as typed.</param>
    /// <returns>The column's value; empty when there is none.</returns>
    public static string Join(IEnumerable<string> tags)
    {
        var clean = tags
            .SelectMany(t => t.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Select(t => t.ToLowerInvariant())
            .Where(t => t.Length is > 0 and <= MostCharacters)
            .Distinct(StringComparer.Ordinal)
            .Take(MostTags)
            .ToList();
        return clean.Count == 0 ? "" : $",{string.Join(',', clean)},";
    }

    /// <summary>Splits the column's value.</summary>
    /// <param name="column">The column's value.</param>
    /// <returns>The tags.</returns>
    public static IReadOnlyList<string> Split(string column) =>
        column.Split(',', StringSplitOptions.RemoveEmptyEntries);
}
