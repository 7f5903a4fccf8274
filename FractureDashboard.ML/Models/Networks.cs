using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FractureDashboard.ML.Models;

/// <summary>Builds networks by name. The facts about them that need no engine stand in <see cref="ModelRegistry"/>.</summary>
internal interface IStochasticNetwork
{
    void BeginStep(int seed, int epoch, int step);
}

internal static class Networks
{
    public static bool IsHead(string model, string parameter) => parameter.StartsWith("dense", StringComparison.Ordinal);

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
            BaselineCnnDescriptor.Name => new BaselineCnn(input),
            _ => throw new ArgumentException($"The model '{name}' is described but cannot be built.", nameof(name)),
        };
        Initialization.GlorotUniform(network, seed);
        return network;
    }
}
