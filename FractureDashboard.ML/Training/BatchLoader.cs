using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Preprocessing;
using static TorchSharp.torch;

namespace FractureDashboard.ML.Training;

/// <summary>Brings samples from the cache to the device. Pixels stay uint8 until they are there.</summary>
/// <param name="cache">The pixels.</param>
/// <param name="device">The device.</param>
internal sealed class BatchLoader(TensorCache cache, Device device)
{
    /// <summary>The pixels of samples.</summary>
    /// <param name="samples">Which.</param>
    /// <returns>[B, C, S, S], float in [0, 1], channels-last; in the caller's dispose scope.</returns>
    public Tensor Pixels(ReadOnlySpan<Sample> samples)
    {
        using var scope = NewDisposeScope();
        var pixels = empty(samples.Length, cache.Size, cache.Size, cache.Channels, dtype: ScalarType.Byte); // [B, S, S, C]
        var bytes = pixels.bytes;
        for (var i = 0; i < samples.Length; i++)
        {
            cache.CopyRow(samples[i].Row, bytes[(i * cache.RowBytes)..]);
        }

        // Rows are stored height by width by channel, so that channels-last is a matter of naming the axes.
        return pixels.to(device).to(ScalarType.Float32).div_(255f).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>The targets of samples: 1 for fractured, 0 otherwise.</summary>
    /// <param name="samples">Which.</param>
    /// <returns>[B], float; in the caller's dispose scope.</returns>
    public Tensor Targets(ReadOnlySpan<Sample> samples)
    {
        var targets = new float[samples.Length];
        for (var i = 0; i < targets.Length; i++)
        {
            targets[i] = samples[i].Label == Label.Fractured ? 1 : 0;
        }

        return tensor(targets, device: device);
    }
}
