using System.Runtime.InteropServices;

namespace FractureDashboard.ML.Quality;

/// <summary>Two pictures that were laid over one another.</summary>
/// <param name="First">Place of the first, from 0.</param>
/// <param name="Second">Place of the second.</param>
/// <param name="Correlation">Of their textures in the best position, up to 1.</param>
internal readonly record struct SourceLink(int First, int Second, double Correlation);

/// <summary>When two pictures agree; each up to 1.</summary>
/// <param name="Least">Correlation from which a pair agrees.</param>
/// <param name="LeastAlone">Correlation from which a pair agrees that no other pair can confirm.</param>
/// <param name="Certain">Correlation from which a pair joins on its own.</param>
internal readonly record struct SourceLimits(double Least, double LeastAlone, double Certain);

/// <summary>
/// Makes groups of one radiograph out of pairs that agree. A chain of doubtful pairs would join different radiographs, so
/// what was compared between two groups has to agree on the whole before they become one.
/// </summary>
/// <remarks>
/// First, pairs that are certain join whatever they connect. Then, in rounds, two groups become one when at least two of the
/// pairs compared between them agree (one, and that more clearly, where only one is possible), and at least half of all that were compared. All that
/// qualify in a round are joined together, so neither the order of the pictures nor that of the pairs makes a difference.
/// </remarks>
internal static class SourceGrouping
{
    private const int Confirming = 2;

    /// <summary>Groups them.</summary>
    /// <param name="count">How many pictures.</param>
    /// <param name="compared">The pairs that were compared, whether they agree or not, each once.</param>
    /// <param name="limits">When a pair agrees.</param>
    /// <returns>The group of each picture: the smallest place in it.</returns>
    public static IReadOnlyList<int> Of(int count, IReadOnlyList<SourceLink> compared, SourceLimits limits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentNullException.ThrowIfNull(compared);
        var groups = new DisjointSets(count);
        foreach (var link in compared.Where(l => l.Correlation >= limits.Certain))
        {
            groups.Join(link.First, link.Second);
        }

        for (var hasChanged = true; hasChanged;)
        {
            // Decided before any of them is joined.
            (int A, int B)[] joined = [.. Between(groups, compared, limits).Where(p => Agree(groups, p.Key, p.Value)).Select(p => p.Key)];
            hasChanged = joined.Length > 0;
            foreach (var (a, b) in joined)
            {
                groups.Join(a, b);
            }
        }

        return [.. Enumerable.Range(0, count).Select(groups.Find)];
    }

    private static Dictionary<(int A, int B), (int All, int Agreeing)> Between(DisjointSets groups, IReadOnlyList<SourceLink> compared, SourceLimits limits)
    {
        var between = new Dictionary<(int, int), (int All, int Agreeing)>();
        foreach (var link in compared)
        {
            var (a, b) = (groups.Find(link.First), groups.Find(link.Second));
            if (a != b)
            {
                ref var counts = ref CollectionsMarshal.GetValueRefOrAddDefault(between, (Math.Min(a, b), Math.Max(a, b)), out _);
                counts = (counts.All + 1, counts.Agreeing + (link.Correlation >= (groups.SizeOf(a) + groups.SizeOf(b) > 2 ? limits.Least : limits.LeastAlone) ? 1 : 0));
            }
        }

        return between;
    }

    private static bool Agree(DisjointSets groups, (int A, int B) pair, (int All, int Agreeing) counts) =>
        counts.Agreeing >= Math.Min(Confirming, (long)groups.SizeOf(pair.A) * groups.SizeOf(pair.B)) && 2 * counts.Agreeing >= counts.All;
}
