using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Jobs;

/// <summary>
/// At start, puts the evaluations that an earlier process left unfinished back into the queue. One that took the process down
/// several times is given up, so that the dashboard stays up.
/// </summary>
/// <param name="databases">The database.</param>
/// <param name="queue">The queue.</param>
/// <param name="probe">Concludes probes whose last evaluation ended with the process.</param>
/// <param name="clock">The time.</param>
internal sealed class EvaluationRecovery(IDbContextFactory<DashboardContext> databases, EvaluationQueue queue, ShortcutProbe probe, TimeProvider clock) : IHostedService
{
    /// <summary>Starts that ended with the process before an evaluation is given up.</summary>
    public const int MostAttempts = 3;

    /// <inheritdoc />
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var unfinished = await db.Evaluations
            .Where(e => e.State == EvaluationState.Running || e.State == EvaluationState.Queued)
            .OrderBy(e => e.Id)
            .ToListAsync(cancellationToken);
        foreach (var evaluation in unfinished.Where(e => e.State == EvaluationState.Running))
        {
            if (evaluation.Attempts >= MostAttempts)
            {
                evaluation.State = EvaluationState.Failed;
                evaluation.StateReason = $"The server stopped {evaluation.Attempts} times during this evaluation. Check its log and memory, then start it again.";
                evaluation.FinishedUtc = clock.GetUtcNow().UtcDateTime;
            }
            else
            {
                (evaluation.State, evaluation.StateReason) = (EvaluationState.Queued, "The server stopped; it begins again.");
            }
        }

        await db.SaveChangesAsync(cancellationToken);
        foreach (var evaluation in unfinished.Where(e => e.State == EvaluationState.Queued))
        {
            queue.Enqueue(evaluation.Id, evaluation.RunId);
        }

        var unconcluded = await db.Evaluations
            .Where(e => e.Kind != EvaluationKind.Plain && e.State == EvaluationState.Completed && db.Runs.Any(r => r.Id == e.RunId && r.ShortcutJson == null))
            .Select(e => e.RunId)
            .Distinct()
            .ToListAsync(cancellationToken);
        foreach (var runId in unconcluded)
        {
            await probe.ConcludeAsync(runId, cancellationToken);
        }
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
