using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FractureDashboard.ML.Models;

/// <summary>Builds networks by name. The facts about them that need no engine stand in <see cref="ModelRegistry"/>.</summary>
internal static class Networks
{
    /// <summary>Builds a network on the CPU with its initial weights.</summary>
    /// <param name="name">A key of <see cref="ModelRegistry"/>.</param>
    /// <param name="input">What it takes.</param>
    /// <param name="seed">Seed of the weights.</param>
    /// <returns>[B, C, S, S] to logits [B]; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">There is no such model, or the image is too small for it.</exception>
    public static Module<Tensor, Tensor> Create(string name, ModelInput input, int seed)
    {
        var descriptor = ModelRegistry.Get(name);
        if (input.ImageSize < descriptor.MinimumImageSize)
        {
            throw new ArgumentException($"{descriptor.Title} needs images of at least {descriptor.MinimumImageSize} pixels a side, not {input.ImageSize}.", nameof(input));
        }

        // Constructors of layers leave temporary tensors, which only a scope frees.
        using var scope = NewDisposeScope();
        Module<Tensor, Tensor> network = name switch
        {
            BaselineCnnPlan.Name => new BaselineCnn(input),
            CompactResNetPlan.Name => new CompactResNet(input),
            MobileNetV2Plan.Name => new MobileNetV2(),
            ResNet18Plan.Name => new ResNet18(),
            _ => throw new ArgumentException($"The model '{name}' is described but cannot be built.", nameof(name)),
        };
        if (network is BaselineCnn)
        {
            Initialization.GlorotUniform(network, seed);
        }
        else
        {
            Initialization.HeNormal(network, seed);
            Initialization.ZeroResidualBranches(network);
        }

        return network;
    }

    /// <summary>Whether a parameter belongs to the head, the last dense layer; all others are the backbone.</summary>
    /// <param name="name">A key of <see cref="ModelRegistry"/>.</param>
    /// <param name="parameterName">Its name in the network's state.</param>
    /// <returns>True for the head's.</returns>
    /// <exception cref="ArgumentException">There is no such model.</exception>
    public static bool IsHead(string name, string parameterName) => parameterName.StartsWith(Architectures.Head(name), StringComparison.Ordinal);
}
