using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Runtime;

namespace FractureDashboard.ML.Evaluation;

/// <summary>The score of one held-out image and the source it comes from.</summary>
/// <param name="Source">Names the radiograph or patient.</param>
/// <param name="Label">Its class.</param>
/// <param name="Score">P(fractured), 0 to 1.</param>
public sealed record SourceScore(string Source, Label Label, double Score);

/// <summary>How sure an area under the ROC curve is when images of one source are no independent evidence.</summary>
public static class SourceBootstrap
{
    /// <summary>
    /// One score for each source: the mean over its images; its class is the one it has more images of.
    /// </summary>
    /// <param name="scores">Scores of images.</param>
    /// <returns>As many scores as there are sources, ordered by source (ordinal).</returns>
    public static IReadOnlyList<SourceScore> BySource(IEnumerable<SourceScore> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return [.. Sources(scores).Select(s => new SourceScore(s[0].Source, ClassOf(s), s.Average(i => i.Score)))];
    }

    /// <summary>Area under the ROC curve of scores.</summary>
    /// <param name="scores">Scores of images or of sources.</param>
    /// <returns>0 to 1.</returns>
    /// <exception cref="ArgumentException">They are of one class only.</exception>
    public static double Auc(IReadOnlyList<SourceScore> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return BinaryMetrics.Auc([.. scores.Select(s => s.Score)], [.. scores.Select(s => s.Label)]);
    }

    /// <summary>
    /// The 95 % interval of the mean over the folds of their areas under the ROC curve, by <see cref="ClusterBootstrap"/>.
    /// </summary>
    /// <param name="folds">The scores of each fold's images, or of its sources; both classes in each.</param>
    /// <param name="draws">How many draws, 40 or more.</param>
    /// <param name="seed">Names the draws.</param>
    /// <returns>The 2.5th and the 97.5th percentile.</returns>
    /// <exception cref="ArgumentException">There is no fold, one of a single class, or too few sources for an interval.</exception>
    public static (double Low, double High) MeanAucInterval(IReadOnlyList<IReadOnlyList<SourceScore>> folds, int draws, int seed)
    {
        ArgumentNullException.ThrowIfNull(folds);
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 40);
        if (folds.Count == 0 || folds.Any(f => f.Select(s => s.Label).Distinct().Count() < 2))
        {
            throw new ArgumentException("An interval needs at least one fold, and both classes in each.", nameof(folds));
        }

        var resampled = folds.Select(f => new ResampledSources([.. f.Select(s => s.Score)], [.. f.Select(s => s.Label)], [.. f.Select(s => s.Source)])).ToArray();
        var drawn = ClusterBootstrap.Means(resampled, [RocCurve.AreaOf], new BootstrapOptions(draws, seed), CancellationToken.None)[0];
        return drawn.Interval is { } interval ? (interval.Low, interval.High) : throw new ArgumentException(drawn.Reason, nameof(folds));
    }

    /// <summary>
    /// A 95 % percentile interval of how much lower the area under the ROC curve of second scores is than that of first scores of the
    /// same images. Both come from the same draws of sources, class by class, so that what images have in common cancels out.
    /// </summary>
    /// <param name="images">The images' scores, first and second; both classes by source.</param>
    /// <param name="draws">How many draws, 40 or more.</param>
    /// <param name="seed">Names the draws.</param>
    /// <returns>The 2.5th and the 97.5th percentile; negative where the second scores are better.</returns>
    /// <exception cref="ArgumentException">The sources are of one class only.</exception>
    public static (double Low, double High) AucLossInterval(IReadOnlyList<(SourceScore First, double Second)> images, int draws, int seed)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 40);
        var strata = images.GroupBy(i => i.First.Source, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => g.ToArray())
            .GroupBy(g => ClassOf([.. g.Select(i => i.First)])).OrderBy(c => c.Key).Select(c => c.ToArray()).ToArray();
        if (strata.Length < 2)
        {
            throw new ArgumentException("An interval needs sources of both classes.", nameof(images));
        }

        var losses = new double[draws];
        for (var draw = 0; draw < draws; draw++)
        {
            var random = SplitMix64.For(seed, (long)RandomPurpose.Bootstrap, draw);
            var drawn = new List<(SourceScore First, double Second)>();
            foreach (var sources in strata)
            {
                for (var i = 0; i < sources.Length; i++)
                {
                    drawn.AddRange(sources[(int)(random.Next() * sources.Length)]);
                }
            }

            losses[draw] = Auc([.. drawn.Select(d => d.First)]) - Auc([.. drawn.Select(d => d.First with { Score = d.Second })]);
        }

        Array.Sort(losses);
        return (Quantile(losses, 0.025), Quantile(losses, 0.975));
    }

    private static IEnumerable<SourceScore[]> Sources(IEnumerable<SourceScore> scores) =>
        scores.GroupBy(s => s.Source, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => g.ToArray());

    private static Label ClassOf(SourceScore[] source) => source.Average(s => (int)s.Label) >= 0.5 ? Label.Fractured : Label.NotFractured;

    private static double Quantile(double[] sorted, double share)
    {
        var at = share * (sorted.Length - 1);
        var below = (int)at;
        return below + 1 < sorted.Length ? sorted[below] + ((at - below) * (sorted[below + 1] - sorted[below])) : sorted[below];
    }
}
