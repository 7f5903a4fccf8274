using FractureDashboard.Live;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Jobs;

/// <summary>
/// At start, puts the scans that an earlier process left unfinished back into the queue. One that took the process down
/// twice is set aside, so that the dashboard stays up. Data sets that were never scanned follow.
/// </summary>
/// <param name="databases">The database.</param>
/// <param name="queue">The queue.</param>
/// <param name="automatic">Scans nobody asked for.</param>
/// <param name="live">Wakes the pages.</param>
/// <param name="clock">The time.</param>
internal sealed class QualityRecovery(
    IDbContextFactory<DashboardContext> databases, QualityQueue queue, AutomaticScans automatic, LiveEvents live, TimeProvider clock) : IHostedService
{
    /// <summary>Stays with a scan until it ends, and so tells the second sudden stop from the first.</summary>
    public const string StoppedOnce = "The server stopped suddenly during this scan; it goes on from what it had seen.";

    /// <inheritdoc />
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var unfinished = await db.QualityScans
            .Where(s => s.State == ScanState.Queued || s.State == ScanState.Running)
            .OrderBy(s => s.Id)
            .ToListAsync(cancellationToken);
        foreach (var scan in unfinished.Where(s => s.State == ScanState.Running))
        {
            if (scan.StateReason != StoppedOnce)
            {
                (scan.State, scan.StateReason) = (ScanState.Queued, StoppedOnce);
                continue;
            }

            (scan.State, scan.FinishedUtc) = (ScanState.Failed, clock.GetUtcNow().UtcDateTime);
            scan.StateReason = "The server stopped suddenly twice during this scan. Check its log and memory, then scan again; what was seen of files is kept.";
        }

        await db.SaveChangesAsync(cancellationToken);
        foreach (var scan in unfinished)
        {
            if (scan.State == ScanState.Queued)
            {
                queue.Enqueue(scan);
            }

            live.Signal(Topics.Quality(scan.DatasetId));
        }

        await automatic.CatchUpAsync(cancellationToken);
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
