using FractureDashboard.Jobs;
using FractureDashboard.Live;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Runs;

/// <summary>Changes what people call a run; nothing that decided its outcome can be changed.</summary>
/// <param name="databases">The database.</param>
/// <param name="live">Wakes the pages.</param>
public sealed class RunEditing(IDbContextFactory<DashboardContext> databases, LiveEvents live)
{
    /// <summary>Sets name, tags and notes.</summary>
    /// <returns>What was wrong, or null when it is saved.</returns>
    public async Task<string?> SaveAsync(int runId, string name, string tags, string notes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(notes);
        name = name.Trim();
        notes = notes.Trim();
        if (name.Length is 0 or > RunQueue.MostNameCharacters)
        {
            return $"Give the run a name of 1 to {RunQueue.MostNameCharacters} characters.";
        }

        if (RunTags.Problem(tags) is { } problem)
        {
            return problem;
        }

        if (notes.Length > RunQueue.MostNotesCharacters)
        {
            return $"Notes can have {RunQueue.MostNotesCharacters} characters at most.";
        }

        var column = RunTags.Join([tags]);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var saved = await db.Runs.Where(r => r.Id == runId).ExecuteUpdateAsync(
            s => s.SetProperty(r => r.Name, name).SetProperty(r => r.Tags, column).SetProperty(r => r.Notes, notes), cancellationToken);
        live.Signal(Topics.Run(runId));
        live.Signal(Topics.Runs);
        return saved == 0 ? "The run has been deleted meanwhile." : null;
    }
}
