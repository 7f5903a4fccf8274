namespace FractureDashboard.Quality.Findings;

/// <summary>Which of several copies of a picture stays when the rest is put aside.</summary>
public static class KeepOne
{
    /// <summary>
    /// What the user is told. A held-out copy is preferred because its split is the small one: where training keeps it,
    /// most of the published reference set's test images would go.
    /// </summary>
    public const string Rule = "Of each group one file stays: a test image before a validation image before a training image, and of several of these the first by path. " +
        "So validation and test keep their images, and training loses what they would otherwise measure from memory.";

    /// <summary>Decides it for whole groups.</summary>
    /// <param name="findings">Findings of one rule; those without a group are left out.</param>
    /// <returns>Those to put aside, and how many groups are left as they are because their copies have different classes: which one is wrong is for a person to say.</returns>
    public static (IReadOnlyList<ShownFinding> Aside, int Contradictory) Choose(IEnumerable<ShownFinding> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        var aside = new List<ShownFinding>();
        var contradictory = 0;
        foreach (var group in findings.Where(f => f.GroupKey is not null).GroupBy(f => f.GroupKey, StringComparer.Ordinal))
        {
            if (group.Select(f => f.Label).Distinct().Count() > 1)
            {
                contradictory++;
                continue;
            }

            aside.AddRange(group.OrderByDescending(f => (int?)f.Split ?? -1).ThenBy(f => f.RelativePath, StringComparer.Ordinal).Skip(1));
        }

        return (aside, contradictory);
    }
}
