using FractureDashboard.Live;
using FractureDashboard.ML.Quality;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Jobs;

/// <summary>Keeps what a user does not want to hear of again, and why. The counts of the newest scan follow.</summary>
/// <param name="databases">The database.</param>
/// <param name="live">Wakes the pages.</param>
/// <param name="clock">The time.</param>
public sealed class QualityIgnores(IDbContextFactory<DashboardContext> databases, LiveEvents live, TimeProvider clock)
{
    /// <summary>Passes over a rule for some files.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="relativePaths">The files.</param>
    /// <param name="reason">Why, a sentence for people; replaces what was said before of the same rule and file.</param>
    /// <param name="cancellationToken">Stops it; nothing is changed then.</param>
    /// <returns>Null when done; otherwise what was in the way.</returns>
    public async Task<string?> IgnoreAsync(int datasetId, QualityRule rule, IReadOnlyList<string> relativePaths, string reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(relativePaths);
        ArgumentNullException.ThrowIfNull(reason);
        if (reason.Trim() is not { Length: > 0 and <= QuarantineService.MostReasonCharacters } why)
        {
            return $"Give a reason of 1 to {QuarantineService.MostReasonCharacters} characters.";
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await db.Datasets.AnyAsync(d => d.Id == datasetId, cancellationToken))
        {
            return "The data set has been removed.";
        }

        var known = await db.QualityIgnores.Where(i => i.DatasetId == datasetId && i.Rule == rule).ToDictionaryAsync(i => i.RelativePath, StringComparer.Ordinal, cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        foreach (var path in relativePaths.Distinct(StringComparer.Ordinal))
        {
            if (known.TryGetValue(path, out var before))
            {
                before.Reason = why;
            }
            else
            {
                db.QualityIgnores.Add(new QualityIgnore { DatasetId = datasetId, Rule = rule, RelativePath = path, Reason = why, CreatedUtc = now });
            }
        }

        await db.SaveChangesAsync(cancellationToken);
        await NewestScan.RecountAsync(db, datasetId, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        live.Signal(Topics.Datasets);
        return null;
    }

    /// <summary>Lets the findings be heard of again.</summary>
    /// <param name="ids">Which; those that are gone are passed over.</param>
    /// <param name="cancellationToken">Stops it; nothing is changed then.</param>
    /// <returns>A task.</returns>
    public async Task RestoreAsync(IReadOnlyList<int> ids, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ids);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var datasets = new HashSet<int>();
        foreach (var some in ids.Chunk(500))
        {
            datasets.UnionWith(await db.QualityIgnores.Where(i => some.Contains(i.Id)).Select(i => i.DatasetId).Distinct().ToListAsync(cancellationToken));
            await db.QualityIgnores.Where(i => some.Contains(i.Id)).ExecuteDeleteAsync(cancellationToken);
        }

        foreach (var dataset in datasets)
        {
            await NewestScan.RecountAsync(db, dataset, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        live.Signal(Topics.Datasets);
    }

    /// <summary>What is passed over in a data set, newest first.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The list.</returns>
    public async Task<IReadOnlyList<QualityIgnore>> ListAsync(int datasetId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.QualityIgnores.AsNoTracking().Where(i => i.DatasetId == datasetId).OrderByDescending(i => i.Id).ToListAsync(cancellationToken);
    }
}
