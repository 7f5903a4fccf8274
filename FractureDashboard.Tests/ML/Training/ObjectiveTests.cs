using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Training;
using static TorchSharp.torch;

namespace FractureDashboard.Tests.ML.Training;

[Collection(EngineCollection.Name)]
public sealed class ObjectiveTests
{
    // One fractured image in four.
    private static readonly Sample[] Samples = [.. Enumerable.Range(0, 4).Select(i => new Sample(i, i == 0 ? Label.Fractured : Label.NotFractured, $"{i}", $"{i}"))];
    private static readonly float[] Logits = [1.5f, -0.5f, 2f];
    private static readonly float[] Targets = [1, 0, 0];

    [Fact]
    public void Without_options_it_is_the_mean_binary_cross_entropy() =>
        Assert.Equal(Mean((p, t) => Entropy(p, t)), Loss(new()), 5);

    [Fact]
    public void Smoothing_moves_targets_towards_one_half() =>
        Assert.Equal(Mean((p, t) => Entropy(p, t == 1 ? 0.95 : 0.05)), Loss(new(LabelSmoothing: 0.1)), 5);

    [Fact]
    public void Class_weights_are_inverse_shares() =>
        Assert.Equal(Mean((p, t) => Entropy(p, t) * (t == 1 ? 4 / 2.0 : 4 / 6.0)), Loss(new(ClassWeights: true)), 5);

    [Fact]
    public void The_focal_loss_counts_an_image_less_the_better_it_is_told() =>
        Assert.Equal(Mean((p, t) => Entropy(p, t) * Math.Pow(t == 1 ? 1 - p : p, 2)), Loss(new(FocalGamma: 2)), 5);

    [Fact]
    public void Mixed_targets_lie_between_their_parts()
    {
        using var scope = NewDisposeScope();
        var objective = new Objective(new(FocalGamma: 2, ClassWeights: true), Samples);
        var mixed = objective.Loss(tensor(new[] { 0.3f }), tensor(new[] { 0.5f })).item<float>();

        Assert.InRange(mixed, 0.01, 2);
    }

    private static double Mean(Func<double, double, double> loss) => Logits.Zip(Targets).Average(x => loss(1 / (1 + Math.Exp(-x.First)), x.Second));

    private static double Entropy(double p, double t) => -(t * Math.Log(p)) - ((1 - t) * Math.Log(1 - p));

    private static double Loss(ObjectiveOptions options)
    {
        using var scope = NewDisposeScope();
        return new Objective(options, Samples).Loss(tensor(Logits), tensor(Targets)).item<float>();
    }
}
