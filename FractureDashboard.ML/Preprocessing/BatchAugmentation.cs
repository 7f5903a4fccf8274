using FractureDashboard.ML.Runtime;
using static TorchSharp.torch;

namespace FractureDashboard.ML.Preprocessing;

/// <summary>
/// The random changes of a training batch. What an image becomes depends on the options, the seed, the epoch and its place in
/// the manifest, never on the batch that it comes in.
/// </summary>
internal static class BatchAugmentation
{
    /// <summary>Draws and applies the changes of each image: first geometry, then pixel values.</summary>
    /// <param name="images">[B, C, S, S], float in [0, 1], channels-last; left as it is.</param>
    /// <param name="options">The ranges.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">From 1.</param>
    /// <param name="samples">Position of each image in the training manifest.</param>
    /// <returns>[B, C, S, S] in [0, 1], channels-last, in the caller's dispose scope.</returns>
    public static Tensor Apply(Tensor images, AugmentationOptions options, int seed, int epoch, ReadOnlySpan<int> samples)
    {
        var count = samples.Length;
        if (images.dim() != 4 || images.shape[0] != count)
        {
            throw new ArgumentException($"{count} samples do not go with images of shape [{string.Join(", ", images.shape)}].", nameof(samples));
        }

        if (options.IsGeometryOff && options.IsIntensityOff)
        {
            return images.alias();
        }

        using var scope = NewDisposeScope();
        Tensor changed;
        if (options.IsGeometryOff)
        {
            changed = images.clone();
        }
        else
        {
            var moves = new AffineDraw[count];
            for (var i = 0; i < count; i++)
            {
                moves[i] = AffineDraw.For(options, seed, epoch, samples[i]);
            }

            changed = AffineAugmentation.Apply(images, moves, options.Fill);
        }

        if (!options.IsIntensityOff)
        {
            var which = samples.ToArray();
            var side = (int)images.shape[2];
            IntensityDraw[] draws = [.. which.Select(s => IntensityDraw.For(options, side, seed, epoch, s))];
            IntensityAugmentation.Apply(changed, draws, i => SplitMix64.For(seed, (long)RandomPurpose.Noise, epoch, which[i]));
        }

        return changed.MoveToOuterDisposeScope();
    }
}
