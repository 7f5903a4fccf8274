using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Jobs;

/// <summary>How often a run's results on test images were shown, and when.</summary>
/// <param name="Count">How often; 0 when never.</param>
/// <param name="FirstUtc">The first time; null when never.</param>
/// <param name="NewestUtc">The newest times, newest first, at most <see cref="TestLooks.MostListed"/>.</param>
public sealed record TestLookCount(int Count, DateTime? FirstUtc, IReadOnlyList<DateTime> NewestUtc);

/// <summary>
/// Counts how often results on test images were shown: a test split that is looked at again and again, with a choice made each
/// time, turns into a second validation split.
/// </summary>
/// <param name="databases">The database.</param>
/// <param name="clock">The time.</param>
public sealed class TestLooks(IDbContextFactory<DashboardContext> databases, TimeProvider clock)
{
    /// <summary>Most times that are listed.</summary>
    public const int MostListed = 20;

    /// <summary>Notes that results on test images are shown now.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="evaluationId">The evaluation.</param>
    /// <param name="kind">Where.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task.</returns>
    public async Task NoteAsync(int runId, int evaluationId, TestLookKind kind, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        db.TestLooks.Add(new TestLook { RunId = runId, EvaluationId = evaluationId, Kind = kind, AtUtc = clock.GetUtcNow().UtcDateTime });
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Counts a run's.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The count.</returns>
    public async Task<TestLookCount> OfAsync(int runId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var looks = db.TestLooks.Where(l => l.RunId == runId);
        var newest = await looks.OrderByDescending(l => l.AtUtc).Take(MostListed).Select(l => l.AtUtc).ToListAsync(cancellationToken);
        return newest.Count == 0
            ? new(0, null, [])
            : new(await looks.CountAsync(cancellationToken), await looks.OrderBy(l => l.AtUtc).Select(l => l.AtUtc).FirstAsync(cancellationToken), newest);
    }
}
