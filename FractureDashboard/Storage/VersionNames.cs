using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Storage;

/// <summary>What the versions are called that runs were trained on.</summary>
public static class VersionNames
{
    /// <summary>Reads the names.</summary>
    /// <param name="db">The database.</param>
    /// <param name="runs">The runs.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>By run; without those whose data set or version is gone.</returns>
    public static async Task<IReadOnlyDictionary<int, string>> ReadAsync(DashboardContext db, IReadOnlyList<Run> runs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(runs);
        int[] datasets = [.. runs.Select(r => r.DatasetId).OfType<int>().Distinct()];
        int[] numbers = [.. runs.Select(r => r.DatasetVersion).Distinct()];
        var names = await db.DatasetVersions
            .Where(v => datasets.Contains(v.DatasetId) && numbers.Contains(v.Number))
            .Select(v => new { v.DatasetId, v.Number, v.Name })
            .ToDictionaryAsync(v => (v.DatasetId, v.Number), v => v.Name, cancellationToken);
        var named = new Dictionary<int, string>();
        foreach (var run in runs)
        {
            if (run.DatasetId is { } dataset && names.TryGetValue((dataset, run.DatasetVersion), out var name))
            {
                named[run.Id] = name;
            }
        }

        return named;
    }
}
