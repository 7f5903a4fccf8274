using CsCheck;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Evaluation;

namespace FractureDashboard.Tests.ML.Evaluation;

public sealed class BinaryMetricsTests
{
    private const Label F = Label.Fractured;
    private const Label N = Label.NotFractured;

    [Fact]
    public void Binary_cross_entropy_agrees_with_a_hand_computed_example()
    {
        // -(ln 0.9 + ln 0.8 + ln 0.6 + ln 0.3) / 4
        // = (0.1053605 + 0.2231436 + 0.5108256 + 1.2039728) / 4
        double[] scores = [0.9, 0.2, 0.6, 0.7];
        Label[] labels = [F, N, F, N];

        Assert.Equal(0.5108256, BinaryMetrics.BinaryCrossEntropy(scores, labels), 6);
        Assert.Equal(0.5108256, BinaryMetrics.BinaryCrossEntropyFromLogits([.. scores.Select(p => (float)Math.Log(p / (1 - p)))], labels), 6);
    }

    [Fact]
    public void The_positive_class_is_fractured()
    {
        Assert.Equal(1, (int)F);
        Assert.Equal(0, (int)N);
        Assert.Equal(1, BinaryMetrics.Accuracy([0.99, 0.01], [F, N]));
        Assert.Equal(0, BinaryMetrics.Accuracy([0.99, 0.01], [N, F]));
    }

    [Fact]
    public void A_score_at_the_threshold_is_called_fractured() => Assert.Equal(1, BinaryMetrics.Accuracy([0.5, 0.4999], [F, N]));

    [Fact]
    public void Loss_from_logits_is_finite_where_probabilities_round_to_one()
    {
        Assert.Equal(200, BinaryMetrics.BinaryCrossEntropyFromLogits([200f], [N]), 9);
        Assert.Equal(0, BinaryMetrics.BinaryCrossEntropyFromLogits([200f], [F]), 9);
    }

    [Fact]
    public void Area_under_the_curve_agrees_with_hand_counted_pairs()
    {
        // Pairs (fractured, not): 0.8>0.7, 0.8>0.3, 0.7=0.7 (half), 0.7>0.3, 0.2<0.7, 0.2<0.3: 3.5 of 6.
        Assert.Equal(3.5 / 6, BinaryMetrics.Auc([0.8, 0.7, 0.2, 0.7, 0.3], [F, F, F, N, N]), 12);
    }

    [Fact]
    public void Area_under_the_curve_needs_both_classes() =>
        Assert.Throws<ArgumentException>(() => BinaryMetrics.Auc([0.1, 0.2], [F, F]));

    [Fact]
    public void Area_under_the_curve_is_the_share_of_pairs_in_order() => Gen.Select(Gen.Int[0, 9], Gen.Bool).List[2, 40]
        .Where(items => items.Any(i => i.Item2) && items.Any(i => !i.Item2))
        .Sample(items =>
        {
            double[] scores = [.. items.Select(i => i.Item1 / 10.0)];
            Label[] labels = [.. items.Select(i => i.Item2 ? F : N)];
            var pairs = from p in items where p.Item2 from n in items where !n.Item2 select p.Item1 > n.Item1 ? 1.0 : p.Item1 == n.Item1 ? 0.5 : 0;
            Assert.Equal(pairs.Average(), BinaryMetrics.Auc(scores, labels), 10);
        });
}
