using FractureDashboard.ML.Preprocessing;

namespace FractureDashboard.ML.Training;

/// <summary>
/// Reads the rows of a batch, and those of the announced one on another thread while the batch before is worked on. That thread sees
/// bytes only, never a tensor.
/// </summary>
/// <param name="cache">The pixels.</param>
internal sealed class RowReader(TensorCache cache) : IDisposable
{
    private int[] announced = [];
    private byte[] ahead = [];
    private Task reading = Task.CompletedTask;

    /// <summary>Begins to read a batch.</summary>
    /// <param name="rows">Its rows.</param>
    public void Announce(int[] rows)
    {
        Settle();
        var length = rows.Length * cache.RowBytes;
        var target = ahead.Length >= length ? ahead : ahead = new byte[length];
        announced = rows;
        reading = Task.Run(() => Read(rows, target));
    }

    /// <summary>Copies a batch's pixels, from what was read ahead where it is the announced one.</summary>
    /// <param name="rows">Its rows.</param>
    /// <param name="target">As long as they are.</param>
    public void Copy(ReadOnlySpan<int> rows, Span<byte> target)
    {
        Settle();
        if (rows.SequenceEqual(announced) && reading.IsCompletedSuccessfully && rows.Length > 0)
        {
            ahead.AsSpan(0, target.Length).CopyTo(target);
            return;
        }

        Read(rows, target);
    }

    /// <inheritdoc />
    public void Dispose() => Settle();

    private void Read(ReadOnlySpan<int> rows, Span<byte> target)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            cache.CopyRow(rows[i], target[(i * cache.RowBytes)..]);
        }
    }

    // An ended task's exception stays in it: the row is then read again, where the failure has a caller.
    private void Settle() => ((IAsyncResult)reading).AsyncWaitHandle.WaitOne();
}
