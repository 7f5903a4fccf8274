using FractureDashboard.Live;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Jobs;

/// <summary>
/// At start, puts what an earlier process left unfinished back into the queue. A run that took the process down with it
/// several times is set aside instead, so that the dashboard stays up.
/// </summary>
/// <param name="databases">The database.</param>
/// <param name="queue">The queue.</param>
/// <param name="live">Wakes the pages.</param>
/// <param name="clock">The time.</param>
internal sealed class RunRecovery(IDbContextFactory<DashboardContext> databases, RunQueue queue, LiveEvents live, TimeProvider clock) : IHostedService
{
    /// <summary>Starts of a run that ended with the process before it is left to the user.</summary>
    public const int MostAttempts = 3;

    /// <inheritdoc />
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        var unfinished = await db.Runs.Where(r => r.State == RunState.Running || r.State == RunState.Queued).OrderBy(r => r.CreatedUtc).ToListAsync(cancellationToken);
        foreach (var run in unfinished.Where(r => r.State == RunState.Running))
        {
            (run.State, run.StateReason) = run switch
            {
                { CancelRequested: true } => (RunState.Canceled, "Cancelled; the server stopped before it could confirm."),
                { Attempts: >= MostAttempts } => (RunState.Interrupted, $"The server stopped {run.Attempts} times while training this run. Resume it by hand; it goes on from its last checkpoint."),
                _ => (RunState.Queued, "The server stopped while training; the run goes on from its last checkpoint."),
            };
            run.FinishedUtc = run.State == RunState.Queued ? null : now;
        }

        await db.SaveChangesAsync(cancellationToken);
        foreach (var run in unfinished.Where(r => r.State == RunState.Queued))
        {
            queue.Enqueue(run.Id);
        }

        live.Signal(Topics.Runs);
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
