using CsCheck;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Evaluation;

namespace FractureDashboard.Tests.ML.Evaluation;

public sealed class OperatingPointTests
{
    [Fact]
    public void The_matrix_and_its_shares_by_hand()
    {
        var point = OperatingPoint.At(ScoreCases.Set([0.9, 0.5, 0.3], [0.6, 0.4, 0.1, 0.1, 0.49]).Tally, 0.5);

        Assert.Equal(new ConfusionMatrix(2, 1, 4, 1), point.Matrix);
        Assert.Equal(6.0 / 8, point.Accuracy.Value!.Value, 12);
        Assert.Equal(2.0 / 3, point.Sensitivity.Value!.Value, 12);
        Assert.Equal(4.0 / 5, point.Specificity.Value!.Value, 12);
        Assert.Equal(2.0 / 3, point.PositivePredictiveValue.Value!.Value, 12);
        Assert.Equal(4.0 / 5, point.NegativePredictiveValue.Value!.Value, 12);
        Assert.Equal(11.0 / 15, point.BalancedAccuracy.Value!.Value, 12);
        Assert.Equal(2.0 / 3, point.F1.Value!.Value, 12);
        Assert.Equal(7 / Math.Sqrt(3 * 5 * 3 * 5), point.Mcc.Value!.Value, 12);
        Assert.Equal(WilsonInterval.Of(2, 3), point.Sensitivity.Interval);
        Assert.Equal(WilsonInterval.Of(4, 5), point.Specificity.Interval);
        Assert.Equal(WilsonInterval.Of(6, 8), point.Accuracy.Interval);
        Assert.Null(point.F1.Interval);
        Assert.Null(point.F1.Reason);
    }

    /// <summary>The example in scikit-learn's documentation of matthews_corrcoef: -0.33.</summary>
    [Fact]
    public void Matthews_correlation_of_a_known_example() => Assert.Equal(-1.0 / 3, new ConfusionMatrix(2, 1, 0, 1).Mcc!.Value, 12);

    [Fact]
    public void Large_counts_do_not_overflow() => Assert.Equal(0.6, new ConfusionMatrix(80_000_000, 20_000_000, 80_000_000, 20_000_000).Mcc!.Value, 12);

    [Fact]
    public void What_is_undefined_is_null_and_says_why()
    {
        var nothing = OperatingPoint.At(ScoreCases.Set([], []).Tally, 0.5);
        Assert.All([nothing.Accuracy, nothing.BalancedAccuracy, nothing.F1, nothing.Mcc, nothing.Sensitivity, nothing.Specificity, nothing.PositivePredictiveValue, nothing.NegativePredictiveValue],
            e => Assert.Equal((null, "There are no images."), (e.Value, e.Reason)));

        var healthy = OperatingPoint.At(ScoreCases.Set([], [0.1, 0.2]).Tally, 0.5);
        Assert.Equal(1, healthy.Accuracy.Value);
        Assert.Equal(1, healthy.Specificity.Value);
        Assert.Equal("There are no fractured images.", healthy.Sensitivity.Reason);
        Assert.Equal("There are no fractured images.", healthy.BalancedAccuracy.Reason);
        Assert.Equal("No image is called fractured at this threshold.", healthy.PositivePredictiveValue.Reason);
        Assert.Equal("There are neither fractured images nor images called so.", healthy.F1.Reason);

        var broken = OperatingPoint.At(ScoreCases.Set([0.7], []).Tally, 0.5);
        Assert.Equal("There are no images without a fracture.", broken.Specificity.Reason);
        Assert.Equal("Every image is called fractured at this threshold.", broken.NegativePredictiveValue.Reason);

        var both = ScoreCases.Set([0.7], [0.6]).Tally;
        Assert.Equal("Every image is called fractured at this threshold.", OperatingPoint.At(both, 0.5).Mcc.Reason);
        Assert.Equal("No image is called fractured at this threshold.", OperatingPoint.At(both, 0.9).Mcc.Reason);
    }

    [Fact]
    public void The_matrix_is_that_of_a_plain_count() => Gen.Select(ScoreCases.Any, Gen.Int[0, 24]).Sample((set, at) =>
    {
        var threshold = at / 24.0;
        var pairs = set.Scores.Zip(set.Labels).ToArray();
        int Count(bool called, Label label) => pairs.Count(p => p.First >= threshold == called && p.Second == label);

        Assert.Equal(
            new ConfusionMatrix(Count(true, Label.Fractured), Count(true, Label.NotFractured), Count(false, Label.NotFractured), Count(false, Label.Fractured)),
            ConfusionMatrix.At(set.Tally, threshold));
    });

    [Fact]
    public void Predictive_values_follow_the_prevalence()
    {
        // Bayes by hand: 0.9 x 0.1 / (0.9 x 0.1 + 0.2 x 0.9) = 1/3. Bounds: formulas 8 to 11 of Mercaldo, Lau and Zhou (2007) in numpy.
        var values = PredictiveValues.At(new ConfusionMatrix(90, 20, 80, 10), 0.1);

        Assert.Equal(1.0 / 3, values.Positive.Value!.Value, 12);
        Assert.Equal(0.72 / 0.73, values.Negative.Value!.Value, 12);
        Assert.Equal(0.25151528305697485, values.Positive.Interval!.Value.Low, 10);
        Assert.Equal(0.42659741111735927, values.Positive.Interval!.Value.High, 10);
        Assert.Equal(0.975411158597366, values.Negative.Interval!.Value.Low, 10);
        Assert.Equal(0.9924059401414894, values.Negative.Interval!.Value.High, 10);
    }

    [Fact]
    public void Without_a_false_alarm_the_adjusted_value_is_1_and_its_lower_bound_is_not()
    {
        var values = PredictiveValues.At(new ConfusionMatrix(40, 0, 100, 10), 0.2);

        Assert.Equal(1, values.Positive.Value);
        Assert.Equal(0.72017049163294, values.Positive.Interval!.Value.Low, 10);
        Assert.Equal(1, values.Positive.Interval!.Value.High);
    }

    [Fact]
    public void At_the_prevalence_of_the_images_nothing_is_adjusted() => ScoreCases.BothClasses.Sample(set =>
    {
        var point = OperatingPoint.At(set.Tally, 0.5);
        var values = PredictiveValues.At(point.Matrix, (double)set.Tally.Fractured / set.Count);

        Same(point.PositivePredictiveValue, values.Positive);
        Same(point.NegativePredictiveValue, values.Negative);

        static void Same(Estimate plain, Estimate adjusted)
        {
            Assert.Equal(plain.Reason, adjusted.Reason);
            if (plain.Value is { } value)
            {
                Assert.Equal(value, adjusted.Value!.Value, 12);
                Assert.InRange(value, adjusted.Interval!.Value.Low - 1e-12, adjusted.Interval.Value.High + 1e-12);
                Assert.InRange(adjusted.Interval.Value.High - adjusted.Interval.Value.Low, 1e-6, 1);
            }
        }
    });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void A_prevalence_that_is_none_is_refused(double prevalence) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PredictiveValues.At(new ConfusionMatrix(1, 1, 1, 1), prevalence));

    [Fact]
    public void Predictive_values_need_both_classes() =>
        Assert.Equal("There are no fractured images.", PredictiveValues.At(new ConfusionMatrix(0, 1, 1, 0), 0.1).Positive.Reason);
}
