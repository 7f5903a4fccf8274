using System.Numerics;
using CsCheck;
using FractureDashboard.ML.Quality;

namespace FractureDashboard.Tests.ML.Quality;

public sealed class NearDuplicatesTests
{
    // Hashes around a few centres, some of them equal.
    private static readonly Gen<(ulong[] Hashes, int Distance)> Cases =
        Gen.Select(Gen.ULong.Array[1, 4], Gen.Select(Gen.Int[0, 3], Gen.Int[0, 63].Array[0, 5]).Array[0, 300], Gen.Int[0, 12])
            .Select((centres, around, distance) => (around.Select(a => a.Item2.Aggregate(centres[a.Item1 % centres.Length], (h, bit) => h ^ (1UL << bit))).ToArray(), distance));

    [Fact]
    public void Pairs_are_those_of_comparing_everything_with_everything() => Cases.Sample((hashes, distance) =>
    {
        var first = hashes.Select(h => Array.IndexOf(hashes, h)).ToArray();
        var expected =
            from i in Enumerable.Range(0, hashes.Length)
            from j in Enumerable.Range(i + 1, hashes.Length - i - 1)
            let bits = BitOperations.PopCount(hashes[i] ^ hashes[j])
            where bits == 0 ? first[j] == i : bits <= distance && first[i] == i && first[j] == j
            select (i, j, bits);

        Assert.Equal(expected, NearDuplicates.Find(hashes, distance, CancellationToken.None));
    }, iter: 200);

    [Fact]
    public void Pairs_join_what_all_pairs_would_join() => Cases.Sample((hashes, distance) =>
    {
        var all = from i in Enumerable.Range(0, hashes.Length)
                  from j in Enumerable.Range(0, i)
                  where BitOperations.PopCount(hashes[i] ^ hashes[j]) <= distance
                  select (i, j);

        Assert.Equal(Joined(hashes.Length, all), Joined(hashes.Length, NearDuplicates.Find(hashes, distance, CancellationToken.None).Select(p => (p.Second, p.First))));
    }, iter: 100);

    [Fact]
    public void Thousands_of_equal_pictures_give_one_pair_each()
    {
        var pairs = NearDuplicates.Find(new ulong[20_000], 8, TestContext.Current.CancellationToken);

        Assert.Equal(19_999, pairs.Count);
        Assert.All(pairs, p => Assert.Equal((0, 0), (p.First, p.Distance)));
    }

    [Fact]
    public void A_stop_is_heard()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => NearDuplicates.Find([1, 2], 3, stop.Token));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(65)]
    public void A_distance_that_no_two_hashes_can_have_is_refused(int distance) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => NearDuplicates.Find([1, 2], distance, TestContext.Current.CancellationToken));

    private static int[] Joined(int count, IEnumerable<(int Later, int Earlier)> pairs)
    {
        var group = Enumerable.Range(0, count).ToArray();
        var list = pairs.ToArray();
        for (var hasChanged = true; hasChanged;)
        {
            hasChanged = false;
            foreach (var (later, earlier) in list)
            {
                var least = Math.Min(group[later], group[earlier]);
                hasChanged |= group[later] != least || group[earlier] != least;
                (group[later], group[earlier]) = (least, least);
            }
        }

        return group;
    }
}
