using FractureDashboard.ML.Evaluation;
using FractureDashboard.ML.Training;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Jobs;

/// <summary>Stores how a run ended: state, weights, final scores and what they say with and without twins.</summary>
internal static class RunConclusion
{
    public static async Task StoreAsync(
        IDbContextFactory<DashboardContext> databases, AppPaths paths, int runId, TrainingResult result, bool byUser, TimeSpan elapsed, DateTime now)
    {
        await using var db = await databases.CreateDbContextAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var run = await db.Runs.FirstAsync(r => r.Id == runId);
        run.TrainedSeconds += elapsed.TotalSeconds;
        run.WeightsHash = result.WeightsHash ?? run.WeightsHash;
        run.LastSequence = Math.Max(run.LastSequence, result.LastSequence);
        SetState(run, result, byUser, now);
        if (result.Scores.Count > 0)
        {
            await StoreScoresAsync(db, paths, run, result.Scores);
        }

        await db.SaveChangesAsync();
        await transaction.CommitAsync();
    }

    private static void SetState(Run run, TrainingResult result, bool byUser, DateTime now)
    {
        (run.State, run.StateReason) = result.Outcome switch
        {
            TrainingOutcome.Completed => (RunState.Completed, null),
            TrainingOutcome.Failed => (RunState.Failed, result.Failure),
            _ when byUser => (RunState.Canceled, $"Cancelled by a user after {run.EpochsDone} of {run.Epochs} epochs; what was learned is kept."),
            _ => (RunState.Queued, "The server stopped; the run goes on from its last checkpoint at the next start."),
        };
        run.CancelRequested = false;
        if (run.State == RunState.Queued)
        {
            // An orderly stop is no failed attempt.
            run.Attempts = Math.Max(0, run.Attempts - 1);
        }
        else
        {
            run.FinishedUtc = now;
        }
    }

    private static async Task StoreScoresAsync(DashboardContext db, AppPaths paths, Run run, IReadOnlyList<ImageScore> scores)
    {
        var images = await RunManifest.LoadAsync(db, run, paths.Run(run.Id), CancellationToken.None);
        var twins = TwinIndex.HeldOutImagesWithTwinInTrain(images);
        await db.RunScores.Where(s => s.RunId == run.Id).ExecuteDeleteAsync();
        db.RunScores.AddRange(scores.Select(s => new RunScore
        {
            RunId = run.Id,
            RelativePath = s.RelativePath,
            Split = s.Split,
            Label = s.Label,
            Score = s.Score,
            HasTwinInTrain = twins.Contains(s.RelativePath),
        }));

        var validation = scores.Where(s => s.Split == ML.Datasets.Split.Validation).ToList();
        var test = scores.Where(s => s.Split == ML.Datasets.Split.Test).ToList();
        run.ValidationTwins = validation.Count(s => twins.Contains(s.RelativePath));
        run.ValidationAccuracyWithoutTwins = Accuracy(validation.Where(s => !twins.Contains(s.RelativePath)));
        run.TestImages = test.Count;
        run.TestAccuracy = Accuracy(test);
        run.TestAuc = Auc(test);
        run.TestTwins = test.Count(s => twins.Contains(s.RelativePath));
        run.TestAccuracyWithoutTwins = Accuracy(test.Where(s => !twins.Contains(s.RelativePath)));
    }

    private static double? Accuracy(IEnumerable<ImageScore> scores)
    {
        var list = scores.ToList();
        return list.Count == 0 ? null : BinaryMetrics.Accuracy([.. list.Select(s => s.Score)], [.. list.Select(s => s.Label)]);
    }

    private static double? Auc(List<ImageScore> scores) =>
        scores.Select(s => s.Label).Distinct().Count() < 2 ? null : BinaryMetrics.Auc([.. scores.Select(s => s.Score)], [.. scores.Select(s => s.Label)]);
}
