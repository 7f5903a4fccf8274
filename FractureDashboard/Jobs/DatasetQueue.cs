using FractureDashboard.Live;
using FractureDashboard.Storage;
using Hangfire;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Jobs;

/// <summary>
/// Puts data sets before the indexer. The <c>Datasets</c> table is the truth; Hangfire only carries the order to work on one.
/// </summary>
/// <param name="databases">The database.</param>
/// <param name="jobs">The queue.</param>
/// <param name="live">Wakes the pages.</param>
public sealed class DatasetQueue(IDbContextFactory<DashboardContext> databases, IBackgroundJobClient jobs, LiveEvents live)
{
    /// <summary>The Hangfire queue of data sets; one worker takes from it.</summary>
    public const string QueueName = "datasets";

    /// <summary>Has a data set indexed again; only new and changed files are read.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <returns>False when it is waiting or being worked on already, or no longer exists.</returns>
    public async Task<bool> ReindexAsync(int datasetId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var changed = await db.Datasets
            .Where(d => d.Id == datasetId && (d.State == DatasetState.Ready || d.State == DatasetState.Failed))
            .ExecuteUpdateAsync(
                s => s.SetProperty(d => d.State, DatasetState.Pending).SetProperty(d => d.StateReason, (string?)null),
                cancellationToken);
        if (changed > 0)
        {
            Enqueue(datasetId);
        }

        return changed > 0;
    }

    /// <summary>Puts a data set whose row says <see cref="DatasetState.Pending"/> before the worker.</summary>
    /// <param name="datasetId">The data set.</param>
    public void Enqueue(int datasetId)
    {
        jobs.Enqueue<DatasetWorker>(QueueName, w => w.ExecuteAsync(datasetId, CancellationToken.None));
        live.Signal(Topics.Datasets);
    }
}
