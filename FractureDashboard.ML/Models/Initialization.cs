using System.Runtime.InteropServices;
using FractureDashboard.ML.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FractureDashboard.ML.Models;

/// <summary>Initial weights as Keras draws them: Glorot-uniform weights, zero biases.</summary>
/// <remarks>
/// The numbers come from our own stream and not from the engine's process-wide generator, which another thread that
/// builds a model at the same time would disturb.
/// </remarks>
internal static class Initialization
{
    /// <summary>Fills every convolution and dense layer of a module on the CPU, in order of registration.</summary>
    public static void GlorotUniform(nn.Module module, int seed)
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
                Fill(weight, Limit(weight.shape), SplitMix64.For(seed, (long)RandomPurpose.Weights, layer++));
                bias?.zero_();
            }
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

    private static void Fill(Tensor weight, double limit, SplitMix64 random)
    {
        foreach (ref var value in MemoryMarshal.Cast<byte, float>(weight.bytes))
        {
            value = (float)random.Between(-limit, limit);
        }
    }
}
