using System.Runtime.InteropServices;
using FractureDashboard.ML.Models;
using FractureDashboard.ML.Weights;
using static TorchSharp.torch;

namespace FractureDashboard.Tests.ML.Models;

[Collection(EngineCollection.Name)]
public sealed class LayersTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Each_image_is_standardised_by_itself(int channels)
    {
        using var scope = NewDisposeScope();
        var x = Images(channels);

        var y = Layers.Standardize(x);

        for (var i = 0; i < 2; i++)
        {
            var values = Floats(x[i]);
            var mean = values.Average(v => (double)v);
            var deviation = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
            Assert.All(values.Zip(Floats(y[i])), pair => Assert.Equal((pair.First - mean) / (deviation + 0.05), pair.Second, 1e-4));
        }
    }

    [Fact]
    public void An_image_of_one_colour_stays_finite()
    {
        using var scope = NewDisposeScope();

        Assert.All(Floats(Layers.Standardize(ones(1, 3, 8, 8))), v => Assert.Equal(0, v, 1e-3));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void ImageNets_normalisation_takes_one_channel_or_three(int channels)
    {
        using var scope = NewDisposeScope();
        var x = Images(channels);

        var y = Layers.NormalizeImageNet(x);

        Assert.Equal([2, 3, 6, 6], y.shape);
        (double Mean, double Deviation)[] published = [(0.485, 0.229), (0.456, 0.224), (0.406, 0.225)];
        for (var c = 0; c < 3; c++)
        {
            var from = Floats(x[1][channels == 1 ? 0 : c]);
            Assert.All(from.Zip(Floats(y[1][c])), pair => Assert.Equal((pair.First - published[c].Mean) / published[c].Deviation, pair.Second, 1e-5));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void What_the_first_convolution_gets_is_channels_last(int channels)
    {
        using var scope = NewDisposeScope();

        Assert.Equal([6L * 6 * channels, 1, 6L * channels, channels], Layers.Standardize(Images(channels)).stride());
        Assert.Equal([6L * 6 * 3, 1, 18, 3], Layers.NormalizeImageNet(Images(channels)).stride());
    }

    [Theory]
    [InlineData("compact-resnet")]
    [InlineData("mobilenet-v2")]
    [InlineData("resnet18")]
    public void Memory_layout_of_the_input_makes_no_difference(string model)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var network = Networks.Create(model, new ModelInput(48), 3);
        network.eval();
        var last = rand(2, 48, 48, 3).permute(0, 3, 1, 2);

        Assert.True(network.forward(last).allclose(network.forward(last.contiguous()), 1e-4, 1e-6));
    }

    [Theory]
    [InlineData("compact-resnet")]
    [InlineData("mobilenet-v2")]
    [InlineData("resnet18")]
    public void State_with_statistics_comes_back_bit_by_bit(string model)
    {
        using var scope = NewDisposeScope();
        using var network = Networks.Create(model, new ModelInput(48), 3);
        using var other = Networks.Create(model, new ModelInput(48), 4);
        network.train();
        (network as IStochasticNetwork)?.BeginStep(1, 1, 0);
        network.forward(rand(4, 3, 48, 48));

        var exported = ModelWeights.Export(network);
        ModelWeights.Import(other, exported.ToDictionary(a => a.Name, StringComparer.Ordinal));

        Assert.Equal(1, BitConverter.ToInt64(exported.First(a => a.Name.EndsWith("num_batches_tracked", StringComparison.Ordinal)).Data));
        Assert.Equal(exported.Select(a => a.Data), ModelWeights.Export(other).Select(a => a.Data));
    }

    [Theory]
    [InlineData("compact-resnet")]
    [InlineData("mobilenet-v2")]
    [InlineData("resnet18")]
    public void Steps_leave_no_tensor_behind(string model)
    {
        using var network = Networks.Create(model, new ModelInput(48), 3);
        network.train();
        Step(0);
        var before = Tensor.TotalCount;
        for (var i = 1; i <= 3; i++)
        {
            Step(i);
        }

        Assert.Equal(before, Tensor.TotalCount);

        void Step(int step)
        {
            using var scope = NewDisposeScope();
            (network as IStochasticNetwork)?.BeginStep(1, 1, step);
            network.forward(rand(2, 3, 48, 48)).sum().backward();
            network.zero_grad();
        }
    }

    [Fact]
    public void Convolutions_are_He_normal_and_residual_branches_start_at_zero()
    {
        using var scope = NewDisposeScope();
        using var network = Networks.Create("compact-resnet", new ModelInput(48), 3);
        var state = network.state_dict();
        var weight = Floats(state["layers.3.conv2.weight"]);
        var deviation = Math.Sqrt(2.0 / (9 * 112));

        // Five standard errors of the standard deviation and the mean of a normal sample.
        var measured = Math.Sqrt(weight.Average(v => (double)v * v));
        Assert.InRange(measured / deviation, 1 - (5 / Math.Sqrt(2 * weight.Length)), 1 + (5 / Math.Sqrt(2 * weight.Length)));
        Assert.InRange(weight.Average(v => (double)v), -5 * deviation / Math.Sqrt(weight.Length), 5 * deviation / Math.Sqrt(weight.Length));
        Assert.All(Floats(state["layers.3.bn2.weight"]), v => Assert.Equal(0, v));
        Assert.All(Floats(state["layers.3.bn1.weight"]), v => Assert.Equal(1, v));
        Assert.All(Floats(state["fc.bias"]), v => Assert.Equal(0, v));
    }

    private static Tensor Images(int channels) => rand(2, 6, 6, channels).mul_(tensor([0.3f, 1f]).view(2, 1, 1, 1)).permute(0, 3, 1, 2);

    private static float[] Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.contiguous().bytes).ToArray();
}
