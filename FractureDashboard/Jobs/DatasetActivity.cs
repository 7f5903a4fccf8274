using FractureDashboard.Live;

namespace FractureDashboard.Jobs;

/// <summary>Work in progress on one data set.</summary>
/// <param name="ended">Called once, when it ends.</param>
/// <param name="live">Wakes the pages.</param>
/// <param name="clock">The time.</param>
internal sealed class DatasetActivity(Action ended, LiveEvents live, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan SignalInterval = TimeSpan.FromMilliseconds(200);
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private DatasetProgress? progress;
    private long signalled;

    /// <summary>Set when a user removes the data set.</summary>
    public CancellationToken Stopped => stop.Token;

    /// <summary>Ends with the work.</summary>
    public Task Ended => end.Task;

    /// <summary>How far it has come; null before the first report.</summary>
    public DatasetProgress? Progress
    {
        get
        {
            lock (gate)
            {
                return progress;
            }
        }
    }

    /// <summary>Notes how far it has come. Cheap, and may be called from several threads.</summary>
    public void Report(DatasetProgress next)
    {
        bool signal;
        lock (gate)
        {
            // Threads report out of order; a bar never goes back.
            if (progress is { } last && last.Phase == next.Phase && last.Done > next.Done)
            {
                return;
            }

            signal = progress?.Phase != next.Phase || next.Done == next.Total || clock.GetElapsedTime(signalled) >= SignalInterval;
            progress = next;
            signalled = signal ? clock.GetTimestamp() : signalled;
        }

        if (signal)
        {
            live.Signal(Topics.Datasets);
        }
    }

    /// <summary>Stops it.</summary>
    /// <returns>A task that ends with the work.</returns>
    public Task StopAsync()
    {
        try
        {
            stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended between the look-up and the call.
        }

        return end.Task;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        ended();
        stop.Dispose();
        end.TrySetResult();
    }
}
