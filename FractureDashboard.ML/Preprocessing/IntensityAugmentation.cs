using System.Runtime.InteropServices;
using FractureDashboard.ML.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace FractureDashboard.ML.Preprocessing;

/// <summary>Changes the pixel values of a batch on its device, in place: brightness and contrast, gamma, noise, erasing.</summary>
internal static class IntensityAugmentation
{
    /// <summary>Applies one draw to each image.</summary>
    /// <param name="images">[B, C, S, S], float in [0, 1], channels-last; overwritten.</param>
    /// <param name="draws">One for each image.</param>
    /// <param name="noise">The noise's stream of each image; not looked at where no draw has noise.</param>
    public static void Apply(Tensor images, ReadOnlySpan<IntensityDraw> draws, Func<int, SplitMix64> noise)
    {
        using var scope = NewDisposeScope();
        Tone(images, draws);
        if (Grain(images, draws, noise) is { } grain)
        {
            images.permute(0, 2, 3, 1).add_(grain).clamp_(0, 1);
        }

        for (var i = 0; i < draws.Length; i++)
        {
            if (draws[i].Erased is { Height: > 0 } box)
            {
                images[i].narrow(1, box.Top, box.Height).narrow(2, box.Left, box.Width).zero_();
            }
        }
    }

    /// <summary>[B, S, S, C] of noise, or with one channel where the device spreads it over the others at no cost.</summary>
    private static Tensor? Grain(Tensor images, ReadOnlySpan<IntensityDraw> draws, Func<int, SplitMix64> noise)
    {
        if (!Any(draws, d => d.Noise > 0))
        {
            return null;
        }

        var channels = images.device_type == DeviceType.CPU ? (int)images.shape[1] : 1;
        var grain = empty(draws.Length, images.shape[2], images.shape[3], channels);
        var values = MemoryMarshal.Cast<byte, float>(grain.bytes);
        var length = values.Length / draws.Length;
        for (var i = 0; i < draws.Length; i++)
        {
            NoiseField.Fill(values.Slice(i * length, length), channels, (float)draws[i].Noise, noise(i));
        }

        return grain.to(images.device);
    }

    private static bool Any(ReadOnlySpan<IntensityDraw> draws, Func<IntensityDraw, bool> predicate)
    {
        foreach (var draw in draws)
        {
            if (predicate(draw))
            {
                return true;
            }
        }

        return false;
    }

    private static void Tone(Tensor images, ReadOnlySpan<IntensityDraw> draws)
    {
        var hasContrast = Any(draws, d => d.Contrast != 1);
        if (hasContrast || Any(draws, d => d.Brightness != 1))
        {
            // Contrast c about the mean of the image brightened by b: c * (b * x - b * mean) + b * mean.
            var offset = hasContrast ? Column(images, draws, d => d.Brightness * (1 - d.Contrast)).mul_(Means(images)) : null;
            images.mul_(Column(images, draws, d => d.Brightness * d.Contrast));
            if (offset is not null)
            {
                images.add_(offset);
            }

            images.clamp_(0, 1);
        }

        if (Any(draws, d => d.Gamma != 1))
        {
            // Powers are not rounded alike in the engine's vector code and in what is left over at the end of a thread's piece.
            // Image by image the pieces are the same in every batch. A GPU has no such ends.
            var power = Column(images, draws, d => d.Gamma);
            var size = images.device_type == DeviceType.CPU ? 1 : draws.Length;
            for (var i = 0; i < draws.Length; i += size)
            {
                images.narrow(0, i, size).pow_(power.narrow(0, i, size));
            }
        }
    }

    /// <summary>
    /// Row by row, then over the rows: a single image's mean in one go would be summed by all threads, in another order than
    /// in a batch.
    /// </summary>
    private static Tensor Means(Tensor images) => images.permute(0, 2, 3, 1).flatten(2).mean([2]).mean([1]).view(-1, 1, 1, 1);

    /// <summary>A number of each image as [B, 1, 1, 1].</summary>
    private static Tensor Column(Tensor images, ReadOnlySpan<IntensityDraw> draws, Func<IntensityDraw, double> value)
    {
        var column = empty(draws.Length, 1, 1, 1);
        var values = MemoryMarshal.Cast<byte, float>(column.bytes);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)value(draws[i]);
        }

        return column.to(images.device);
    }
}
