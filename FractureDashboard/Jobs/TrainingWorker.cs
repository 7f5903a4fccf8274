using System.Text.Json;
using FractureDashboard.Live;
using FractureDashboard.ML.Training;
using FractureDashboard.Storage;
using Hangfire;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Jobs;

/// <summary>Trains one queued run. Hangfire calls it; its queue has a single worker, so one training at a time per process.</summary>
/// <param name="databases">The database.</param>
/// <param name="paths">Where runs and caches lie.</param>
/// <param name="trainer">The engine.</param>
/// <param name="cancellations">Lets pages stop the run.</param>
/// <param name="live">Wakes the pages.</param>
/// <param name="clock">The time.</param>
/// <param name="log">The server's log.</param>
public sealed partial class TrainingWorker(
    IDbContextFactory<DashboardContext> databases,
    AppPaths paths,
    Trainer trainer,
    RunCancellations cancellations,
    LiveEvents live,
    TimeProvider clock,
    ILogger<TrainingWorker> log)
{
    /// <summary>Trains the run if it is still queued; otherwise there is nothing to do.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="shutdown">Set by Hangfire when the server stops; the run is then queued again, not ended.</param>
    /// <returns>A task.</returns>
    [AutomaticRetry(Attempts = 0)]
    public async Task ExecuteAsync(int runId, CancellationToken shutdown)
    {
        using var user = new CancellationTokenSource();
        using var registration = cancellations.Register(runId, user);
        if (await ClaimAsync(runId) is not { } run)
        {
            return;
        }

        if (run.CancelRequested)
        {
            await user.CancelAsync();
        }

        LogStarted(runId, run.Name, run.Attempts);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(user.Token, shutdown);
        var started = clock.GetTimestamp();
        TrainingResult result;
        try
        {
            result = await TrainAsync(run, stop);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever it was, the run must end with an explanation and the server must go on.
            LogBroken(e, runId);
            result = new TrainingResult(TrainingOutcome.Failed, [], $"The training ended unexpectedly: {e.Message} See the server's log; the last checkpoint is kept.", null, [], run.LastSequence);
        }
        catch (OperationCanceledException)
        {
            result = new TrainingResult(TrainingOutcome.Canceled, [], null, null, [], run.LastSequence);
        }

        await RunConclusion.StoreAsync(databases, paths, runId, result, user.IsCancellationRequested, clock.GetElapsedTime(started), clock.GetUtcNow().UtcDateTime);
        LogEnded(runId, result.Outcome.ToString());
        live.Signal(Topics.Run(runId));
        live.Signal(Topics.Runs);
    }

    private async Task<Run?> ClaimAsync(int runId)
    {
        await using var db = await databases.CreateDbContextAsync();
        var now = clock.GetUtcNow().UtcDateTime;
        var claimed = await db.Runs.Where(r => r.Id == runId && r.State == RunState.Queued).ExecuteUpdateAsync(
            s => s.SetProperty(r => r.State, RunState.Running)
                .SetProperty(r => r.StateReason, (string?)null)
                .SetProperty(r => r.StartedUtc, r => r.StartedUtc ?? now)
                .SetProperty(r => r.Attempts, r => r.Attempts + 1));
        live.Signal(Topics.Run(runId));
        live.Signal(Topics.Runs);
        return claimed == 0 ? null : await db.Runs.AsNoTracking().FirstAsync(r => r.Id == runId);
    }

    private async Task<TrainingResult> TrainAsync(Run run, CancellationTokenSource stop)
    {
        var job = await PrepareAsync(run, stop.Token);
        var sink = new RunEventSink();
        var writing = new RunStoreWriter(databases, live, run.Id).RunAsync(sink.Events);
        try
        {
            var training = TrainingThread.RunAsync(trainer, job, sink, stop.Token);

            // A store that cannot be written must stop the training, or its hours would leave no trace.
            if (await Task.WhenAny(training, writing) == writing)
            {
                await stop.CancelAsync();
            }

            return await training;
        }
        finally
        {
            sink.Complete();
            await writing;
        }
    }

    private async Task<TrainingJob> PrepareAsync(Run run, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var dataset = await db.Datasets.AsNoTracking().FirstOrDefaultAsync(d => d.Id == run.DatasetId, cancellationToken)
            ?? throw new InvalidOperationException("the data set was removed before the run started.");
        var directory = Directory.CreateDirectory(paths.Run(run.Id)).FullName;
        var tracked = await db.Runs.FirstAsync(r => r.Id == run.Id, cancellationToken);
        var images = await RunManifest.LoadAsync(db, tracked, directory, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        var options = JsonSerializer.Deserialize<TrainingOptions>(run.OptionsJson, RunQueue.Json)
            ?? throw new InvalidOperationException("the stored options are empty.");
        return new TrainingJob(options, dataset.Root, tracked.Fingerprint, images, directory, paths.Cache, tracked.LastSequence + 1, StepsBack: true);
    }

    [LoggerMessage(1, LogLevel.Information, "Run {RunId} '{Name}' starts, attempt {Attempt}")]
    private partial void LogStarted(int runId, string name, int attempt);

    [LoggerMessage(2, LogLevel.Information, "Run {RunId} ended: {Outcome}")]
    private partial void LogEnded(int runId, string outcome);

    [LoggerMessage(3, LogLevel.Error, "Run {RunId} broke")]
    private partial void LogBroken(Exception exception, int runId);
}
