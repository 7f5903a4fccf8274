using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Preprocessing;
using TorchSharp;
using static TorchSharp.torch;

namespace FractureDashboard.ML.Training;

/// <summary>
/// Brings samples from the cache to the device. Pixels stay uint8 until they are there. A GPU gets the whole set once where it
/// fits into half of its free memory; otherwise batches go through page-locked memory, read one ahead. On the CPU a
/// batch is a copy out of mapped memory, well under a hundredth of a step, and reading ahead gains nothing.
/// </summary>
internal sealed class BatchLoader : IDisposable
{
    private const int RowsAtOnce = 256;
    private readonly TensorCache cache;
    private readonly Device device;
    private readonly Tensor? resident; // [N, S * S * C], uint8
    private readonly RowReader? ahead;

    /// <summary>Loads from a cache, moving the whole of it to a GPU that has the room.</summary>
    /// <param name="cache">The pixels.</param>
    /// <param name="device">The device.</param>
    public BatchLoader(TensorCache cache, Device device)
        : this(cache, device, device.type == DeviceType.CUDA ? DeviceMemory.FreeBytes() : null, device.type == DeviceType.CUDA)
    {
    }

    /// <summary>Loads from a cache with the choices made by the caller.</summary>
    /// <param name="cache">The pixels.</param>
    /// <param name="device">The device.</param>
    /// <param name="freeBytes">Memory free on the device; null keeps the pixels on the host.</param>
    /// <param name="readsAhead">Whether announced batches are read ahead, where the pixels stay on the host.</param>
    public BatchLoader(TensorCache cache, Device device, long? freeBytes, bool readsAhead)
    {
        this.cache = cache;
        this.device = device;
        if (freeBytes is { } free && (long)cache.RowCount * cache.RowBytes <= free / 2)
        {
            resident = MoveAll();
        }
        else if (readsAhead)
        {
            ahead = new RowReader(cache);
        }
    }

    /// <summary>Whether the device holds every pixel.</summary>
    public bool IsResident => resident is not null;

    /// <summary>Says which batch comes next, so that it can be read while the device works. A hint: any batch may be asked for.</summary>
    /// <param name="next">The samples of the next batch.</param>
    public void Announce(ReadOnlySpan<Sample> next) => ahead?.Announce(Rows(next));

    /// <summary>The pixels of samples.</summary>
    /// <param name="samples">Which.</param>
    /// <returns>[B, C, S, S], float in [0, 1], channels-last; in the caller's dispose scope.</returns>
    public Tensor Pixels(ReadOnlySpan<Sample> samples)
    {
        using var scope = NewDisposeScope();
        var pixels = resident is null ? FromHost(samples) : FromDevice(resident, samples); // [B, S, S, C], uint8

        // Rows are stored height by width by channel, so that channels-last is a matter of naming the axes.
        return pixels.to(ScalarType.Float32).div_(255f).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
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

    /// <inheritdoc />
    public void Dispose()
    {
        ahead?.Dispose();
        resident?.Dispose();
    }

    private static int[] Rows(ReadOnlySpan<Sample> samples)
    {
        var rows = new int[samples.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = samples[i].Row;
        }

        return rows;
    }

    private Tensor FromDevice(Tensor all, ReadOnlySpan<Sample> samples)
    {
        var rows = tensor(Array.ConvertAll(Rows(samples), r => (long)r), device: device);
        return all.index_select(0, rows).view(samples.Length, cache.Size, cache.Size, cache.Channels);
    }

    private Tensor FromHost(ReadOnlySpan<Sample> samples)
    {
        var pixels = empty(samples.Length, cache.Size, cache.Size, cache.Channels, dtype: ScalarType.Byte);
        var bytes = pixels.bytes;
        if (ahead is not null)
        {
            ahead.Copy(Rows(samples), bytes);
        }
        else
        {
            for (var i = 0; i < samples.Length; i++)
            {
                cache.CopyRow(samples[i].Row, bytes[(i * cache.RowBytes)..]);
            }
        }

        // Page-locked memory goes over without the host waiting; the engine gives it to another batch only when the copy is done.
        return device.type == DeviceType.CUDA ? pixels.pin_memory().to(device, non_blocking: true) : pixels.to(device);
    }

    private Tensor MoveAll()
    {
        using var scope = NewDisposeScope();
        var all = empty(cache.RowCount, cache.RowBytes, dtype: ScalarType.Byte, device: device);
        for (var first = 0; first < cache.RowCount; first += RowsAtOnce)
        {
            using var inner = NewDisposeScope();
            var count = Math.Min(RowsAtOnce, cache.RowCount - first);
            var piece = empty(count, cache.RowBytes, dtype: ScalarType.Byte);
            for (var i = 0; i < count; i++)
            {
                cache.CopyRow(first + i, piece.bytes[(i * cache.RowBytes)..]);
            }

            all.narrow(0, first, count).copy_(piece);
        }

        return all.DetachFromDisposeScope();
    }
}
