using System.Globalization;
using FractureDashboard.Live;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Runs;

/// <summary>What goes when a run is deleted.</summary>
/// <param name="Run">The run.</param>
/// <param name="Scores">Stored scores of single images.</param>
/// <param name="LogLines">Lines of its log.</param>
/// <param name="Predictions">Answers in the prediction history that lose their link.</param>
/// <param name="Bytes">Size of its folder: checkpoints, weights, manifest.</param>
public sealed record DoomedRun(Run Run, int Scores, int LogLines, int Predictions, long Bytes);

/// <summary>What was deleted and what was not.</summary>
/// <param name="Deleted">The runs that are gone.</param>
/// <param name="Problems">Why the others are not, for a person.</param>
public sealed record DeletionResult(IReadOnlyList<int> Deleted, IReadOnlyList<string> Problems);

/// <summary>
/// Deletes runs: the rows first, then the folder. A stop in between leaves a folder without a row,
/// which the next start sweeps away; ids are never given twice.
/// </summary>
/// <param name="databases">The database.</param>
/// <param name="paths">Where the folders lie.</param>
/// <param name="live">Wakes the pages.</param>
/// <param name="log">The server's log.</param>
public sealed partial class RunDeletion(IDbContextFactory<DashboardContext> databases, AppPaths paths, LiveEvents live, ILogger<RunDeletion> log)
{
    /// <summary>Says what would go.</summary>
    /// <returns>The runs that exist, in the order asked for.</returns>
    public async Task<IReadOnlyList<DoomedRun>> PlanAsync(IReadOnlyCollection<int> runIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(runIds);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var plan = new List<DoomedRun>();
        foreach (var id in runIds)
        {
            if (await db.Runs.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, cancellationToken) is { } run)
            {
                plan.Add(new DoomedRun(
                    run,
                    await db.RunScores.CountAsync(s => s.RunId == id, cancellationToken),
                    await db.RunLogs.CountAsync(l => l.RunId == id, cancellationToken),
                    await db.Predictions.CountAsync(p => p.RunId == id, cancellationToken),
                    SizeOf(paths.Run(id))));
            }
        }

        return plan;
    }

    /// <summary>Deletes runs that are not active.</summary>
    public async Task<DeletionResult> DeleteAsync(IReadOnlyCollection<int> runIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(runIds);
        var deleted = new List<int>();
        var problems = new List<string>();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        foreach (var id in runIds)
        {
            // One statement decides: a run that was resumed meanwhile stays. Its points, scores and log go by cascade.
            var gone = await db.Runs
                .Where(r => r.Id == id && r.State != RunState.Queued && r.State != RunState.Running)
                .ExecuteDeleteAsync(cancellationToken);
            if (gone == 0)
            {
                if (await db.Runs.AsNoTracking().Where(r => r.Id == id).Select(r => r.Name).FirstOrDefaultAsync(cancellationToken) is { } name)
                {
                    problems.Add($"'{name}' is queued or running. Cancel it first.");
                }

                continue;
            }

            deleted.Add(id);
            RemoveFolder(paths.Run(id));
            live.Signal(Topics.Run(id));
        }

        live.Signal(Topics.Runs);
        return new DeletionResult(deleted, problems);
    }

    /// <summary>Removes folders of runs that no longer exist.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        // Folders first, rows second: a run's row is older than its folder, so a folder without one is truly left over.
        var folders = Directory.EnumerateDirectories(paths.Runs)
            .Select(f => (Path: f, IsRun: int.TryParse(Path.GetFileName(f), NumberStyles.None, CultureInfo.InvariantCulture, out var id), Id: id))
            .Where(f => f.IsRun)
            .ToList();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var known = (await db.Runs.Select(r => r.Id).ToListAsync(cancellationToken)).ToHashSet();
        foreach (var folder in folders.Where(f => !known.Contains(f.Id)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            LogSwept(folder.Path);
            RemoveFolder(folder.Path);
        }
    }

    private void RemoveFolder(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // It never started.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A file may be open, e.g. for a prediction; the next start sweeps it.
            LogLeft(e, folder);
        }
    }

    private static long SizeOf(string folder) =>
        Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length) : 0;

    [LoggerMessage(1, LogLevel.Information, "Removing {Folder}: its run was deleted")]
    private partial void LogSwept(string folder);

    [LoggerMessage(2, LogLevel.Warning, "Could not remove {Folder}; the next start tries again")]
    private partial void LogLeft(Exception exception, string folder);
}
