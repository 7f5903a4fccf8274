using FractureDashboard.Live;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Jobs;

/// <summary>
/// At start, puts the data sets that an earlier process left unfinished back into the queue, and removes uploads that
/// never became one. A data set that took the process down twice is set aside, so that the dashboard stays up.
/// </summary>
/// <param name="databases">The database.</param>
/// <param name="paths">Where uploads lie.</param>
/// <param name="queue">The queue.</param>
/// <param name="live">Wakes the pages.</param>
internal sealed class DatasetRecovery(IDbContextFactory<DashboardContext> databases, AppPaths paths, DatasetQueue queue, LiveEvents live) : IHostedService
{
    /// <summary>Uploaded archives in the temporary folder.</summary>
    public const string UploadPattern = "dataset-*.zip";

    /// <summary>Stays with a data set until its work ends, and so tells the second sudden stop from the first.</summary>
    public const string StoppedOnce = "The server stopped suddenly during this work; trying again.";

    /// <inheritdoc />
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var unfinished = await db.Datasets
            .Where(d => d.State == DatasetState.Pending || d.State == DatasetState.Working)
            .OrderBy(d => d.Id)
            .ToListAsync(cancellationToken);
        foreach (var dataset in unfinished.Where(d => d.State == DatasetState.Working))
        {
            (dataset.State, dataset.StateReason) = dataset.StateReason != StoppedOnce
                ? (DatasetState.Pending, StoppedOnce)
                : (dataset.Version > 0 ? DatasetState.Ready : DatasetState.Failed, "The server stopped suddenly twice during this work. Check its log and memory, then index again.");
        }

        await db.SaveChangesAsync(cancellationToken);
        foreach (var dataset in unfinished.Where(d => d.State == DatasetState.Pending))
        {
            queue.Enqueue(dataset.Id);
        }

        await DeleteOrphanedUploadsAsync(db, cancellationToken);
        live.Signal(Topics.Datasets);
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task DeleteOrphanedUploadsAsync(DashboardContext db, CancellationToken cancellationToken)
    {
        var sources = await db.Datasets.Where(d => d.SourceJson != null).Select(d => d.SourceJson).ToListAsync(cancellationToken);
        var wanted = sources.Select(s => DatasetSource.Parse(s)?.ZipPath).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(paths.Temporary, UploadPattern).Where(p => !wanted.Contains(p)))
        {
            File.Delete(path);
        }
    }
}
