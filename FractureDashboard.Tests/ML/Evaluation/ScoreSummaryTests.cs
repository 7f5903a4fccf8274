using CsCheck;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Evaluation;

namespace FractureDashboard.Tests.ML.Evaluation;

public sealed class ScoreSummaryTests
{
    /// <summary>Newcombe, Statistics in Medicine 17 (1998), table I, method 3.</summary>
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void Wilson_intervals_are_those_of_the_published_examples(int successes, int trials, double low, double high)
    {
        var interval = WilsonInterval.Of(successes, trials);

        Assert.Equal(low, interval.Low, 4);
        Assert.Equal(high, interval.High, 4);
    }

    [Fact]
    public void Wilson_intervals_hold_their_share_and_mirror() => Gen.Int[1, 500].SelectMany(n => Gen.Int[0, n].Select(k => (k, n))).Sample(x =>
    {
        var (low, high) = WilsonInterval.Of(x.k, x.n);
        var mirrored = WilsonInterval.Of(x.n - x.k, x.n);
        var share = (double)x.k / x.n;
        return low >= 0 && high <= 1 && low <= share + 1e-12 && share <= high + 1e-12 && Math.Abs(low - (1 - mirrored.High)) < 1e-12;
    });

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, 5)]
    [InlineData(6, 5)]
    public void No_interval_of_what_is_no_share(int successes, int trials) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => WilsonInterval.Of(successes, trials));

    [Fact]
    public void A_summary_counts_what_is_on_the_right_side()
    {
        var summary = ScoreSummary.Of([(Label.Fractured, 0.9), (Label.Fractured, 0.4), (Label.NotFractured, 0.5), (Label.NotFractured, 0.1)]);

        Assert.Equal((4, 0.5), (summary.Images, summary.Accuracy));
        Assert.Equal(0.75, summary.Auc);
        Assert.Equal(WilsonInterval.Of(2, 4), new Interval(summary.AccuracyLow!.Value, summary.AccuracyHigh!.Value));
    }

    [Fact]
    public void One_class_has_no_auc_and_nothing_has_nothing()
    {
        Assert.Null(ScoreSummary.Of([(Label.Fractured, 0.9)]).Auc);
        Assert.Equal(new ScoreSummary(0, null, null, null, null), ScoreSummary.Of([]));
    }
}
