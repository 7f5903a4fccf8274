using FractureDashboard.ML.Runtime;

namespace FractureDashboard.ML.Evaluation;

/// <summary>How sources are drawn.</summary>
/// <param name="Draws">How many draws, 40 or more; 2,000 give two good digits.</param>
/// <param name="Seed">Names the draws: the same seed gives the same intervals.</param>
/// <param name="Threads">How many threads draw, 1 or more; null for one a core. The intervals do not depend on it.</param>
public sealed record BootstrapOptions(int Draws = 2000, int Seed = 1, int? Threads = null);

/// <summary>An interval by resampling.</summary>
/// <param name="Interval">The 2.5th and the 97.5th percentile over the draws; null where there is none.</param>
/// <param name="Draws">In how many draws the metric was defined.</param>
/// <param name="Reason">Why there is no interval; null where there is one.</param>
public sealed record BootstrapInterval(Interval? Interval, int Draws, string? Reason);

/// <summary>
/// 95 % percentile intervals (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13) that respect that
/// images of one source are no independent evidence: whole sources are drawn with replacement, as often as there are,
/// and all images of a drawn source come with it (Field and Welsh, Journal of the Royal Statistical Society B 69, 2007).
/// Sources of one class are drawn class by class, so that each draw has as many of each as there are; sources that hold
/// images of both are drawn among themselves.
/// </summary>
public static class ClusterBootstrap
{
    /// <summary>The share of draws in which a metric must be defined for its percentiles to mean anything.</summary>
    private const double Needed = 0.95;

    /// <summary>Intervals of any metrics that can be had from a tally, all from the same draws.</summary>
    /// <param name="set">The images.</param>
    /// <param name="metrics">Each gives the metric of drawn images, or null where it is undefined. Called from several threads.</param>
    /// <param name="options">How to draw.</param>
    /// <param name="cancellationToken">Stops between two draws.</param>
    /// <returns>An interval for each metric, in their order.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 40 draws or no thread.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IReadOnlyList<BootstrapInterval> Intervals(
        ScoreSet set, IReadOnlyList<Func<ScoreTally, double?>> metrics, BootstrapOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        return Means([new ResampledSources(set.Scores, set.Labels, set.Sources)], metrics, options, cancellationToken);
    }

    /// <summary>
    /// The same for the mean of a metric over folds. Scores of different folds, which come from different networks, are
    /// never compared with each other.
    /// </summary>
    internal static IReadOnlyList<BootstrapInterval> Means(
        IReadOnlyList<ResampledSources> folds, IReadOnlyList<Func<ScoreTally, double?>> metrics, BootstrapOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Draws < 40 || options.Threads < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options, "There must be at least 40 draws and one thread.");
        }

        if (!folds.Any(f => f.Varies))
        {
            var none = new BootstrapInterval(null, 0, "An interval by source needs at least two sources of a class.");
            return [.. metrics.Select(_ => none)];
        }

        // Each draw has a stream of its own and a place of its own, so it does not matter who draws it and when.
        var values = metrics.Select(_ => new double?[options.Draws]).ToArray();
        Parallel.For(
            0,
            options.Draws,
            new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = options.Threads ?? Environment.ProcessorCount },
            () => folds.Select(f => f.NewTally()).ToArray(),
            (draw, _, tallies) =>
            {
                var random = SplitMix64.For(options.Seed, (long)RandomPurpose.Bootstrap, draw);
                for (var f = 0; f < folds.Count; f++)
                {
                    folds[f].Draw(ref random, tallies[f]);
                }

                for (var m = 0; m < metrics.Count; m++)
                {
                    values[m][draw] = Mean(tallies, metrics[m]);
                }

                return tallies;
            },
            _ => { });
        return [.. values.Select(Percentiles)];
    }

    private static double? Mean(ScoreTally[] tallies, Func<ScoreTally, double?> metric)
    {
        double? sum = 0;
        foreach (var tally in tallies)
        {
            sum += metric(tally);
        }

        return sum / tallies.Length;
    }

    private static BootstrapInterval Percentiles(double?[] values)
    {
        var defined = values.OfType<double>().ToArray();
        if (defined.Length < Needed * values.Length)
        {
            return new(null, defined.Length, $"There is no interval by source: in {values.Length - defined.Length} of {values.Length} draws of the sources the value was undefined.");
        }

        Array.Sort(defined);
        return new(new(Percentile(defined, 0.025), Percentile(defined, 0.975)), defined.Length, null);
    }

    private static double Percentile(double[] sorted, double share)
    {
        var at = share * (sorted.Length - 1);
        var below = (int)at;
        return below + 1 < sorted.Length ? sorted[below] + ((at - below) * (sorted[below + 1] - sorted[below])) : sorted[below];
    }
}
