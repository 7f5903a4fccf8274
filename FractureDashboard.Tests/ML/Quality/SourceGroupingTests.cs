using CsCheck;
using FractureDashboard.ML.Quality;

namespace FractureDashboard.Tests.ML.Quality;

public sealed class SourceGroupingTests
{
    private static readonly SourceLimits Limits = new(0.8, 0.85, 0.9);

    [Theory]
    [InlineData(0.84, false)]
    [InlineData(0.85, true)]
    public void Two_alone_have_to_agree_clearly(double correlation, bool isOne) =>
        Assert.Equal(isOne ? [0, 0] : [0, 1], SourceGrouping.Of(2, [new(0, 1, correlation)], Limits));

    [Fact]
    public void A_third_joins_two_when_it_agrees_with_both()
    {
        Assert.Equal([0, 0, 0], SourceGrouping.Of(3, [new(0, 1, 0.95), new(0, 2, 0.81), new(1, 2, 0.82)], Limits));
        Assert.Equal([0, 0, 2], SourceGrouping.Of(3, [new(0, 1, 0.95), new(0, 2, 0.81), new(1, 2, 0.5)], Limits));
    }

    [Fact]
    public void A_chain_of_doubtful_pairs_joins_nothing()
    {
        // Two certain groups of three, of whose nine pairs two agree and seven were found not to.
        SourceLink[] within = [new(0, 1, 0.99), new(1, 2, 0.99), new(3, 4, 0.99), new(4, 5, 0.99)];
        SourceLink[] between = [.. from a in new[] { 0, 1, 2 } from b in new[] { 3, 4, 5 } select new SourceLink(a, b, a == 0 && b < 5 ? 0.84 : 0.3)];

        Assert.Equal([0, 0, 0, 3, 3, 3], SourceGrouping.Of(6, [.. within, .. between], Limits));
        Assert.Equal([0, 0, 0, 0, 0, 0], SourceGrouping.Of(6, [.. within, .. between.Where(l => l.Correlation > 0.8)], Limits));
    }

    [Fact]
    public void A_certain_pair_needs_no_other() =>
        Assert.Equal([0, 0, 0, 3], SourceGrouping.Of(4, [new(0, 1, 0.9), new(1, 2, 0.9), new(0, 2, 0.1), new(2, 3, 0.7)], Limits));

    [Fact]
    public void The_order_of_the_pairs_makes_no_difference() =>
        Gen.Select(Gen.Double[0.6, 1].Array[45], Gen.Int).Sample((correlations, seed) =>
        {
            SourceLink[] links = [.. (from b in Enumerable.Range(0, 10) from a in Enumerable.Range(0, b) select (a, b)).Zip(correlations, (p, c) => new SourceLink(p.a, p.b, c))];
            var shuffled = links.ToArray();
            new Random(seed).Shuffle(shuffled);

            var groups = SourceGrouping.Of(10, links, Limits);

            Assert.Equal(groups, SourceGrouping.Of(10, shuffled, Limits));
            Assert.All(groups, (g, i) => Assert.True(g <= i && groups[g] == g));
        });

    [Fact]
    public void Nothing_is_grouped_into_nothing() => Assert.Empty(SourceGrouping.Of(0, [], Limits));
}
