using FractureDashboard.ML.Training;
using static TorchSharp.torch;

namespace FractureDashboard.Tests.ML.Training;

[Collection(EngineCollection.Name)]
public sealed class MixedPrecisionTests
{
    [Theory]
    [InlineData("baseline-cnn")]
    [InlineData("compact-resnet")]
    public void Gradients_point_where_those_of_32_bits_point_and_weights_stay_in_32_bits(string model)
    {
        using var scope = NewDisposeScope();
        var options = new TrainingOptions { Model = model, ImageSize = 48, Seed = 5 };
        using var full = new Learner(options, CPU);
        using var mixed = new Learner(options with { Precision = Precision.Mixed }, CPU);

        // Different for each image, or batch normalisation would divide rounding by rounding.
        var x = (arange(8 * 48 * 48 * 3, ScalarType.Float64) * 12.9898).sin().mul_(43758.5453).frac_().abs().to(ScalarType.Float32).reshape(8, 48, 48, 3).permute(0, 3, 1, 2);

        // Of one class: the gradients of two would cancel to little but rounding in a network that has learned nothing.
        var y = ones(8);

        var (logits32, gradient32) = Pass(full, x, y);
        var (logits16, gradient16) = Pass(mixed, x, y);

        Assert.True((logits32 - logits16).abs().max().item<float>() < 0.1);
        Assert.False(logits32.eq(logits16).all().item<bool>());
        var cosine = (gradient32 * gradient16).sum().item<float>() / (gradient32.norm() * gradient16.norm()).item<float>();
        Assert.InRange(cosine, 0.97, 1.001);
        Assert.All(mixed.Network.state_dict().Values.Where(v => v.is_floating_point()), v => Assert.Equal(ScalarType.Float32, v.dtype));
    }

    [Fact]
    public void Gathered_gradients_are_the_sum_of_those_of_the_batches()
    {
        using var scope = NewDisposeScope();
        var options = new TrainingOptions { ImageSize = 32, Seed = 5, Precision = Precision.Mixed };
        using var once = new Learner(options, CPU);
        using var twice = new Learner(options, CPU);
        var x = ones(2, 3, 32, 32) * 0.5;

        var (_, single) = Pass(once, x, ones(2));
        Pass(twice, x, ones(2));
        var (_, sum) = Pass(twice, x, ones(2));

        Assert.True(sum.allclose(2 * single, 1e-3, 1e-6));
    }

    private static (Tensor Logits, Tensor Gradient) Pass(Learner learner, Tensor x, Tensor y)
    {
        learner.BeginEpoch(1);
        var logits = learner.Forward(x, 1, 0);
        learner.Backward(nn.functional.binary_cross_entropy_with_logits(logits, y));
        return (logits.detach(), cat(learner.Network.parameters().Select(p => p.grad!.reshape(-1)).ToArray()));
    }
}
