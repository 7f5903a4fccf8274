using System.Collections.Concurrent;
using FractureDashboard.Live;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Evaluation;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Runtime;
using FractureDashboard.Storage;
using Hangfire;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Jobs;

/// <summary>Works on one queued evaluation. Hangfire calls it; its queue has a single worker.</summary>
/// <param name="databases">The database.</param>
/// <param name="paths">Where runs lie.</param>
/// <param name="decoder">Decodes the images.</param>
/// <param name="queue">Lets pages stop it.</param>
/// <param name="probe">Concludes a probe whose last evaluation this was.</param>
/// <param name="live">Wakes the pages.</param>
/// <param name="clock">The time.</param>
/// <param name="log">The server's log.</param>
public sealed partial class EvaluationWorker(
    IDbContextFactory<DashboardContext> databases,
    AppPaths paths,
    ImageDecoder decoder,
    EvaluationQueue queue,
    ShortcutProbe probe,
    LiveEvents live,
    TimeProvider clock,
    ILogger<EvaluationWorker> log)
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>Scores the images if the evaluation is still queued; otherwise there is nothing to do.</summary>
    /// <param name="evaluationId">The evaluation.</param>
    /// <param name="shutdown">Set by Hangfire when the server stops; the evaluation is then queued again, not ended.</param>
    /// <returns>A task.</returns>
    [AutomaticRetry(Attempts = 0)]
    public async Task ExecuteAsync(int evaluationId, CancellationToken shutdown)
    {
        using var user = new CancellationTokenSource();
        using var registration = queue.Running.Register(evaluationId, user);
        if (await ClaimAsync(evaluationId) is not { } evaluation)
        {
            return;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(user.Token, shutdown);
        try
        {
            await ScoreAsync(evaluation, stop.Token);
            await probe.ConcludeAsync(evaluation.RunId, CancellationToken.None);
        }
        catch (OperationCanceledException) when (user.IsCancellationRequested)
        {
            await EndAsync(evaluationId, EvaluationState.Canceled, "Cancelled by a user.");
        }
        catch (OperationCanceledException)
        {
            await EndAsync(evaluationId, EvaluationState.Queued, "The server stopped; it begins again at the next start.");
        }
        catch (Exception e)
        {
            // Whatever it was, the evaluation must end with an explanation and the server must go on.
            LogBroken(e, evaluationId);
            await EndAsync(evaluationId, EvaluationState.Failed, e is EngineException or EvaluationException ? e.Message : $"The evaluation ended unexpectedly: {e.Message} See the server's log.");
        }

        live.Signal(Topics.Evaluations(evaluation.RunId));
    }

    private async Task<Evaluation?> ClaimAsync(int evaluationId)
    {
        await using var db = await databases.CreateDbContextAsync();
        var now = clock.GetUtcNow().UtcDateTime;
        var claimed = await db.Evaluations.Where(e => e.Id == evaluationId && e.State == EvaluationState.Queued).ExecuteUpdateAsync(
            s => s.SetProperty(e => e.State, EvaluationState.Running)
                .SetProperty(e => e.StateReason, (string?)null)
                .SetProperty(e => e.Done, 0)
                .SetProperty(e => e.StartedUtc, e => e.StartedUtc ?? now)
                .SetProperty(e => e.Attempts, e => e.Attempts + 1));
        return claimed == 0 ? null : await db.Evaluations.AsNoTracking().FirstAsync(e => e.Id == evaluationId);
    }

    private async Task ScoreAsync(Evaluation evaluation, CancellationToken cancellationToken)
    {
        var shares = new ConcurrentDictionary<string, double>(StringComparer.Ordinal);
        var order = await EvaluationOrder.PrepareAsync(databases, paths, evaluation, cancellationToken);
        var edit = evaluation.Kind switch
        {
            EvaluationKind.MarkersBlanked => MarkerEdit.Blank((hash, share) => shares[hash] = share),
            EvaluationKind.OnlyMarkers => MarkerEdit.KeepOnly((hash, share) => shares[hash] = share),
            _ => null,
        };
        var done = 0;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var scoring = new ImageScorer(decoder).ScoreAsync(order.Job with { Edit = edit }, (n, _) => Volatile.Write(ref done, n), stop.Token);
        try
        {
            await ReportAsync(evaluation, order.Job.Images.Count, () => Volatile.Read(ref done), scoring);
        }
        finally
        {
            // A store that cannot be written must not leave a thread at work.
            await stop.CancelAsync();
            await ((Task)scoring).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        var result = await scoring;

        var records = order.Job.Images.ToDictionary(i => i.RelativePath, StringComparer.Ordinal);
        List<EvaluationScore> scores = [.. result.Scores.Select(s =>
        {
            var image = records[s.RelativePath];
            return new EvaluationScore
            {
                EvaluationId = evaluation.Id,
                RelativePath = s.RelativePath,
                Split = s.Split,
                Label = s.Label,
                Score = s.Score,
                ContentHash = image.ContentHash,
                HasTwinInTrain = order.Seen.HasTwin(image),
                SharesSourceWithTrain = order.Seen.SharesSource(image),
                Group = order.Seen.SourceOf(image),
                MarkerShare = evaluation.Kind == EvaluationKind.Plain ? null : shares.GetValueOrDefault(image.ContentHash),
            };
        })];
        await StoreAsync(evaluation.Id, order.WeightsHash, scores, result.LeftOut);
    }

    // Written from here and not from the scoring thread, which must not wait for the store.
    private async Task ReportAsync(Evaluation evaluation, int total, Func<int> done, Task scoring)
    {
        while (true)
        {
            await using (var db = await databases.CreateDbContextAsync())
            {
                var now = done();
                await db.Evaluations.Where(e => e.Id == evaluation.Id).ExecuteUpdateAsync(s => s.SetProperty(e => e.Done, now).SetProperty(e => e.Total, total));
            }

            live.Signal(Topics.Evaluations(evaluation.RunId));
            if (await Task.WhenAny(scoring, Task.Delay(ReportInterval, clock)) == scoring)
            {
                return;
            }
        }
    }

    private async Task StoreAsync(int evaluationId, string weightsHash, List<EvaluationScore> scores, IReadOnlyList<SkippedFile> leftOut)
    {
        // Not under the token: what is done is stored, however late the server's stop came.
        await using var db = await databases.CreateDbContextAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        await db.EvaluationScores.Where(s => s.EvaluationId == evaluationId).ExecuteDeleteAsync();
        db.EvaluationScores.AddRange(scores);
        var row = await db.Evaluations.FirstAsync(e => e.Id == evaluationId);
        (row.State, row.StateReason, row.FinishedUtc) = (EvaluationState.Completed, null, clock.GetUtcNow().UtcDateTime);
        (row.Done, row.Total, row.WeightsHash) = (scores.Count + leftOut.Count, scores.Count + leftOut.Count, weightsHash);
        row.SummaryJson = EvaluationSummary.Of(scores, leftOut).ToJson();
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
    }

    private async Task EndAsync(int evaluationId, EvaluationState state, string reason)
    {
        await using var db = await databases.CreateDbContextAsync();
        DateTime? now = state == EvaluationState.Queued ? null : clock.GetUtcNow().UtcDateTime;
        await db.Evaluations.Where(e => e.Id == evaluationId).ExecuteUpdateAsync(
            s => s.SetProperty(e => e.State, state)
                .SetProperty(e => e.StateReason, reason)
                .SetProperty(e => e.FinishedUtc, now)
                .SetProperty(e => e.Attempts, e => state == EvaluationState.Queued ? e.Attempts - 1 : e.Attempts));
    }

    [LoggerMessage(31, LogLevel.Error, "Evaluation {EvaluationId} broke")]
    private partial void LogBroken(Exception exception, int evaluationId);
}
