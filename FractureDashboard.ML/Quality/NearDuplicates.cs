using System.Numerics;

namespace FractureDashboard.ML.Quality;

/// <summary>
/// Finds the pictures that look alike by comparing the hash of every one with that of every other, exactly: a comparison is an
/// exclusive or and a count of bits, so that 100,000 pictures take seconds and no index is needed that would take memory.
/// </summary>
public static class NearDuplicates
{
    private const int RowsAtATime = 128;

    /// <summary>Finds all pairs of different hashes within a distance, and links equal hashes to the first of them.</summary>
    /// <remarks>
    /// Of pictures with the very same hash (thousands of blank ones, say) only the first takes part in the comparison, and each
    /// later one is paired with that first one alone: n equal hashes give n - 1 pairs and not n (n - 1) / 2. So the pairs join
    /// the same pictures as all pairs would. Memory grows with the pictures and the pairs found, not with the comparisons.
    /// </remarks>
    /// <param name="hashes">Of <see cref="PerceptualHash"/>.</param>
    /// <param name="distance">Most bits in which a pair differs, 0 to 64.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Pairs of places in the list, the smaller one first, ordered by both; each with the bits that differ.</returns>
    public static IReadOnlyList<(int First, int Second, int Distance)> Find(IReadOnlyList<ulong> hashes, int distance, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(hashes);
        ArgumentOutOfRangeException.ThrowIfNegative(distance);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(distance, 64);
        cancellationToken.ThrowIfCancellationRequested();
        var found = new List<(int First, int Second, int Distance)>();
        var firsts = new Dictionary<ulong, int>();
        var places = new List<int>();
        for (var i = 0; i < hashes.Count; i++)
        {
            if (firsts.TryAdd(hashes[i], i))
            {
                places.Add(i);
            }
            else
            {
                found.Add((firsts[hashes[i]], i, 0));
            }
        }

        var distinct = places.ConvertAll(i => hashes[i]).ToArray();
        var blocks = (distinct.Length + RowsAtATime - 1) / RowsAtATime;
        var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount, TaskScheduler = TaskScheduler.Current };
        Parallel.For(0, blocks, options, block =>
        {
            var near = Compare(distinct, block * RowsAtATime, Math.Min(distinct.Length, (block + 1) * RowsAtATime), distance);
            if (near.Count > 0)
            {
                lock (found)
                {
                    found.AddRange(near.Select(p => (places[p.First], places[p.Second], p.Distance)));
                }
            }
        });
        found.Sort();
        return found;
    }

    private static List<(int First, int Second, int Distance)> Compare(ulong[] hashes, int from, int until, int distance)
    {
        var near = new List<(int, int, int)>();
        for (var i = from; i < until; i++)
        {
            var hash = hashes[i];
            for (var j = i + 1; j < hashes.Length; j++)
            {
                var bits = BitOperations.PopCount(hash ^ hashes[j]);
                if (bits <= distance)
                {
                    near.Add((i, j, bits));
                }
            }
        }

        return near;
    }
}
