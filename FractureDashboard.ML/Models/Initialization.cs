using System.Runtime.InteropServices;
using FractureDashboard.ML.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FractureDashboard.ML.Models;

/// <summary>Initial weights. Batch norms keep what they are made with: weight 1, bias 0, mean 0, variance 1.</summary>
/// <remarks>
/// The numbers come from our own stream and not from the engine's process-wide generator, which another thread that
/// builds a model at the same time would disturb.
/// </remarks>
internal static class Initialization
{
    /// <summary>Standard deviation of a dense head's weights where convolutions are He-normal, as in torchvision.</summary>
    private const double HeadDeviation = 0.01;

    /// <summary>As Keras: every convolution and dense layer Glorot-uniform, biases zero.</summary>
    public static void GlorotUniform(nn.Module module, int seed) => Fill(module, seed, (weight, random) =>
    {
        var limit = Limit(weight.shape);
        foreach (ref var value in MemoryMarshal.Cast<byte, float>(weight.bytes))
        {
            value = (float)random.Between(-limit, limit);
        }
    });

    /// <summary>
    /// As torchvision: convolutions normal with variance 2 / fan out (He et al., ICCV 2015), the dense head normal with
    /// standard deviation 0.01, biases zero.
    /// </summary>
    public static void HeNormal(nn.Module module, int seed) => Fill(module, seed, (weight, random) =>
    {
        var shape = weight.shape;
        var deviation = shape.Length == 4 ? Math.Sqrt(2.0 / (shape[0] * shape[2] * shape[3])) : HeadDeviation;
        foreach (ref var value in MemoryMarshal.Cast<byte, float>(weight.bytes))
        {
            value = (float)(deviation * Normal(ref random));
        }
    });

    /// <summary>
    /// Sets the weight of the norm that ends each residual branch to zero, so that every block starts as its shortcut
    /// (Goyal et al., 2017).
    /// </summary>
    public static void ZeroResidualBranches(nn.Module module)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach (var block in module.modules().OfType<BasicBlock>())
        {
            block.LastNorm.weight.zero_();
        }
    }

    /// <summary>
    /// Half width of the uniform distribution: sqrt(6 / (fan in + fan out)), where a convolution's fans count its
    /// receptive field (Glorot and Bengio, AISTATS 2010).
    /// </summary>
    /// <param name="shape">[out, in, kernel height, kernel width] or [out, in].</param>
    public static double Limit(ReadOnlySpan<long> shape)
    {
        long field = 1;
        foreach (var side in shape[2..])
        {
            field *= side;
        }

        return Math.Sqrt(6.0 / (field * (shape[0] + shape[1])));
    }

    /// <summary>Standard normal (Box and Muller, 1958); 1 - u is in (0, 1], whose logarithm exists.</summary>
    private static double Normal(ref SplitMix64 random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.Next())) * Math.Cos(2 * Math.PI * random.Next());

    /// <summary>Fills every convolution and dense layer of a module on the CPU, each from a stream of its own, in order of registration.</summary>
    private static void Fill(nn.Module module, int seed, Action<Tensor, SplitMix64> draw)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var layer = 0;
        foreach (var child in module.modules())
        {
            var (weight, bias) = child switch
            {
                Conv2d c => (c.weight, c.bias),
                Linear l => (l.weight, l.bias),
                _ => (null, null),
            };
            if (weight is not null)
            {
                draw(weight, SplitMix64.For(seed, (long)RandomPurpose.Weights, layer++));
                bias?.zero_();
            }
        }
    }
}
