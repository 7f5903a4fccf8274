using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Runs.Comparison;

/// <summary>Runs to be compared.</summary>
/// <param name="Runs">Those that exist, in the order asked for.</param>
/// <param name="Missing">Ids that no run has.</param>
public sealed record ComparedRuns(IReadOnlyList<Run> Runs, IReadOnlyList<int> Missing)
{
    /// <summary>What the versions that they were trained on are called, by run.</summary>
    public IReadOnlyDictionary<int, string> VersionNames { get; init; } = new Dictionary<int, string>();
}

/// <summary>Reads what a comparison shows.</summary>
/// <param name="databases">The database.</param>
public sealed class ComparisonReader(IDbContextFactory<DashboardContext> databases)
{
    /// <summary>The runs.</summary>
    public async Task<ComparedRuns> ReadAsync(IReadOnlyList<int> ids, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ids);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var found = await db.Runs.AsNoTracking().Where(r => ids.Contains(r.Id)).ToDictionaryAsync(r => r.Id, cancellationToken);
        return new([.. ids.Where(found.ContainsKey).Select(id => found[id])], [.. ids.Where(id => !found.ContainsKey(id))])
        {
            VersionNames = await VersionNames.ReadAsync(db, [.. found.Values], cancellationToken),
        };
    }

    /// <summary>A run's epochs that came after a sequence number, oldest first.</summary>
    public async Task<IReadOnlyList<RunEpoch>> EpochsAsync(int runId, long afterSequence, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.RunEpochs.AsNoTracking().Where(e => e.RunId == runId && e.Sequence > afterSequence).OrderBy(e => e.Epoch).ToListAsync(cancellationToken);
    }

    /// <summary>Runs whose name, or number, holds a text; newest first.</summary>
    public async Task<IReadOnlyList<Run>> SearchAsync(string? text, IReadOnlyCollection<int> except, CancellationToken cancellationToken)
    {
        const int Most = 20;
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var pattern = $"%{(text ?? "").Trim().Replace("\\", "\\\\").Replace("%", "\\%").Replace("_", "\\_")}%";
        return await db.Runs.AsNoTracking()
            .Where(r => !except.Contains(r.Id) && (EF.Functions.Like(r.Name, pattern, "\\") || EF.Functions.Like(r.Id.ToString(), pattern, "\\")))
            .OrderByDescending(r => r.Id)
            .Take(Most)
            .ToListAsync(cancellationToken);
    }
}
