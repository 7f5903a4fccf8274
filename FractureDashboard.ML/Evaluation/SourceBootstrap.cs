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
    /// A 95 % percentile interval (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13) of the
    /// mean over the folds of their areas under the ROC curve. In each draw the sources of a fold, class by class, are
    /// drawn with replacement as often as there are, and all images of a drawn source come with it. Scores of
    /// different folds, which come from different networks, are never compared with each other.
    /// </summary>
    /// <param name="folds">The scores of each fold's images, or of its sources; both classes in each.</param>
    /// <param name="draws">How many draws, 40 or more.</param>
    /// <param name="seed">Names the draws.</param>
    /// <returns>The 2.5th and the 97.5th percentile.</returns>
    /// <exception cref="ArgumentException">There is no fold, or one of a single class.</exception>
    public static (double Low, double High) MeanAucInterval(IReadOnlyList<IReadOnlyList<SourceScore>> folds, int draws, int seed)
    {
        ArgumentNullException.ThrowIfNull(folds);
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 40);
        if (folds.Count == 0)
        {
            throw new ArgumentException("An interval needs at least one fold.", nameof(folds));
        }

        var strata = folds.Select(f => Sources(f).GroupBy(ClassOf).OrderBy(c => c.Key).Select(c => c.ToArray()).ToArray()).ToArray();
        var means = new double[draws];
        for (var draw = 0; draw < draws; draw++)
        {
            var random = SplitMix64.For(seed, (long)RandomPurpose.Bootstrap, draw);
            var sum = 0.0;
            foreach (var classes in strata)
            {
                var drawn = new List<SourceScore>();
                foreach (var sources in classes)
                {
                    for (var i = 0; i < sources.Length; i++)
                    {
                        drawn.AddRange(sources[(int)(random.Next() * sources.Length)]);
                    }
                }

                sum += Auc(drawn);
            }

            means[draw] = sum / folds.Count;
        }

        Array.Sort(means);
        return (Quantile(means, 0.025), Quantile(means, 0.975));
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
