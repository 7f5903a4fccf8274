using System.Threading.Channels;
using FractureDashboard.Live;
using FractureDashboard.ML.Training;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Jobs;

/// <summary>Writes a run's events to the database in batches, each in one transaction, and wakes the pages.</summary>
/// <param name="databases">The database.</param>
/// <param name="live">The wake-ups.</param>
/// <param name="runId">The run.</param>
internal sealed class RunStoreWriter(IDbContextFactory<DashboardContext> databases, LiveEvents live, int runId)
{
    private static readonly TimeSpan BatchInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Writes until the channel is completed and drained.</summary>
    /// <param name="events">The events, in order of their sequence.</param>
    /// <returns>A task that fails when the database cannot be written.</returns>
    public async Task RunAsync(ChannelReader<TrainingEvent> events)
    {
        var batch = new List<TrainingEvent>();
        while (await events.WaitToReadAsync())
        {
            batch.Clear();
            while (events.TryRead(out var next))
            {
                batch.Add(next);
            }

            await WriteAsync(batch);
            live.Signal(Topics.Run(runId));
            if (batch.Exists(e => e is EpochCompleted or RunStarted or CacheProgress))
            {
                live.Signal(Topics.Runs);
            }

            // Lets more events gather; the last batch finds the channel completed and is written at once.
            await Task.WhenAny(events.Completion, Task.Delay(BatchInterval));
        }
    }

    private async Task WriteAsync(List<TrainingEvent> batch)
    {
        await using var db = await databases.CreateDbContextAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var run = await db.Runs.FirstAsync(r => r.Id == runId);
        foreach (var next in batch)
        {
            if (next is RunStarted started)
            {
                await ForgetSupersededAsync(db, run, started);
            }

            Apply(db, run, next);
            run.LastSequence = next.Sequence;
        }

        await db.SaveChangesAsync();
        await transaction.CommitAsync();
    }

    // A resumed run repeats what came after its checkpoint; the points of the first try are superseded.
    private async Task ForgetSupersededAsync(DashboardContext db, Run run, RunStarted started)
    {
        await db.SaveChangesAsync();
        await db.RunSteps.Where(s => s.RunId == runId && s.GlobalStep > started.StepsDone).ExecuteDeleteAsync();
        await db.RunEpochs.Where(e => e.RunId == runId && e.Epoch >= started.FirstEpoch).ExecuteDeleteAsync();
        if (run.BestEpoch >= started.FirstEpoch)
        {
            // It is trained again, and on a GPU not bit for bit.
            var best = await db.RunEpochs.AsNoTracking().Where(e => e.RunId == runId).OrderBy(e => e.ValidationLoss).ThenBy(e => e.Epoch).FirstOrDefaultAsync();
            (run.BestEpoch, run.BestValidationLoss, run.BestValidationAccuracy) = (best?.Epoch, best?.ValidationLoss, best?.ValidationAccuracy);
        }
    }

    private void Apply(DashboardContext db, Run run, TrainingEvent next)
    {
        switch (next)
        {
            case RunStarted e:
                run.DeviceUsed = e.Device;
                run.Threads = e.Threads;
                run.ParameterCount = e.ParameterCount;
                run.TrainImages = e.TrainImages;
                run.ValidationImages = e.ValidationImages;
                run.StepsPerEpoch = e.StepsPerEpoch;
                run.CurrentEpoch = e.FirstEpoch;
                run.CurrentStep = (int)(e.StepsDone - ((e.FirstEpoch - 1L) * e.StepsPerEpoch));
                run.EpochsDone = e.FirstEpoch - 1;
                break;
            case CacheProgress e:
                run.CacheDone = e.Done;
                run.CacheTotal = e.Total;
                break;
            case StepCompleted e:
                run.CurrentEpoch = e.Epoch;
                run.CurrentStep = e.Step;
                run.ImagesPerSecond = e.ImagesPerSecond;
                run.ProcessBytes = e.ProcessBytes;
                db.RunSteps.Add(new RunStep { RunId = runId, Sequence = e.Sequence, GlobalStep = e.GlobalStep, Epoch = e.Epoch, Loss = e.Loss, ImagesPerSecond = e.ImagesPerSecond });
                break;
            case EpochCompleted e:
                run.EpochsDone = e.Metrics.Epoch;
                run.CurrentStep = run.StepsPerEpoch;
                db.RunEpochs.Add(ToEntity(e));
                if (run.BestValidationLoss is not { } best || e.Metrics.ValidationLoss < best)
                {
                    // The weights kept are those of the lowest validation loss; the accuracy shown is theirs.
                    run.BestEpoch = e.Metrics.Epoch;
                    run.BestValidationLoss = e.Metrics.ValidationLoss;
                    run.BestValidationAccuracy = e.Metrics.ValidationAccuracy;
                }

                break;
            case LogLine e:
                db.RunLogs.Add(new RunLog { RunId = runId, Sequence = e.Sequence, AtUtc = e.AtUtc, Level = e.Level, Text = e.Text });
                break;
        }
    }

    private RunEpoch ToEntity(EpochCompleted e) => new()
    {
        RunId = runId,
        Sequence = e.Sequence,
        Epoch = e.Metrics.Epoch,
        TrainLoss = e.Metrics.TrainLoss,
        TrainAccuracy = e.Metrics.TrainAccuracy,
        ValidationLoss = e.Metrics.ValidationLoss,
        ValidationAccuracy = e.Metrics.ValidationAccuracy,
        LearningRate = e.Metrics.LearningRate,
        TrainSeconds = e.Metrics.TrainSeconds,
        ValidationSeconds = e.Metrics.ValidationSeconds,
    };
}
