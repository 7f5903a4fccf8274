using FractureDashboard.Live;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Jobs;

/// <summary>Keeps the threshold at which each run's model calls an image fractured.</summary>
/// <param name="databases">The database.</param>
/// <param name="live">Wakes the pages.</param>
/// <param name="clock">The time.</param>
public sealed class ChosenThresholds(IDbContextFactory<DashboardContext> databases, LiveEvents live, TimeProvider clock)
{
    /// <summary>The threshold that was chosen for a run's present weights.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Null when none was chosen, or the run's weights are others by now.</returns>
    public async Task<ChosenThreshold?> FindAsync(int runId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.ChosenThresholds.AsNoTracking()
            .FirstOrDefaultAsync(t => t.RunId == runId && db.Runs.Any(r => r.Id == runId && r.WeightsHash == t.WeightsHash), cancellationToken);
    }

    /// <summary>Stores a choice in place of an earlier one.</summary>
    /// <param name="choice">The choice; its time is set here.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Null when stored; otherwise why not.</returns>
    public async Task<string?> ChooseAsync(ChosenThreshold choice, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(choice);
        if (choice.Threshold is not (>= 0 and <= 1))
        {
            return "A threshold lies between 0 and 1.";
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (!await db.Runs.AnyAsync(r => r.Id == choice.RunId && r.WeightsHash == choice.WeightsHash, cancellationToken))
        {
            return "The run was deleted or trained again meanwhile. Evaluate it again.";
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.ChosenThresholds.Where(t => t.RunId == choice.RunId).ExecuteDeleteAsync(cancellationToken);
        choice.ChosenUtc = clock.GetUtcNow().UtcDateTime;
        db.ChosenThresholds.Add(choice);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        live.Signal(Topics.Evaluations(choice.RunId));
        return null;
    }

    /// <summary>Forgets a run's threshold.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task.</returns>
    public async Task ForgetAsync(int runId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await db.ChosenThresholds.Where(t => t.RunId == runId).ExecuteDeleteAsync(cancellationToken);
        live.Signal(Topics.Evaluations(runId));
    }
}
