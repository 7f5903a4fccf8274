using CsCheck;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Evaluation;

namespace FractureDashboard.Tests.ML.Evaluation;

public sealed class TemperatureScalingTests
{
    private static readonly Label F = Label.Fractured;
    private static readonly Label N = Label.NotFractured;

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(40)]
    public void The_temperature_that_made_the_scores_is_found(double temperature)
    {
        // Three in four are fractured where the honest logit is log 3, one in four where it is -log 3.
        var logit = temperature * Math.Log(3);
        var scaling = TemperatureScaling.Fit([logit, logit, logit, logit, -logit, -logit, -logit, -logit], [F, F, F, N, N, N, N, F]);

        Assert.Null(scaling.Reason);
        Assert.Equal(1, scaling.Temperature / temperature, 9);
        Assert.Equal(-(0.75 * Math.Log(0.75)) - (0.25 * Math.Log(0.25)), scaling.LossAfter!.Value, 12);
        Assert.True(scaling.LossBefore >= scaling.LossAfter - 1e-15);
    }

    [Fact]
    public void No_other_temperature_is_better() => Gen.Select(Gen.Double[-9, 9], Gen.Double).List[4, 40].Sample(items =>
    {
        double[] logits = [.. items.Select(i => i.Item1)];
        Label[] labels = [.. items.Select(i => i.Item2 < BinaryMetrics.Sigmoid(i.Item1 / 3) ? F : N)];
        var scaling = TemperatureScaling.Fit(logits, labels);

        if (scaling.Reason is null)
        {
            Assert.InRange(scaling.Temperature, 0.01, 100);
            Assert.All(new[] { 0.02, 0.5, 0.99, 1.01, 2, 50 }.Select(f => scaling.Temperature * f).Append(1.0), t =>
                Assert.True(BinaryMetrics.BinaryCrossEntropyFromLogits([.. logits.Select(l => (float)(l / t))], labels) >= scaling.LossAfter - 1e-6));
        }
        else
        {
            Assert.Equal(1, scaling.Temperature);
            Assert.Equal(scaling.LossBefore, scaling.LossAfter);
        }
    });

    [Theory]
    [InlineData(new[] { 0.9, 0.8 }, new[] { 0.2, 0.1 }, "right side")]
    [InlineData(new[] { 1.0 }, new[] { 0.0 }, "right side")]
    [InlineData(new[] { 0.1, 0.2 }, new[] { 0.8, 0.9 }, "do not rise")]
    [InlineData(new[] { 0.5 }, new[] { 0.5 }, "do not rise")]
    [InlineData(new[] { 0.1, 0.2 }, new double[0], "one class")]
    [InlineData(new double[0], new double[0], "no validation images")]
    public void Where_no_temperature_is_best_it_stays_1(double[] fractured, double[] notFractured, string reason)
    {
        var scaling = TemperatureScaling.Fit(ScoreCases.Set(fractured, notFractured));

        Assert.Equal(1, scaling.Temperature);
        Assert.Contains(reason, scaling.Reason, StringComparison.Ordinal);
        Assert.Equal(0.123, scaling.Apply(0.123));
    }

    [Fact]
    public void Scaling_keeps_the_order_and_the_side() => Gen.Select(ScoreCases.BothClasses, Gen.Double[0.1, 10]).Sample((set, temperature) =>
    {
        var scaled = new TemperatureScaling(temperature, null, null, null).Apply(set);

        Assert.Equal(RocCurve.AreaOf(set.Tally), RocCurve.AreaOf(scaled.Tally));
        Assert.Equal(ConfusionMatrix.At(set.Tally, 0.5), ConfusionMatrix.At(scaled.Tally, 0.5));
    });

    [Fact]
    public void A_scaled_score_by_hand()
    {
        // logit(0.9) = log 9; half of it is log 3.
        Assert.Equal(0.75, new TemperatureScaling(2, null, null, null).Apply(0.9), 12);
        Assert.InRange(new TemperatureScaling(2, null, null, null).Apply(1), 0.99999998, 1);
    }

    [Fact]
    public void Logits_that_are_no_numbers_are_refused()
    {
        Assert.Throws<ArgumentException>(() => TemperatureScaling.Fit([double.NaN, 1], [F, N]));
        Assert.Throws<ArgumentException>(() => TemperatureScaling.Fit([1.0], [F, N]));
    }
}
