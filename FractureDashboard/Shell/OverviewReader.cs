using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Shell;

/// <summary>What the overview shows.</summary>
/// <param name="Datasets">The newest data sets.</param>
/// <param name="DatasetCount">How many there are.</param>
/// <param name="Runs">The newest runs.</param>
/// <param name="RunCount">How many there are.</param>
/// <param name="UsableModels">Runs whose model can predict.</param>
/// <param name="FirstReady">The data set that the next steps start from; null while none is ready.</param>
public sealed record OverviewModel(
    IReadOnlyList<Dataset> Datasets, int DatasetCount, IReadOnlyList<Run> Runs, int RunCount, int UsableModels, Dataset? FirstReady);

/// <summary>Reads the overview from the store.</summary>
/// <param name="databases">The database.</param>
public sealed class OverviewReader(IDbContextFactory<DashboardContext> databases)
{
    private const int ShownDatasets = 5;
    private const int ShownRuns = 6;

    /// <summary>Reads it.</summary>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The overview.</returns>
    public async Task<OverviewModel> ReadAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var datasets = db.Datasets.AsNoTracking();
        var runs = db.Runs.AsNoTracking();
        return new OverviewModel(
            await datasets.OrderByDescending(d => d.Id).Take(ShownDatasets).ToListAsync(cancellationToken),
            await datasets.CountAsync(cancellationToken),
            await runs.OrderByDescending(r => r.CreatedUtc).ThenByDescending(r => r.Id).Take(ShownRuns).ToListAsync(cancellationToken),
            await runs.CountAsync(cancellationToken),
            await runs.CountAsync(r => r.WeightsHash != null && (r.State == RunState.Completed || r.State == RunState.Canceled), cancellationToken),
            await datasets.Where(d => d.State == DatasetState.Ready)
                .OrderBy(d => d.Kind).ThenByDescending(d => d.Id)
                .FirstOrDefaultAsync(cancellationToken));
    }
}
