using FractureDashboard.Live;
using FractureDashboard.ML.Runtime;
using FractureDashboard.Storage;
using Hangfire;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Jobs;

/// <summary>Works on one waiting scan. Hangfire calls it; its queue has a single worker.</summary>
/// <param name="databases">The database.</param>
/// <param name="inputs">What a scan starts from.</param>
/// <param name="store">Where its results go.</param>
/// <param name="engine">The engine.</param>
/// <param name="activities">Progress, and the way to stop it.</param>
/// <param name="automatic">Scans nobody asked for.</param>
/// <param name="live">Wakes the pages.</param>
/// <param name="clock">The time.</param>
/// <param name="log">The server's log.</param>
public sealed partial class QualityWorker(
    IDbContextFactory<DashboardContext> databases,
    ScanInputs inputs,
    QualityStore store,
    ScanEngine engine,
    QualityActivities activities,
    AutomaticScans automatic,
    LiveEvents live,
    TimeProvider clock,
    ILogger<QualityWorker> log)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(200);
    private const int LooksBetweenSaves = 5;

    /// <summary>Scans if the scan is still waiting; otherwise there is nothing to do.</summary>
    /// <param name="scanId">The scan.</param>
    /// <param name="shutdown">Set by Hangfire when the server stops; the scan then goes on at the next start.</param>
    /// <returns>A task.</returns>
    [AutomaticRetry(Attempts = 0)]
    public async Task ExecuteAsync(int scanId, CancellationToken shutdown)
    {
        if (await DatasetAsync(scanId) is not { } dataset)
        {
            return;
        }

        using (var activity = activities.Begin(dataset.Id, scanId))
        {
            if (await ClaimAsync(scanId, dataset) is { } scan)
            {
                Signal(dataset.Id);
                await WorkAsync(scan, dataset, activity, shutdown);
            }
        }

        Signal(dataset.Id);
        await automatic.AfterScanAsync(scanId, shutdown);
    }

    private async Task WorkAsync(QualityScanRow scan, Dataset dataset, QualityActivity activity, CancellationToken shutdown)
    {
        LogStarted(scan.Id, dataset.Name);
        var started = clock.GetTimestamp();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(activity.Stopped, shutdown);
        try
        {
            await ScanAsync(scan, dataset, activity, stop);
            LogEnded(scan.Id, clock.GetElapsedTime(started).TotalSeconds);
        }
        catch (OperationCanceledException) when (activity.Stopped.IsCancellationRequested)
        {
            // When its data set was removed there is no row left to say so.
            await EndAsync(scan.Id, ScanState.Canceled, "Cancelled by a user. What was seen of files is kept; the next scan goes on from there.");
        }
        catch (OperationCanceledException)
        {
            await PutBackAsync(scan.Id);
        }
        catch (Exception e)
        {
            // Whatever it was, the scan must not look busy for ever and the server must go on.
            LogBroken(e, scan.Id);
            var cause = (e as AggregateException)?.InnerException ?? e;
            await EndAsync(scan.Id, ScanState.Failed, $"The scan ended with an error: {cause.Message} What was seen of files is kept; details are in the server's log.");
        }
    }

    private async Task ScanAsync(QualityScanRow scan, Dataset dataset, QualityActivity activity, CancellationTokenSource stop)
    {
        if (!Directory.Exists(dataset.Root))
        {
            await EndAsync(scan.Id, ScanState.Failed, $"The folder '{dataset.Root}' is not there. Connect its disk or put it back, then scan again.");
            return;
        }

        var input = await inputs.LoadAsync(dataset, stop.Token);
        if (input.Request.Files.Count == 0)
        {
            await EndAsync(scan.Id, ScanState.Failed, $"There is no file left in the class folders of '{dataset.Root}'. Put the images back, or remove the data set.");
            return;
        }

        using var threads = new QuietThreads("quality scan");
        var scanning = Task.Factory.StartNew(
            () => engine(input.Request, input.Facts, activity.Report, activity.Found, stop.Token), CancellationToken.None, TaskCreationOptions.None, threads);
        try
        {
            await FollowAsync(scanning, dataset.Id, input.Facts, activity);
        }
        finally
        {
            // A store that cannot be written must stop the scan; and no scan goes on when this work has ended.
            await stop.CancelAsync();
            while (!scanning.IsCompleted)
            {
                await Task.Delay(LookInterval);
            }
        }

        var result = await scanning;
        string?[] remarks = [input.Remark, result.ModelProblem];
        await store.ConcludeAsync(scan, result, input.Request.FindSources, remarks.Any(r => r is not null) ? string.Join(' ', remarks.Where(r => r is not null)) : null);
    }

    // Looks at intervals instead of being woken, see QualityActivity.
    private async Task FollowAsync(Task scanning, int datasetId, ScanFacts facts, QualityActivity activity)
    {
        for (var look = 1; !scanning.IsCompleted; look++)
        {
            await Task.Delay(LookInterval);
            if (look % LooksBetweenSaves == 0)
            {
                await store.SaveFactsAsync(datasetId, facts.Take());
            }

            if (activity.TakeChanged())
            {
                live.Signal(Topics.Quality(datasetId));
            }
        }

        await store.SaveFactsAsync(datasetId, facts.Take());
    }

    private async Task<Dataset?> DatasetAsync(int scanId)
    {
        await using var db = await databases.CreateDbContextAsync();
        return await db.QualityScans.Where(s => s.Id == scanId).Join(db.Datasets, s => s.DatasetId, d => d.Id, (_, d) => d).AsNoTracking().FirstOrDefaultAsync();
    }

    // The reason stays: it tells a second sudden stop from the first.
    private async Task<QualityScanRow?> ClaimAsync(int scanId, Dataset dataset)
    {
        await using var db = await databases.CreateDbContextAsync();
        var now = clock.GetUtcNow().UtcDateTime;
        var claimed = await db.QualityScans.Where(s => s.Id == scanId && s.State == ScanState.Queued).ExecuteUpdateAsync(s => s
            .SetProperty(r => r.State, ScanState.Running)
            .SetProperty(r => r.StartedUtc, r => r.StartedUtc ?? now)
            .SetProperty(r => r.IsOutdated, false)
            .SetProperty(r => r.DatasetVersion, dataset.Version)
            .SetProperty(r => r.Fingerprint, dataset.Fingerprint));
        return claimed == 0 ? null : await db.QualityScans.AsNoTracking().FirstOrDefaultAsync(s => s.Id == scanId);
    }

    private async Task EndAsync(int scanId, ScanState state, string reason)
    {
        await using var db = await databases.CreateDbContextAsync();
        var now = clock.GetUtcNow().UtcDateTime;
        await db.QualityScans.Where(s => s.Id == scanId && s.State == ScanState.Running).ExecuteUpdateAsync(s => s
            .SetProperty(r => r.State, state)
            .SetProperty(r => r.StateReason, reason)
            .SetProperty(r => r.FinishedUtc, now));
    }

    private async Task PutBackAsync(int scanId)
    {
        await using var db = await databases.CreateDbContextAsync();
        await db.QualityScans.Where(s => s.Id == scanId && s.State == ScanState.Running).ExecuteUpdateAsync(s => s
            .SetProperty(r => r.State, ScanState.Queued)
            .SetProperty(r => r.StateReason, "The server stopped during this scan; it goes on at the next start."));
    }

    private void Signal(int datasetId)
    {
        live.Signal(Topics.Quality(datasetId));
        live.Signal(Topics.Datasets);
    }

    [LoggerMessage(40, LogLevel.Information, "Scan {ScanId} of data set '{Name}' starts")]
    private partial void LogStarted(int scanId, string name);

    [LoggerMessage(41, LogLevel.Information, "Scan {ScanId} ended after {Seconds:0.0} s")]
    private partial void LogEnded(int scanId, double seconds);

    [LoggerMessage(42, LogLevel.Error, "Scan {ScanId} failed")]
    private partial void LogBroken(Exception exception, int scanId);
}
