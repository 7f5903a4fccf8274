using System.Runtime.InteropServices;
using FractureDashboard.ML.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FractureDashboard.Tests.ML.Models;

[Collection(EngineCollection.Name)]
public sealed class BaselineCnnTests
{
    [Fact]
    public void The_notebooks_network_has_31101_parameters()
    {
        using var network = Networks.Create("baseline-cnn", new ModelInput(224), 1);

        Assert.Equal([270, 10, 900, 10, 900, 10, 900, 10, 28_090, 1], network.parameters().Select(p => p.numel()));
        Assert.Equal(31_101, network.parameters().Sum(p => p.numel()));
    }

    [Theory]
    [InlineData(32)]
    [InlineData(65)]
    [InlineData(224)]
    [InlineData(512)]
    public void The_form_states_the_parameter_count_that_the_network_has(int imageSize)
    {
        using var network = Networks.Create("baseline-cnn", new ModelInput(imageSize), 1);

        Assert.Equal(network.parameters().Sum(p => p.numel()), ModelRegistry.Get("baseline-cnn").Cost(new ModelInput(imageSize)).Parameters);
    }

    [Fact]
    public void Weights_are_Glorot_uniform_and_biases_zero()
    {
        using var network = Networks.Create("baseline-cnn", new ModelInput(224), 7);
        foreach (var (weight, bias) in network.children().Select(c => c is Conv2d conv ? (conv.weight!, conv.bias!) : (((Linear)c).weight!, ((Linear)c).bias!)))
        {
            var shape = weight.shape;
            var field = shape.Length == 4 ? shape[2] * shape[3] : 1;
            var limit = Math.Sqrt(6.0 / (field * (shape[0] + shape[1])));
            var values = Floats(weight);

            Assert.All(Floats(bias), b => Assert.Equal(0, b));
            Assert.All(values, v => Assert.InRange(v, -limit, limit));

            // Of a uniform distribution in +-limit the mean is 0 and the standard deviation limit / sqrt(3); five standard errors.
            var n = values.Length;
            var mean = values.Average(v => (double)v);
            var deviation = Math.Sqrt(values.Average(v => (double)v * v));
            Assert.InRange(mean, -5 * limit / Math.Sqrt(3 * n), 5 * limit / Math.Sqrt(3 * n));
            Assert.InRange(deviation * Math.Sqrt(3) / limit, 1 - (2.5 / Math.Sqrt(n)), 1 + (2.5 / Math.Sqrt(n)));
            Assert.True(values.Max() > 0.9 * limit && values.Min() < -0.9 * limit, "the range is filled");
        }
    }

    [Fact]
    public void The_seed_decides_the_weights_and_nothing_else_does()
    {
        using var first = Networks.Create("baseline-cnn", new ModelInput(64), 3);
        manual_seed(99);
        using var same = Networks.Create("baseline-cnn", new ModelInput(64), 3);
        using var other = Networks.Create("baseline-cnn", new ModelInput(64), 4);

        Assert.Equal(first.parameters().SelectMany(Floats), same.parameters().SelectMany(Floats));
        Assert.NotEqual(first.parameters().SelectMany(Floats), other.parameters().SelectMany(Floats));
    }

    [Fact]
    public void Memory_layout_of_the_input_makes_no_difference()
    {
        using var scope = NewDisposeScope();
        using var network = Networks.Create("baseline-cnn", new ModelInput(40), 3);
        var last = rand(2, 40, 40, 3).permute(0, 3, 1, 2);

        var logits = network.forward(last);

        Assert.Equal([2], logits.shape);
        Assert.True(logits.allclose(network.forward(last.contiguous()), 1e-4, 1e-5));
    }

    [Fact]
    public void An_image_too_small_for_it_is_refused_with_the_number() =>
        Assert.Contains("32", Assert.Throws<ArgumentException>(() => Networks.Create("baseline-cnn", new ModelInput(20), 1)).Message, StringComparison.Ordinal);

    [Fact]
    public void Every_registered_model_can_be_built()
    {
        foreach (var model in ModelRegistry.All)
        {
            using var network = Networks.Create(model.Name, new ModelInput(model.MinimumImageSize), 1);
            Assert.NotEmpty(network.parameters());
        }
    }

    private static float[] Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes).ToArray();
}
