using CsCheck;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Evaluation;

namespace FractureDashboard.Tests.ML.Evaluation;

public sealed class RocCurveTests
{
    [Fact]
    public void The_points_by_hand()
    {
        var curve = RocCurve.Of(ScoreCases.Set([0.8, 0.7, 0.2], [0.7, 0.3]).Tally);

        Assert.Equal([new(0, 0, null), new(0, 1 / 3.0, 0.8), new(0.5, 2 / 3.0, 0.7), new(1, 2 / 3.0, 0.3), new(1, 1, 0.2)], curve.Points);
        Assert.Equal(3.5 / 6, curve.Auc.Value!.Value, 12);
    }

    [Fact]
    public void Only_turns_are_needed_to_draw()
    {
        var curve = RocCurve.Of(ScoreCases.Set([0.9, 0.8, 0.7, 0.2], [0.6, 0.5, 0.1]).Tally);

        Assert.Equal(8, curve.Points.Count);
        Assert.Equal([(0, 0), (0, 0.75), (2 / 3.0, 0.75), (2 / 3.0, 1), (1, 1)], curve.Corners.Select(p => (p.FalsePositiveRate, p.TruePositiveRate)));
    }

    [Fact]
    public void The_area_is_that_below_the_points_and_below_the_turns() => ScoreCases.BothClasses.Sample(set =>
    {
        var curve = RocCurve.Of(set.Tally);

        Assert.Equal(curve.Auc.Value!.Value, Area(curve.Points), 10);
        Assert.Equal(curve.Auc.Value!.Value, Area(curve.Corners), 10);
        Assert.All(curve.Points.Zip(curve.Points.Skip(1)), p => Assert.True(p.First.FalsePositiveRate <= p.Second.FalsePositiveRate && p.First.TruePositiveRate <= p.Second.TruePositiveRate));
    });

    [Fact]
    public void A_monotone_change_of_the_scores_changes_nothing() => ScoreCases.BothClasses.Sample(set =>
    {
        var changed = set.Rescored(s => 0.1 + (Math.Exp(s) / 4));

        Assert.Equal(DeLong.Of(set.Tally) with { Reason = null }, DeLong.Of(changed.Tally) with { Reason = null });
    });

    [Fact]
    public void Swapped_labels_turn_the_area_round() => ScoreCases.BothClasses.Sample(set =>
    {
        var swapped = ScoreTally.Of(set.Scores, [.. set.Labels.Select(l => 1 - l)]);

        Assert.Equal(1 - RocCurve.AreaOf(set.Tally)!.Value, RocCurve.AreaOf(swapped)!.Value, 12);
        Assert.Equal(DeLong.Of(set.Tally).Variance ?? -1, DeLong.Of(swapped).Variance ?? -1, 12);
    });

    [Fact]
    public void One_class_has_no_curve()
    {
        var curve = RocCurve.Of(ScoreCases.Set([0.5], []).Tally);

        Assert.Empty(curve.Points);
        Assert.Empty(curve.Corners);
        Assert.Equal((null, "There are no images without a fracture."), (curve.Auc.Value, curve.Auc.Reason));
    }

    /// <summary>The example in scikit-learn's documentation of roc_auc_score (0.75) and average_precision_score (0.83...).</summary>
    [Fact]
    public void A_known_example()
    {
        var tally = ScoreCases.Set([0.35, 0.8], [0.1, 0.4]).Tally;

        Assert.Equal(0.75, RocCurve.AreaOf(tally)!.Value, 12);
        Assert.Equal(5.0 / 6, PrecisionRecallCurve.AverageOf(tally)!.Value, 12);
    }

    [Fact]
    public void Precision_and_recall_by_hand()
    {
        var curve = PrecisionRecallCurve.Of(ScoreCases.Set([0.8, 0.7, 0.2], [0.7, 0.3]).Tally);

        Assert.Equal([new(0, 1, null), new(1 / 3.0, 1, 0.8), new(2 / 3.0, 2 / 3.0, 0.7), new(2 / 3.0, 0.5, 0.3), new(1, 0.6, 0.2)], curve.Points);
        Assert.Equal((1 + (2 / 3.0) + 0.6) / 3, curve.AveragePrecision.Value!.Value, 12);
        Assert.Equal(0.6, curve.Prevalence);
    }

    [Fact]
    public void Average_precision_is_the_sum_over_the_points() => ScoreCases.BothClasses.Sample(set =>
    {
        var curve = PrecisionRecallCurve.Of(set.Tally);

        Assert.Equal(curve.Points.Zip(curve.Points.Skip(1)).Sum(p => (p.Second.Recall - p.First.Recall) * p.Second.Precision), curve.AveragePrecision.Value!.Value, 10);
        Assert.Equal(1, curve.Points[^1].Recall);
        Assert.Equal(curve.Prevalence!.Value, curve.Points[^1].Precision, 12);
    });

    [Fact]
    public void Without_fractured_images_there_is_no_precision_recall_curve()
    {
        var curve = PrecisionRecallCurve.Of(ScoreTally.Of([0.5], [Label.NotFractured]));

        Assert.Empty(curve.Points);
        Assert.Equal("There are no fractured images.", curve.AveragePrecision.Reason);
        Assert.Equal(0, curve.Prevalence);
        Assert.Null(PrecisionRecallCurve.Of(ScoreTally.Of([], [])).Prevalence);
    }

    private static double Area(IReadOnlyList<RocPoint> points) =>
        points.Zip(points.Skip(1)).Sum(p => (p.Second.FalsePositiveRate - p.First.FalsePositiveRate) * (p.Second.TruePositiveRate + p.First.TruePositiveRate) / 2);
}
