using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Live;

/// <summary>
/// What is new in a run since a sequence number. A resumed run repeats its unfinished epoch: a step or an epoch whose
/// number is not greater than the last one seen replaces that one and all after it.
/// </summary>
/// <param name="Run">The run as it stands.</param>
/// <param name="Steps">New points of the loss curve, oldest first.</param>
/// <param name="Epochs">New epochs, oldest first.</param>
/// <param name="Logs">New log lines, oldest first; of very many only the newest.</param>
/// <param name="LastSequence">Ask again with this number.</param>
public sealed record RunDelta(
    Run Run, IReadOnlyList<RunStep> Steps, IReadOnlyList<RunEpoch> Epochs, IReadOnlyList<RunLog> Logs, long LastSequence)
{
    /// <summary>What the version of the data set is called; null when the data set or the version is gone.</summary>
    public string? VersionName { get; init; }
}

/// <summary>Reads a run's events from the store.</summary>
/// <param name="databases">The database.</param>
public sealed class RunReader(IDbContextFactory<DashboardContext> databases)
{
    /// <summary>More points than this are thinned in the database: each stretch keeps its extremes.</summary>
    public const int MaximumPoints = 2000;

    /// <summary>Of more log lines than this only the newest are read.</summary>
    public const int MaximumLogLines = 500;

    /// <summary>Reads what has come since.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="afterSequence">0 for everything, otherwise the number from the last answer.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The news, or null when there is no such run.</returns>
    public async Task<RunDelta?> ReadAsync(int runId, long afterSequence, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);

        // The run row carries the newest stored number; reading it first and bounding the rest by it keeps the answer consistent.
        var run = await db.Runs.AsNoTracking().FirstOrDefaultAsync(r => r.Id == runId, cancellationToken);
        if (run is null)
        {
            return null;
        }

        var last = run.LastSequence;
        var steps = await CurveThinning.ReadAsync(db, runId, afterSequence, last, MaximumPoints, cancellationToken);
        var epochs = await db.RunEpochs.AsNoTracking().Where(e => e.RunId == runId && e.Sequence > afterSequence && e.Sequence <= last).OrderBy(e => e.Epoch).ToListAsync(cancellationToken);
        var logs = await db.RunLogs.AsNoTracking().Where(l => l.RunId == runId && l.Sequence > afterSequence && l.Sequence <= last).OrderByDescending(l => l.Sequence).Take(MaximumLogLines).ToListAsync(cancellationToken);
        logs.Reverse();
        var names = await VersionNames.ReadAsync(db, [run], cancellationToken);
        return new RunDelta(run, steps, epochs, logs, last) { VersionName = names.GetValueOrDefault(runId) };
    }
}
