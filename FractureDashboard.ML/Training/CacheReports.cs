namespace FractureDashboard.ML.Training;

/// <summary>Thins the reports of the decoding threads to a few a second.</summary>
/// <param name="events">Takes them.</param>
/// <param name="clock">Measures.</param>
internal sealed class CacheReports(EventNumbering events, TimeProvider clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private readonly Lock gate = new();
    private long? last;
    private int most;

    /// <summary>Reports progress; the last one always gets through.</summary>
    /// <param name="done">Contents decoded.</param>
    /// <param name="total">Contents in all.</param>
    public void Report(int done, int total)
    {
        lock (gate)
        {
            if (done <= most || (done < total && last is { } before && clock.GetElapsedTime(before) < Interval))
            {
                return;
            }

            most = done;
            last = clock.GetTimestamp();
            events.Publish((n, at) => new CacheProgress(n, at, done, total));
        }
    }
}
