using FractureDashboard.ML.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FractureDashboard.ML.Training;

/// <summary>
/// A twin of a network whose convolutions calculate in bfloat16 (Kalamkar et al., 2019). The network itself keeps its
/// weights in 32 bits, where small steps are not lost: the twin takes them over before each pass and gives back gradients.
/// Norms, the head and the loss stay in 32 bits. bfloat16 has the range of 32-bit floats, so the loss needs no scaling.
/// </summary>
internal sealed class MixedPrecision : IDisposable
{
    private readonly nn.Module<Tensor, Tensor> twin;
    private readonly (Parameter Master, Parameter Twin)[] parameters;
    private readonly (Tensor Master, Tensor Twin)[] buffers;

    /// <summary>Builds the twin.</summary>
    /// <param name="network">On its device; not changed.</param>
    /// <param name="options">What it was built from.</param>
    /// <param name="device">Its device.</param>
    public MixedPrecision(nn.Module<Tensor, Tensor> network, TrainingOptions options, Device device)
    {
        twin = Networks.Create(options.Model, options.Input, options.Seed);
        twin.to(device);
        foreach (var module in twin.modules())
        {
            if (module is Conv2d convolution)
            {
                convolution.to(ScalarType.BFloat16);
                convolution.register_forward_pre_hook((_, x) => x.to(ScalarType.BFloat16));
            }
            else if (module is Linear head)
            {
                head.register_forward_pre_hook((_, x) => x.to(ScalarType.Float32));
            }
        }

        // Only now: changing a layer's type replaces its parameters.
        parameters = [.. network.parameters().Zip(twin.parameters())];
        buffers = [.. network.buffers().Zip(twin.buffers())];
    }

    /// <summary>Takes over which layers train and which only evaluate.</summary>
    /// <param name="network">The network.</param>
    public void Follow(nn.Module<Tensor, Tensor> network)
    {
        twin.train(network.training);
        foreach (var (master, low) in network.modules().Zip(twin.modules()).Where(m => !m.First.children().Any()))
        {
            low.train(master.training);
        }
    }

    /// <summary>The pass of a training step, with the network's weights of now.</summary>
    /// <param name="x">[B, C, S, S], float.</param>
    /// <param name="begin">Told the network that calculates, before it does.</param>
    /// <returns>Logits [B], float, in the caller's dispose scope.</returns>
    public Tensor Forward(Tensor x, Action<nn.Module> begin)
    {
        using (no_grad())
        {
            foreach (var (master, low) in parameters)
            {
                low.copy_(master);
                low.requires_grad = master.requires_grad;
            }

            foreach (var (master, low) in buffers)
            {
                low.copy_(master);
            }
        }

        begin(twin);
        return twin.call(x);
    }

    /// <summary>Adds the gradients of the last pass to the network's, and takes over its statistics.</summary>
    public void Return()
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (master, low) in parameters)
        {
            if (low.grad is not { } gradient)
            {
                continue;
            }

            if (master.grad is { } gathered)
            {
                gathered.add_(gradient.to(ScalarType.Float32));
            }
            else
            {
                // A copy in any case: what already has 32 bits would be cleared below with the twin's.
                master.grad = gradient.to(ScalarType.Float32, copy: true);
            }

            gradient.zero_();
        }

        foreach (var (master, low) in buffers)
        {
            master.copy_(low);
        }
    }

    /// <inheritdoc />
    public void Dispose() => twin.Dispose();
}
