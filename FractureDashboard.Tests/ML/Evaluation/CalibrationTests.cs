using CsCheck;
using FractureDashboard.ML.Evaluation;

namespace FractureDashboard.Tests.ML.Evaluation;

public sealed class CalibrationTests
{
    /// <summary>The examples in scikit-learn's documentation of brier_score_loss (0.0375) and log_loss (0.21616...).</summary>
    [Fact]
    public void Known_examples()
    {
        Assert.Equal(0.0375, Calibration.BrierOf(ScoreCases.Set([0.9, 0.8], [0.1, 0.3]).Tally)!.Value, 12);
        Assert.Equal(0.21616187468057912, Calibration.LogLossOf(ScoreCases.Set([0.9, 0.65], [0.1, 0.2]).Tally)!.Value, 12);
    }

    [Fact]
    public void A_certain_and_wrong_score_costs_36_nats()
    {
        Assert.Equal(36.04365338911715, Calibration.LogLossOf(ScoreCases.Set([0], []).Tally)!.Value, 10);
        Assert.Equal(36.04365338911715, Calibration.LogLossOf(ScoreCases.Set([], [1]).Tally)!.Value, 10);
        Assert.Equal(0, Calibration.LogLossOf(ScoreCases.Set([1], [0]).Tally)!.Value, 12);
    }

    [Fact]
    public void Bins_of_equal_width_by_hand()
    {
        // Bins of a quarter: [0.1], [0.25, 0.3], none, [0.75, 1].
        var found = Reliability.Of(ScoreCases.Set([0.3, 0.75, 1], [0.1, 0.25]).Tally, Binning.EqualWidth, 4);

        Assert.Equal([(0, 0.25, 1), (0.25, 0.5, 2), (0.75, 1, 2)], found.Bins.Select(b => (b.Low, b.High, b.Images)));
        Assert.Equal([0.1, 0.275, 0.875], found.Bins.Select(b => Math.Round(b.MeanScore, 12)));
        Assert.Equal([0, 0.5, 1], found.Bins.Select(b => b.Fractured.Value!.Value));
        Assert.Equal(WilsonInterval.Of(1, 2), found.Bins[1].Fractured.Interval);
        Assert.Equal((0.1 + (2 * 0.225) + (2 * 0.125)) / 5, found.ExpectedError!.Value, 12);
        Assert.Equal(0.225, found.LargestError!.Value, 12);
    }

    [Fact]
    public void Bins_of_equal_mass_never_part_a_score()
    {
        // Two bins of six images: the four of 0.4 stay together though they reach across the middle.
        var found = Reliability.Of(ScoreCases.Set([0.4, 0.4, 0.9], [0.1, 0.4, 0.4]).Tally, Binning.EqualMass, 2);

        Assert.Equal([(0.1, 0.4, 5), (0.9, 0.9, 1)], found.Bins.Select(b => (b.Low, b.High, b.Images)));
        Assert.Equal((Math.Abs(2 - 1.7) + Math.Abs(1 - 0.9)) / 6, found.ExpectedError!.Value, 12);
    }

    [Fact]
    public void Bins_of_equal_mass_are_equal_where_scores_differ()
    {
        var found = Reliability.Of(ScoreCases.Set([.. Enumerable.Range(0, 40).Select(i => i / 40.0)], []).Tally, Binning.EqualMass, 8);

        Assert.Equal(Enumerable.Repeat(5, 8), found.Bins.Select(b => b.Images));
    }

    [Fact]
    public void Every_image_is_in_one_bin_between_its_bounds() => Gen.Select(ScoreCases.Any, Gen.Int[1, 30], Gen.Enum<Binning>()).Sample((set, bins, binning) =>
    {
        var found = Reliability.Of(set.Tally, binning, bins);

        Assert.Equal(set.Count, found.Bins.Sum(b => b.Images));
        Assert.True(found.Bins.Count <= bins);
        Assert.All(found.Bins, b => Assert.InRange(b.MeanScore, b.Low - 1e-12, b.High + 1e-12));
        Assert.All(found.Bins.Zip(found.Bins.Skip(1)), p => Assert.True(p.First.High <= p.Second.Low));
        Assert.Equal(found.ExpectedError, Reliability.ErrorOf(set.Tally, binning, bins));
        Assert.True(found.ExpectedError is null == (set.Count == 0));
        Assert.True(found.ExpectedError is null || found.ExpectedError <= found.LargestError + 1e-12);
    });

    [Fact]
    public void An_edge_belongs_to_the_bin_above_it_however_it_rounds()
    {
        for (var bins = 1; bins <= 100; bins++)
        {
            for (var edge = 0; edge < bins; edge++)
            {
                Assert.Equal(edge, ScoreBins.Of((double)edge / bins, bins));
                Assert.Equal(Math.Max(0, edge - 1), ScoreBins.Of(Math.Max(0, Math.BitDecrement((double)edge / bins)), bins));
            }

            Assert.Equal(bins - 1, ScoreBins.Of(1, bins));
        }
    }

    [Fact]
    public void The_histogram_counts_each_class()
    {
        var histogram = ScoreHistogram.Of(ScoreCases.Set([0.3, 0.5, 1], [0, 0.1, 0.499]).Tally, 4);

        Assert.Equal([0, 0.25, 0.5, 0.75, 1], histogram.Edges);
        Assert.Equal([0, 1, 1, 1], histogram.Fractured);
        Assert.Equal([2, 1, 0, 0], histogram.NotFractured);
        Assert.Equal(new int[20], ScoreHistogram.Of(ScoreCases.Set([], []).Tally).Fractured);
    }

    [Fact]
    public void Nothing_has_no_calibration_and_no_bins_are_refused()
    {
        var tally = ScoreCases.Set([], []).Tally;
        var calibration = Calibration.Of(tally);

        Assert.Equal("There are no images.", calibration.Brier.Reason);
        Assert.Equal("There are no images.", calibration.LogLoss.Reason);
        Assert.Null(calibration.EqualWidth.ExpectedError);
        Assert.Null(calibration.EqualMass.LargestError);
        Assert.Throws<ArgumentOutOfRangeException>(() => Calibration.Of(tally, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ScoreHistogram.Of(tally, 0));
    }
}
