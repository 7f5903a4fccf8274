namespace FractureDashboard.Jobs;

/// <summary>
/// Gives back to the system, now and then, what large uploads, scans and decodes left on the heap that keeps its pages.
/// Not while a training runs: it would have to fault its pages in again, and gives them back by itself when it ends.
/// </summary>
/// <param name="cancellations">Knows whether a training runs in this process.</param>
/// <param name="clock">The time.</param>
/// <param name="release">Gives the pages back.</param>
internal sealed class HeapTrimmer(RunCancellations cancellations, TimeProvider clock, Func<bool> release) : BackgroundService
{
    /// <summary>How long pages that nobody uses stay at most.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (!cancellations.IsAnyRunning)
                {
                    release();
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }
}
