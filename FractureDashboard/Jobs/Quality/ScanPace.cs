using FractureDashboard.ML.Quality;

namespace FractureDashboard.Jobs;

/// <summary>
/// Tells the time to the end of a phase from the pace of the last seconds. The mean over the whole phase would be far off
/// after a stretch of files that did not have to be opened. Not thread-safe.
/// </summary>
/// <param name="clock">The time.</param>
internal sealed class ScanPace(TimeProvider clock)
{
    /// <summary>Nothing is told from less than this.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);
    private const int MostSteps = 20;
    private readonly Queue<(long At, int Done)> marks = new();
    private long lastMark;
    private (long At, ScanProgress Progress)? newest;

    /// <summary>Notes how far the scan has come.</summary>
    public void Note(ScanProgress progress)
    {
        var now = clock.GetTimestamp();
        if (newest?.Progress.Phase != progress.Phase)
        {
            marks.Clear();
        }

        if (marks.Count == 0 || clock.GetElapsedTime(lastMark, now) >= Step)
        {
            marks.Enqueue((now, progress.Done));
            lastMark = now;
            if (marks.Count > MostSteps)
            {
                marks.Dequeue();
            }
        }

        newest = (now, progress);
    }

    /// <summary>Time to the end of the phase from now; null while the pace is not known.</summary>
    public TimeSpan? Remaining()
    {
        if (newest is not { } last || !marks.TryPeek(out var first))
        {
            return null;
        }

        var span = clock.GetElapsedTime(first.At, last.At);
        var done = last.Progress.Done - first.Done;
        if (span < Least || done <= 0 || last.Progress.Total < last.Progress.Done)
        {
            return null;
        }

        var left = (span * ((double)(last.Progress.Total - last.Progress.Done) / done)) - clock.GetElapsedTime(last.At);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
