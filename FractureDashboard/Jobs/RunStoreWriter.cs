using System.Text.Json;
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
        while (!events.Completion.IsCompleted)
        {
            batch.Clear();
            while (events.TryRead(out var next))
            {
                batch.Add(next);
            }

            if (batch.Count > 0)
            {
                await WriteAsync(batch);
                live.Signal(Topics.Run(runId));
                if (batch.Exists(e => e is EpochCompleted or RunStarted or CacheProgress))
                {
                    live.Signal(Topics.Runs);
                }
            }

            // Never waits for the next event: the training thread would have to wake the waiting one, and a thread of the
            // pool that it starts for that inherits its low priority.
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
                await AgreeWithCheckpointAsync(db, run, started);
            }

            Apply(db, run, next);
            run.LastSequence = next.Sequence;
        }

        await db.SaveChangesAsync();
        await transaction.CommitAsync();
    }

    // A resumed run repeats what came after its checkpoint, so the points of the first try are superseded. An epoch whose
    // checkpoint was written when the process died, but whose event was not stored yet, is filled in.
    private async Task AgreeWithCheckpointAsync(DashboardContext db, Run run, RunStarted started)
    {
        await db.SaveChangesAsync();
        await db.RunSteps.Where(s => s.RunId == runId && s.GlobalStep > started.StepsDone).ExecuteDeleteAsync();
        await db.RunEpochs.Where(e => e.RunId == runId && e.Epoch >= started.FirstEpoch).ExecuteDeleteAsync();
        var stored = await db.RunEpochs.AsNoTracking().Where(e => e.RunId == runId).ToListAsync();
        var missing = (started.CompletedEpochs ?? []).Where(m => stored.TrueForAll(s => s.Epoch != m.Epoch)).Select(m => ToEntity(started.Sequence, m)).ToList();
        db.RunEpochs.AddRange(missing);

        // The best epoch may be one that is trained again, on a GPU not bit for bit.
        await db.RunHistograms.Where(h => h.RunId == runId && h.Epoch >= started.FirstEpoch).ExecuteDeleteAsync();
        KeepBest(run, stored.Concat(missing).OrderBy(e => e.Epoch).LastOrDefault(e => e.IsBest));
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
                db.RunSteps.Add(ToEntity(e));
                break;
            case EpochCompleted e:
                run.EpochsDone = e.Metrics.Epoch;
                run.CurrentStep = run.StepsPerEpoch;
                var epoch = ToEntity(e.Sequence, e.Metrics);
                db.RunEpochs.Add(epoch);
                if (epoch.IsBest)
                {
                    KeepBest(run, epoch);
                }

                break;
            case EpochHistograms e:
                db.RunHistograms.Add(new RunHistograms { RunId = runId, Epoch = e.Epoch, Sequence = e.Sequence, Json = JsonSerializer.Serialize(e.Histograms) });
                break;
            case LearningRateFound e:
                run.SuggestedLearningRate = e.Suggested;
                break;
            case LogLine e:
                db.RunLogs.Add(new RunLog { RunId = runId, Sequence = e.Sequence, AtUtc = e.AtUtc, Level = e.Level, Text = e.Text });
                break;
        }
    }

    // The metrics shown for a run are those of the weights that it kept.
    private static void KeepBest(Run run, RunEpoch? best)
    {
        run.BestEpoch = best?.Epoch;
        run.BestValidationLoss = best?.ValidationLoss;
        run.BestValidationAccuracy = best?.ValidationAccuracy;
        run.BestValidationAuc = best?.ValidationAuc;
    }

    private RunStep ToEntity(StepCompleted step) => new()
    {
        RunId = runId,
        Sequence = step.Sequence,
        GlobalStep = step.GlobalStep,
        Epoch = step.Epoch,
        Loss = step.Loss,
        ImagesPerSecond = step.ImagesPerSecond,
        LearningRate = step.Details.LearningRate,
        GradientNorm = step.Details.GradientNorm,
        DataSeconds = step.Details.DataSeconds,
        ForwardSeconds = step.Details.ForwardSeconds,
        BackwardSeconds = step.Details.BackwardSeconds,
        OptimizerSeconds = step.Details.OptimizerSeconds,
        ProcessBytes = step.ProcessBytes,
    };

    private RunEpoch ToEntity(long sequence, EpochMetrics metrics) => new()
    {
        RunId = runId,
        Sequence = sequence,
        Epoch = metrics.Epoch,
        TrainLoss = metrics.TrainLoss,
        TrainAccuracy = metrics.TrainAccuracy,
        ValidationLoss = metrics.ValidationLoss,
        ValidationAccuracy = metrics.ValidationAccuracy,
        LearningRate = metrics.LearningRate,
        TrainSeconds = metrics.TrainSeconds,
        ValidationSeconds = metrics.ValidationSeconds,
        ValidationAuc = metrics.ValidationAuc,
        IsBest = metrics.IsBest,
    };
}
