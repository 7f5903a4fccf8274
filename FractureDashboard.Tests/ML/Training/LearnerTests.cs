using FractureDashboard.ML.Training;
using static TorchSharp.torch;

namespace FractureDashboard.Tests.ML.Training;

[Collection(EngineCollection.Name)]
public sealed class LearnerTests
{
    private static readonly TrainingOptions Options = new() { ImageSize = 32, Seed = 3, LearningRate = 0.1 };

    [Fact]
    public void Plain_descent_steps_against_the_gradient_by_the_rate()
    {
        using var scope = NewDisposeScope();
        using var learner = new Learner(Options with { Optimizer = new(OptimizerKind.Sgd, Momentum: 0) }, CPU);
        learner.BeginEpoch(1);
        learner.SetRate(0.25);
        var bias = learner.Network.get_parameter("dense.bias")!;

        (2 * bias).sum().backward();
        using var norm = learner.Step();

        Assert.Equal(2, norm.item<float>(), 5);
        Assert.Equal(-0.5, bias.item<float>(), 5);
    }

    [Fact]
    public void Clipping_scales_gradients_to_the_norm_and_reports_it_as_it_was()
    {
        using var scope = NewDisposeScope();
        using var learner = new Learner(Options with { Optimizer = new(OptimizerKind.Sgd, Momentum: 0, ClipNorm: 0.5) }, CPU);
        learner.BeginEpoch(1);
        learner.SetRate(1);
        var bias = learner.Network.get_parameter("conv1.bias")!;

        (3 * bias).sum().backward();
        using var norm = learner.Step();

        Assert.Equal(3 * Math.Sqrt(10), norm.item<float>(), 4);
        Assert.Equal(0.5, bias.norm().item<float>(), 4);
    }

    [Fact]
    public void Decay_spares_biases()
    {
        using var scope = NewDisposeScope();
        using var learner = new Learner(Options with { Optimizer = new(OptimizerKind.AdamW, WeightDecay: 0.5) }, CPU);
        learner.BeginEpoch(1);
        learner.SetRate(0.1);
        var (weight, bias) = (learner.Network.get_parameter("conv1.weight")!, learner.Network.get_parameter("conv1.bias")!);
        using (no_grad())
        {
            bias.fill_(1);
        }

        var before = weight.detach().clone();
        ((0 * weight.sum()) + (0 * bias.sum())).backward();
        using var norm = learner.Step();

        Assert.True(weight.allclose(before * (1 - (0.1 * 0.5))));
        Assert.True(bias.eq(1).all().item<bool>());
    }

    [Fact]
    public void A_frozen_backbone_stays_as_it_is_while_the_head_learns_and_follows_at_its_own_rate_later()
    {
        using var scope = NewDisposeScope();
        using var learner = new Learner(Options with { Optimizer = new(OptimizerKind.Sgd, Momentum: 0), FineTuning = new(FrozenEpochs: 1, BackboneRate: 0.1) }, CPU);
        var (conv, dense) = (learner.Network.get_parameter("conv1.weight")!, learner.Network.get_parameter("dense.weight")!);
        var (conv0, dense0) = (conv.detach().clone(), dense.detach().clone());

        Step(1);
        Assert.True(conv.eq(conv0).all().item<bool>());
        Assert.False(dense.eq(dense0).all().item<bool>());

        Step(2);
        Assert.False(conv.eq(conv0).all().item<bool>());

        void Step(int epoch)
        {
            learner.BeginEpoch(epoch);
            learner.SetRate(0.1);
            learner.Network.forward(ones(1, 3, 32, 32) * 0.5).sum().backward();
            learner.Step().Dispose();
        }
    }

    [Fact]
    public void The_average_follows_the_weights_and_gives_them_back_to_the_bit()
    {
        using var scope = NewDisposeScope();
        using var learner = new Learner(Options with { Optimizer = new(EmaDecay: 0.9) }, CPU);
        var bias = learner.Network.get_parameter("dense.bias")!;
        using (no_grad())
        {
            bias.fill_(1);
        }

        // The first update weighs (1 + 1) / (10 + 1) of the past, which was zero.
        learner.Average!.Update();
        var live = bias.detach().clone();
        using (learner.Judged())
        {
            Assert.Equal(9 / 11.0, bias.item<float>(), 5);
        }

        Assert.True(bias.eq(live).all().item<bool>());
    }
}
