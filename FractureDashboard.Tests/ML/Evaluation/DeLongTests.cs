using CsCheck;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Evaluation;

namespace FractureDashboard.Tests.ML.Evaluation;

public sealed class DeLongTests
{
    /// <summary>
    /// The worked example of DeLong, DeLong and Clarke-Pearson (Biometrics 44, 837-845, 1988): albumin, total protein,
    /// K-G score, and whether the patient benefits from surgery, of the 43 patients with all three. Data and figures as
    /// published in SAS/STAT User's Guide, The LOGISTIC Procedure, "Comparing Receiver Operating Characteristic Curves",
    /// where the event is 0 as labelled and scores fall with it.
    /// </summary>
    private static readonly double[] Patients =
    [
        3.0, 5.8, 10, 0, 3.2, 6.3, 5, 1, 3.9, 6.8, 3, 1, 2.8, 4.8, 6, 0, 3.2, 5.8, 3, 1, 0.9, 4.0, 5, 0, 2.5, 5.7, 8, 0, 1.6, 5.6, 5, 1,
        3.8, 5.7, 5, 1, 3.7, 6.7, 6, 1, 3.2, 5.4, 4, 1, 3.8, 6.6, 6, 1, 4.1, 6.6, 5, 1, 3.6, 5.7, 5, 1, 4.3, 7.0, 4, 1, 3.6, 6.7, 4, 0,
        2.3, 4.4, 6, 1, 4.2, 7.6, 4, 0, 4.0, 6.6, 6, 0, 3.5, 5.8, 6, 1, 3.8, 6.8, 7, 1, 3.0, 4.7, 8, 0, 4.5, 7.4, 5, 1, 3.7, 7.4, 5, 1,
        3.1, 6.6, 6, 1, 4.1, 8.2, 6, 1, 4.3, 7.0, 5, 1, 4.3, 6.5, 4, 1, 3.2, 5.1, 5, 1, 2.6, 4.7, 6, 1, 3.3, 6.8, 6, 0, 1.7, 4.0, 7, 0,
        3.7, 6.1, 5, 1, 3.3, 6.3, 7, 1, 4.2, 7.7, 6, 1, 3.5, 6.2, 5, 1, 2.9, 5.7, 9, 0, 2.1, 4.8, 7, 1, 2.8, 6.2, 8, 0, 4.0, 7.0, 7, 1,
        3.3, 5.7, 6, 1, 3.7, 6.9, 5, 1, 3.6, 6.6, 5, 1,
    ];

    private static readonly Label[] Outcome = [.. Patients.Chunk(4).Select(p => (Label)(int)p[3])];
    private static readonly double[] Albumin = [.. Patients.Chunk(4).Select(p => p[0])];
    private static readonly double[] Protein = [.. Patients.Chunk(4).Select(p => p[1])];
    private static readonly double[] KgScore = [.. Patients.Chunk(4).Select(p => 10 - p[2])];

    public static TheoryData<double[], double, double, double, double> Published => new()
    {
        { Albumin, 0.7366, 0.0927, 0.5549, 0.9182 },
        { Protein, 0.6478, 0.1000, 0.4518, 0.8439 },
        { KgScore, 0.7258, 0.1028, 0.5243, 0.9273 },
    };

    [Theory]
    [MemberData(nameof(Published), DisableDiscoveryEnumeration = true)]
    public void The_published_areas_errors_and_intervals_are_met(double[] scores, double area, double error, double low, double high)
    {
        var result = DeLong.Of(ScoreTally.Of(scores, Outcome));

        Assert.Equal(area, result.Auc!.Value, 4);
        Assert.Equal(error, Math.Sqrt(result.Variance!.Value), 4);
        Assert.Equal(low, result.Interval!.Value.Low, 4);
        Assert.Equal(high, result.Interval!.Value.High, 4);
    }

    [Fact]
    public void The_published_comparisons_are_met()
    {
        var albumin = DeLong.Compare(Albumin, KgScore, Outcome);
        Assert.Equal(0.0108, albumin.Difference.Value!.Value, 4);
        Assert.Equal(-0.1761, albumin.Difference.Interval!.Value.Low, 4);
        Assert.Equal(0.1976, albumin.Difference.Interval!.Value.High, 4);
        Assert.Equal(0.0127, albumin.Z!.Value * albumin.Z.Value, 4);
        Assert.Equal(0.9102, albumin.P!.Value, 4);

        var protein = DeLong.Compare(Protein, KgScore, Outcome);
        Assert.Equal(-0.0780, protein.Difference.Value!.Value, 4);
        Assert.Equal(-0.2830, protein.Difference.Interval!.Value.Low, 4);
        Assert.Equal(0.1271, protein.Difference.Interval!.Value.High, 4);
        Assert.Equal(0.5554, protein.Z!.Value * protein.Z.Value, 4);
        Assert.Equal(0.4561, protein.P!.Value, 4);
    }

