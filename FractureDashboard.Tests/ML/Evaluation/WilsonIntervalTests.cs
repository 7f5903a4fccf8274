using CsCheck;
using FractureDashboard.ML.Evaluation;

namespace FractureDashboard.Tests.ML.Evaluation;

public sealed class WilsonIntervalTests
{
    /// <summary>Table I, method 3, of Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17, 857-872 (1998).</summary>
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void Newcombes_table_is_met(int successes, int total, double low, double high)
    {
        var interval = WilsonInterval.Of(successes, total);

        Assert.Equal(low, interval.Low, 4);
        Assert.Equal(high, interval.High, 4);
    }

    [Fact]
    public void The_interval_holds_the_share_stays_within_bounds_and_mirrors() => Gen.Int[1, 3000].SelectMany(n => Gen.Int[0, n].Select(k => (k, n))).Sample(c =>
    {
        var interval = WilsonInterval.Of(c.k, c.n);
        var mirrored = WilsonInterval.Of(c.n - c.k, c.n);

        Assert.InRange((double)c.k / c.n, interval.Low, interval.High);
        Assert.InRange(interval.Low, 0, interval.High);
        Assert.InRange(interval.High, interval.Low, 1);
        Assert.Equal(1 - interval.High, mirrored.Low, 12);
    });

    [Fact]
    public void The_bounds_solve_the_equation_of_the_score_test() => Gen.Int[2, 500].SelectMany(n => Gen.Int[1, n - 1].Select(k => (k, n))).Sample(c =>
    {
        // A bound is the share from which the observed one is just 1.96 of its standard errors away.
        var interval = WilsonInterval.Of(c.k, c.n);
        foreach (var bound in new[] { interval.Low, interval.High })
        {
            Assert.Equal(1.959964, Math.Abs(((double)c.k / c.n) - bound) / Math.Sqrt(bound * (1 - bound) / c.n), 5);
        }
    });

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, 5)]
    [InlineData(6, 5)]
    public void Impossible_counts_are_refused(int successes, int total) => Assert.Throws<ArgumentOutOfRangeException>(() => WilsonInterval.Of(successes, total));

    /// <summary>Values of scipy.stats.norm.sf, doubled.</summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.1, 0.920344325445942)]
    [InlineData(-1, 0.31731050786291415)]
    [InlineData(1.96, 0.04999579029644087)]
    [InlineData(3, 0.0026997960632601866)]
    [InlineData(-3.6, 0.00031821718031506727)]
    [InlineData(6, 1.973175290075389e-09)]
    [InlineData(10, 1.523970604832094e-23)]
    public void Tails_of_the_normal_distribution(double z, double probability) => Assert.InRange(NormalDistribution.TwoSided(z), probability * (1 - 1e-11), probability * (1 + 1e-11));
}
