using FractureDashboard.ML.Runtime;

namespace FractureDashboard.ML.Training;

/// <summary>Which training images an epoch shows, and in what order. The same for the same seed and epoch.</summary>
internal sealed class EpochOrder
{
    private readonly int count;
    private readonly (int[] Positions, double[] Cumulative)[] classes;

    /// <summary>Prepares the weights.</summary>
    /// <param name="samples">The training split, of both classes.</param>
    /// <param name="sampling">How to choose.</param>
    public EpochOrder(IReadOnlyList<Sample> samples, SamplingKind sampling)
    {
        count = samples.Count;
        classes = sampling == SamplingKind.Shuffled
            ? []
            : [.. samples.Select((s, i) => (s, i)).GroupBy(x => x.s.Label, x => x.i).OrderBy(g => g.Key).Select(g => Weigh(samples, [.. g], sampling))];
    }

    /// <summary>Positions in the training split, as many as it has images.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">From 1.</param>
    public int[] Draw(int seed, int epoch)
    {
        var random = SplitMix64.For(seed, (long)RandomPurpose.Order, epoch);
        if (classes.Length == 0)
        {
            return random.Permutation(count);
        }

        var order = new int[count];
        for (var i = 0; i < count; i++)
        {
            var (positions, cumulative) = classes[random.Next() < 0.5 ? 0 : classes.Length - 1];
            var found = Array.BinarySearch(cumulative, random.Next() * cumulative[^1]);
            order[i] = positions[Math.Min(found < 0 ? ~found : found + 1, positions.Length - 1)];
        }

        return order;
    }

    private static (int[] Positions, double[] Cumulative) Weigh(IReadOnlyList<Sample> samples, int[] positions, SamplingKind sampling)
    {
        var sizes = positions.CountBy(p => samples[p].Group).ToDictionary(g => g.Key, g => g.Value, StringComparer.Ordinal);
        var cumulative = new double[positions.Length];
        var sum = 0.0;
        for (var i = 0; i < positions.Length; i++)
        {
            sum += sampling == SamplingKind.BalancedSources ? 1 / Math.Sqrt(sizes[samples[positions[i]].Group]) : 1;
            cumulative[i] = sum;
        }

        return (positions, cumulative);
    }
}