    /// <summary>
    /// Ratings 1 to 5 of 58 normal and 51 abnormal CT images (Hanley and McNeil, Radiology 143, 29-36, 1982, table I);
    /// area, standard error after DeLong and interval as in Stata's reference manual, roctab.
    /// </summary>
    [Fact]
    public void Ratings_with_many_ties_have_the_published_interval()
    {
        int[] normal = [33, 6, 6, 11, 2], abnormal = [3, 2, 2, 11, 33];
        var set = ScoreCases.Set(
            [.. abnormal.SelectMany((n, r) => Enumerable.Repeat((r + 1) / 5.0, n))],
            [.. normal.SelectMany((n, r) => Enumerable.Repeat((r + 1) / 5.0, n))]);
        var result = DeLong.Of(set.Tally);

        Assert.Equal(0.8932, result.Auc!.Value, 4);
        Assert.Equal(0.0307, Math.Sqrt(result.Variance!.Value), 4);
        Assert.Equal(0.83295, result.Interval!.Value.Low, 5);
        Assert.Equal(0.95339, result.Interval!.Value.High, 5);
    }

    [Fact]
    public void The_interval_holds_the_area_and_stays_within_bounds() => ScoreCases.BothClasses.Sample(set =>
    {
        var result = DeLong.Of(set.Tally);
        Assert.True(result.Interval is null == result.Reason is not null);
        if (result.Interval is { } interval && result.LogitInterval is { } logit)
        {
            Assert.InRange(result.Auc!.Value, interval.Low, interval.High);
            Assert.InRange(result.Auc!.Value, logit.Low, logit.High);
            Assert.True(interval.Low >= 0 && interval.High <= 1 && logit.Low > 0 && logit.High < 1);
        }
    });

    [Fact]
    public void The_logit_interval_by_hand()
    {
        var result = DeLong.Of(ScoreTally.Of(Albumin, Outcome));
        double area = result.Auc!.Value, half = 1.959964 * Math.Sqrt(result.Variance!.Value) / (area * (1 - area));

        Assert.Equal(1 / (1 + ((1 - area) / area * Math.Exp(half))), result.LogitInterval!.Value.Low, 6);
        Assert.Equal(1 / (1 + ((1 - area) / area * Math.Exp(-half))), result.LogitInterval!.Value.High, 6);
    }

    [Fact]
    public void Where_there_is_no_variance_there_is_no_interval()
    {
        Assert.Equal((1, 0), (DeLong.Of(ScoreCases.Set([0.8, 0.9], [0.1, 0.2]).Tally).Auc, DeLong.Of(ScoreCases.Set([0.8, 0.9], [0.1, 0.2]).Tally).Variance));
        Assert.All(
            new[] { ScoreCases.Set([0.8, 0.9], [0.1, 0.2]), ScoreCases.Set([0.1, 0.2], [0.8, 0.9, 0.7]), ScoreCases.Set([0.5, 0.5, 0.5], [0.5, 0.5]) },
            set => Assert.Contains("no interval", DeLong.Of(set.Tally).Reason, StringComparison.Ordinal));

        var single = DeLong.Of(ScoreCases.Set([0.8], [0.1, 0.9]).Tally);
        Assert.Equal((0.5, null, null), (single.Auc, single.Variance, single.Interval));
        Assert.Contains("at least two images of each class", single.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_does_not_differ_from_itself()
    {
        var comparison = DeLong.Compare(Albumin, [.. Albumin.Select(a => a * 3)], Outcome);

        Assert.Equal((0, 1, null), (comparison.Difference.Value, comparison.P, comparison.Z));
        Assert.NotNull(comparison.Reason);
    }

    [Fact]
    public void Perfect_against_reversed_differs_without_variance()
    {
        Label[] labels = [Label.Fractured, Label.Fractured, Label.NotFractured, Label.NotFractured];
        var comparison = DeLong.Compare([0.9, 0.8, 0.2, 0.1], [0.1, 0.2, 0.8, 0.9], labels);

        Assert.Equal((1, null, null), (comparison.Difference.Value, comparison.P, comparison.Z));
        Assert.NotNull(comparison.Difference.Reason);
    }

    [Fact]
    public void Exchanged_models_give_the_opposite_difference() => Gen.Select(Gen.Int[0, 9], Gen.Int[0, 9]).List[4, 30].Sample(items =>
    {
        Label[] labels = [.. items.Select((_, i) => (Label)(i % 2))];
        double[] a = [.. items.Select(i => (double)i.Item1)], b = [.. items.Select(i => (double)i.Item2)];
        DeLongComparison one = DeLong.Compare(a, b, labels), other = DeLong.Compare(b, a, labels);

        Assert.Equal(one.Z is null, other.Z is null);
        Assert.Equal(one.Z ?? 0, -(other.Z ?? 0), 9);
        Assert.Equal(one.P ?? -1, other.P ?? -1, 9);
    });

    [Fact]
    public void A_comparison_that_cannot_be_made_says_why()
    {
        Assert.Equal("There are no images without a fracture.", DeLong.Compare([1, 2], [1, 2], [Label.Fractured, Label.Fractured]).Reason);
        Assert.Contains("at least two", DeLong.Compare([1, 2], [2, 1], [Label.Fractured, Label.NotFractured]).Reason, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => DeLong.Compare([1, 2], [1], [Label.Fractured, Label.NotFractured]));
    }
}
