using System.Runtime.InteropServices;
using FractureDashboard.ML.Models;
using static TorchSharp.torch;

namespace FractureDashboard.Tests.ML.Models;

[Collection(EngineCollection.Name)]
public sealed class StochasticNetworkTests
{
    private const string Model = "compact-resnet";
    private static readonly ModelInput Input = new(32);

    [Fact]
    public void A_training_pass_depends_on_seed_epoch_and_step_and_not_on_the_engines_generator()
    {
        using var scope = NewDisposeScope();
        using var network = Networks.Create(Model, Input, 1);
        var x = Batch();
        network.train();

        var first = Pass(network, x, (7, 1, 3));
        manual_seed(99);

        Assert.Equal(first, Pass(network, x, (7, 1, 3)));
        Assert.NotEqual(first, Pass(network, x, (8, 1, 3)));
        Assert.NotEqual(first, Pass(network, x, (7, 2, 3)));
        Assert.NotEqual(first, Pass(network, x, (7, 1, 4)));
    }

    [Fact]
    public void A_training_pass_whose_stream_nobody_named_is_refused()
    {
        using var scope = NewDisposeScope();
        using var network = Networks.Create(Model, Input, 1);
        var x = Batch();
        network.train();
        Pass(network, x, (1, 1, 0));

        Assert.Throws<InvalidOperationException>(() => network.forward(x));
    }

    [Fact]
    public void Evaluation_drops_nothing()
    {
        using var scope = NewDisposeScope();
        using var network = Networks.Create(Model, Input, 1);
        var x = Batch();
        network.eval();

        Assert.Equal(Floats(network.forward(x)), Floats(network.forward(x)));
    }

    [Fact]
    public void Dropout_keeps_the_expected_share_and_the_mean()
    {
        using var scope = NewDisposeScope();
        using var dropout = new SeededDropout(0.3);
        dropout.train();
        dropout.BeginStep(1, 1, 1);

        var values = Floats(dropout.forward(ones(100, 1000)));

        Assert.Equal([0, 1 / 0.7f], values.Distinct().Order());

        // Five standard errors of 100,000 draws.
        Assert.InRange(values.Count(v => v == 0) / 1e5, 0.3 - (5 * Math.Sqrt(0.21 / 1e5)), 0.3 + (5 * Math.Sqrt(0.21 / 1e5)));
    }

    [Fact]
    public void The_gradient_goes_only_through_what_was_kept()
    {
        using var scope = NewDisposeScope();
        using var dropout = new SeededDropout(0.5);
        dropout.train();
        var x = ones(4, 50, requires_grad: true);
        dropout.BeginStep(1, 1, 1);

        var y = dropout.forward(x);
        y.sum().backward();

        Assert.Equal(Floats(y.detach()), Floats(x.grad!));
    }

    private static Tensor Batch() => rand(4, 3, 32, 32, generator: new Generator(5));

    private static float[] Pass(nn.Module<Tensor, Tensor> network, Tensor x, (int Seed, int Epoch, int Step) at)
    {
        ((IStochasticNetwork)network).BeginStep(at.Seed, at.Epoch, at.Step);
        return Floats(network.forward(x).detach());
    }

    private static float[] Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.contiguous().bytes).ToArray();
}
