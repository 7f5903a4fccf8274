using FractureDashboard.ML.Models;
using FractureDashboard.ML.Weights;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FractureDashboard.Tests.ML.Models;

/// <summary>What is written down of each architecture without the engine is what the engine builds.</summary>
[Collection(EngineCollection.Name)]
public sealed class ArchitecturePlanTests
{
    public static TheoryData<string, int, int> Inputs
    {
        get
        {
            var data = new TheoryData<string, int, int>();
            foreach (var model in ModelRegistry.All)
            {
                data.Add(model.Name, model.MinimumImageSize, 1);
                data.Add(model.Name, 97, 3);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Inputs))]
    public void Names_shapes_and_types_of_the_state_are_the_networks(string model, int size, int channels)
    {
        var input = new ModelInput(size, channels);
        using var scope = NewDisposeScope();
        using var network = Networks.Create(model, input, 1);

        var built = network.state_dict().Select(e => Line(e.Key, e.Value.shape, e.Value.dtype == ScalarType.Int64)).Order(StringComparer.Ordinal);
        var planned = Architectures.Describe(model, input).Arrays.Select(a => Line(a.Name, a.Shape, a.Type == ArrayType.Int64)).Order(StringComparer.Ordinal);

        Assert.Equal(built, planned);
    }

    [Theory]
    [MemberData(nameof(Inputs))]
    public void Parameters_and_multiply_adds_are_the_networks(string model, int size, int channels)
    {
        var input = new ModelInput(size, channels);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var network = Networks.Create(model, input, 1);
        network.eval();
        var counted = 0L;
        foreach (var layer in network.modules())
        {
            // Each output value of a convolution sums over its kernel's field, of a dense layer over its inputs.
            if (layer is Conv2d conv)
            {
                conv.register_forward_hook((_, _, y) => Count(y, conv.weight!.numel() / conv.weight.shape[0]));
            }
            else if (layer is Linear linear)
            {
                linear.register_forward_hook((_, _, y) => Count(y, linear.weight!.shape[1]));
            }
        }

        network.forward(zeros(1, channels, size, size));
        var cost = ModelRegistry.Get(model).Cost(input);

        Assert.Equal(network.parameters().Sum(p => p.numel()), cost.Parameters);
        Assert.Equal(counted, cost.MultiplyAdds);

        Tensor Count(Tensor y, long termsOfOneValue)
        {
            counted += y.numel() * termsOfOneValue;
            return y;
        }
    }

    [Fact]
    public void The_notebooks_network_costs_what_paper_and_pencil_say()
    {
        var cost = ModelRegistry.Get("baseline-cnn").Cost(new ModelInput(224));

        Assert.Equal(31_101, cost.Parameters);
        Assert.Equal((27L * 10 * 222 * 222) + (90 * 10 * 220 * 220) + (90 * 10 * 108 * 108) + (90 * 10 * 106 * 106) + 28_090, cost.MultiplyAdds);
        Assert.Equal(4L * 10 * ((222 * 222) + (220 * 220) + (3 * 110 * 110) + (108 * 108) + (106 * 106) + (3 * 53 * 53)), cost.ActivationBytes);
    }

    [Fact]
    public void The_compact_network_has_about_300000_parameters()
    {
        Assert.Equal(305_177, ModelRegistry.Get("compact-resnet").Cost(new ModelInput(128, 1)).Parameters);
        Assert.Equal(305_609, ModelRegistry.Get("compact-resnet").Cost(new ModelInput(128)).Parameters);
    }

    /// <summary>Counts that torchvision publishes for a thousand classes, and multiply-adds in units of 10^9 at 224 pixels.</summary>
    [Theory]
    [InlineData("resnet18", 11_689_512, 512, 122, 1.81)]
    [InlineData("mobilenet-v2", 3_504_872, 1280, 314, 0.30)]
    public void The_pretrained_architectures_are_as_large_as_published(string model, long published, long features, int arrays, double multiplyAdds)
    {
        var plan = Architectures.Describe(model, new ModelInput(224));

        Assert.Equal(published - (999 * (features + 1)), plan.Cost.Parameters);
        Assert.Equal(arrays, plan.Arrays.Count);
        Assert.Equal(multiplyAdds, (plan.Cost.MultiplyAdds + (999 * features)) / 1e9, 2);
    }

    private static string Line(string name, IEnumerable<long> shape, bool counter) => $"{name} [{string.Join(',', shape)}]{(counter ? " int64" : "")}";
}
