using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FractureDashboard.ML.Models;

/// <summary>Builds networks by name. The facts about them that need no engine stand in <see cref="ModelRegistry"/>.</summary>
internal static class Networks
{
    /// <summary>Builds a network on the CPU with its initial weights.</summary>
    /// <param name="name">A key of <see cref="ModelRegistry"/>.</param>
    /// <param name="imageSize">Side of the square input in pixels.</param>
    /// <param name="seed">Seed of the weights.</param>
    /// <returns>[B, 3, S, S] to logits [B]; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">There is no such model, or the image is too small for it.</exception>
    public static Module<Tensor, Tensor> Create(string name, int imageSize, int seed)
    {
        var descriptor = ModelRegistry.Get(name);
        if (imageSize < descriptor.MinimumImageSize)
        {
            throw new ArgumentException($"{descriptor.Title} needs images of at least {descriptor.MinimumImageSize} pixels a side, not {imageSize}.", nameof(imageSize));
        }

        // Constructors of layers leave temporary tensors, which only a scope frees.
        using var scope = NewDisposeScope();
        Module<Tensor, Tensor> network = name switch
        {
            BaselineCnnDescriptor.Name => new BaselineCnn(imageSize),
            _ => throw new ArgumentException($"The model '{name}' is described but cannot be built.", nameof(name)),
        };
        Initialization.GlorotUniform(network, seed);
        return network;
    }
}
