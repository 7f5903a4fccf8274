using FractureDashboard.ML.Quality;

namespace FractureDashboard.Jobs;

/// <summary>
/// One scan in progress. The scan's threads only leave their reports here, and wake nobody: the worker looks at intervals.
/// A thread that wakes a waiting one may start a new thread of the pool, which would inherit its low priority for good.
/// </summary>
/// <param name="scanId">The scan.</param>
/// <param name="ended">Called once, when it ends.</param>
/// <param name="clock">The time.</param>
internal sealed class QualityActivity(int scanId, Action ended, TimeProvider clock) : IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private readonly ScanPace pace = new(clock);
    private readonly Queue<QualityFinding> newest = new(QualityActivities.NewestKept);
    private readonly Dictionary<QualityRule, int> counts = [];
    private readonly long started = clock.GetTimestamp();
    private ScanProgress? progress;
    private bool changed;

    /// <summary>The scan.</summary>
    public int ScanId { get; } = scanId;

    /// <summary>Set when a user cancels the scan or removes its data set.</summary>
    public CancellationToken Stopped => stop.Token;

    /// <summary>Notes how far it has come. Cheap, and may be called from several threads.</summary>
    public void Report(ScanProgress next)
    {
        lock (gate)
        {
            // Threads report out of order; a bar never goes back.
            if (progress is { } last && (last.Phase > next.Phase || (last.Phase == next.Phase && last.Done > next.Done)))
            {
                return;
            }

            pace.Note(next);
            progress = next;
            changed = true;
        }
    }

    /// <summary>Notes a finding. May be called from several threads.</summary>
    public void Found(QualityFinding finding)
    {
        lock (gate)
        {
            if (newest.Count == QualityActivities.NewestKept)
            {
                newest.Dequeue();
            }

            newest.Enqueue(finding);
            counts[finding.Rule] = counts.GetValueOrDefault(finding.Rule) + 1;
            changed = true;
        }
    }

    /// <summary>Whether anything was reported since the last call.</summary>
    public bool TakeChanged()
    {
        lock (gate)
        {
            var taken = changed;
            changed = false;
            return taken;
        }
    }

    /// <summary>What pages show.</summary>
    public ScanView View()
    {
        lock (gate)
        {
            return new(ScanId, progress, clock.GetElapsedTime(started), pace.Remaining(), [.. newest.Reverse()], new Dictionary<QualityRule, int>(counts));
        }
    }

    /// <summary>Stops it.</summary>
    public void Cancel()
    {
        try
        {
            stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended between the look-up and the call.
        }
    }

    /// <summary>Stops it.</summary>
    /// <returns>A task that ends with the scan.</returns>
    public Task StopAsync()
    {
        Cancel();
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
