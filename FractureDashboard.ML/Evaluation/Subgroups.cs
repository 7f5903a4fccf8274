namespace FractureDashboard.ML.Evaluation;

/// <summary>The figures of the images that share a tag.</summary>
/// <param name="Name">The tag.</param>
/// <param name="Metrics">Their figures.</param>
public sealed record Subgroup(string Name, EvaluationMetrics Metrics);

/// <summary>
/// Where a model is better and worse. Among many subgroups some differ by chance: the intervals are for each alone and
/// not corrected for their number.
/// </summary>
public static class Subgroups
{
    /// <summary>Measures the images of each tag.</summary>
    /// <param name="set">The images.</param>
    /// <param name="tags">The tags of each image, in the images' order; an image may have several or none.</param>
    /// <param name="threshold">Scores at or above it are called fractured.</param>
    /// <param name="bins">Bins of the calibration error, 1 or more.</param>
    /// <param name="bootstrap">How to draw sources for the intervals by source; null for none.</param>
    /// <param name="cancellationToken">Stops between two draws.</param>
    /// <returns>A subgroup for each tag, ordered by name (ordinal).</returns>
    /// <exception cref="ArgumentException">There are not as many lists of tags as images.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IReadOnlyList<Subgroup> Of(
        ScoreSet set,
        IReadOnlyList<IReadOnlyCollection<string>> tags,
        double threshold = 0.5,
        int bins = 10,
        BootstrapOptions? bootstrap = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(tags);
        if (tags.Count != set.Count)
        {
            throw new ArgumentException($"{tags.Count} lists of tags do not go with {set.Count} images.", nameof(tags));
        }

        var members = new SortedDictionary<string, HashSet<int>>(StringComparer.Ordinal);
        for (var i = 0; i < tags.Count; i++)
        {
            foreach (var tag in tags[i])
            {
                members.TryAdd(tag, []);
                members[tag].Add(i);
            }
        }

        return [.. members.Select(m => new Subgroup(m.Key, EvaluationMetrics.Of(set.Where(m.Value.Contains), threshold, bins, bootstrap, cancellationToken)))];
    }
}
