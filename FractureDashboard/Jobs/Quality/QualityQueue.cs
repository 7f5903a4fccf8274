using FractureDashboard.Live;
using FractureDashboard.Storage;
using Hangfire;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Jobs;

/// <summary>The outcome of a request: a scan, or why not.</summary>
/// <param name="ScanId">The scan, when it was accepted.</param>
/// <param name="Problem">Why not, for a person.</param>
public sealed record ScanRequestResult(int? ScanId, string? Problem);

/// <summary>
/// Accepts and cancels scans of data sets. The <c>QualityScans</c> table is the truth; Hangfire only carries the order to
/// work on one.
/// </summary>
/// <param name="databases">The database.</param>
/// <param name="jobs">The queue.</param>
/// <param name="activities">The scans in progress in this process.</param>
/// <param name="live">Wakes the pages.</param>
/// <param name="clock">The time.</param>
public sealed class QualityQueue(
    IDbContextFactory<DashboardContext> databases, IBackgroundJobClient jobs, QualityActivities activities, LiveEvents live, TimeProvider clock)
{
    /// <summary>The Hangfire queue of scans; one worker takes from it.</summary>
    public const string QueueName = "quality";

    /// <summary>Has a data set scanned. Files that did not change since an earlier scan are not opened again.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="cancellationToken">Stops the request, not the scan.</param>
    /// <returns>The scan's id, or why it was refused.</returns>
    public async Task<ScanRequestResult> StartAsync(int datasetId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);

        // One writer at a time: of two requests at once the second sees the first's scan.
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var dataset = await db.Datasets.AsNoTracking().FirstOrDefaultAsync(d => d.Id == datasetId, cancellationToken);
        if (dataset is null)
        {
            return new(null, "The data set no longer exists.");
        }

        if (dataset.State != DatasetState.Ready)
        {
            return new(null, $"The data set '{dataset.Name}' is not ready yet. Wait until it is indexed, then scan it.");
        }

        if (await db.QualityScans.AnyAsync(s => s.DatasetId == datasetId && (s.State == ScanState.Queued || s.State == ScanState.Running), cancellationToken))
        {
            return new(null, $"The data set '{dataset.Name}' is being scanned already. Wait for the scan, or cancel it.");
        }

        var scan = new QualityScanRow
        {
            DatasetId = datasetId,
            DatasetVersion = dataset.Version,
            Fingerprint = dataset.Fingerprint,
            State = ScanState.Queued,
            CreatedUtc = clock.GetUtcNow().UtcDateTime,
        };
        db.QualityScans.Add(scan);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Enqueue(scan);
        return new(scan.Id, null);
    }

    /// <summary>Stops a scan, or takes it out of the queue. What it saw of files is kept: the next scan goes on from there.</summary>
    /// <param name="scanId">The scan.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <returns>False when the scan had ended before.</returns>
    public async Task<bool> CancelAsync(int scanId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        var waiting = await db.QualityScans.Where(s => s.Id == scanId && s.State == ScanState.Queued).ExecuteUpdateAsync(
            s => s.SetProperty(r => r.State, ScanState.Canceled)
                .SetProperty(r => r.StateReason, "Cancelled before it started.")
                .SetProperty(r => r.FinishedUtc, now),
            cancellationToken);
        var scan = await db.QualityScans.AsNoTracking().FirstOrDefaultAsync(s => s.Id == scanId, cancellationToken);
        if (scan is null)
        {
            return false;
        }

        activities.Cancel(scanId);
        Signal(scan.DatasetId);
        return waiting > 0 || scan.State == ScanState.Running;
    }

    /// <summary>Puts a scan whose row says <see cref="ScanState.Queued"/> before the worker.</summary>
    /// <param name="scan">The scan.</param>
    internal void Enqueue(QualityScanRow scan)
    {
        var id = scan.Id;
        jobs.Enqueue<QualityWorker>(QueueName, w => w.ExecuteAsync(id, CancellationToken.None));
        Signal(scan.DatasetId);
    }

    private void Signal(int datasetId)
    {
        live.Signal(Topics.Quality(datasetId));
        live.Signal(Topics.Datasets);
    }
}
