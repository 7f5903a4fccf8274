using FractureDashboard.Jobs;
using FractureDashboard.Live;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Datasets;

/// <summary>What removing a data set takes away and what it leaves.</summary>
/// <param name="Name">The data set.</param>
/// <param name="Images">Entries of its index.</param>
/// <param name="OwnFolder">Our own folder, whose files go; null when the files are the user's and stay.</param>
/// <param name="OwnBytes">Their size.</param>
/// <param name="Upload">True when an uploaded archive still waits to be unpacked and goes, too.</param>
/// <param name="UserFolder">The user's folder, which stays; null when there is none.</param>
/// <param name="Runs">Finished runs on it, which keep their results.</param>
/// <param name="Obstacle">Why it cannot be removed now; null when it can.</param>
/// <param name="Quarantined">Files in its quarantine. Ours go with it; a user's have to be put back first, or left there knowingly.</param>
public sealed record RemovalPlan(string Name, int Images, string? OwnFolder, long OwnBytes, bool Upload, string? UserFolder, int Runs, string? Obstacle, int Quarantined)
{
    /// <summary>True when a user's files lie where nobody would look for them.</summary>
    public bool StrandsFiles => UserFolder is not null && Quarantined > 0;
}

/// <summary>Removes data sets: the registration, the index, thumbnails, decoded images, and files only when they are ours.</summary>
/// <param name="databases">The database.</param>
/// <param name="files">Our own files.</param>
/// <param name="derived">What is made from the images.</param>
/// <param name="activities">Work in progress.</param>
/// <param name="scans">Scans in progress.</param>
/// <param name="quarantine">Files put aside.</param>
/// <param name="live">Wakes the pages.</param>
public sealed class DatasetRemoval(
    IDbContextFactory<DashboardContext> databases,
    DatasetFiles files,
    DerivedFiles derived,
    DatasetActivities activities,
    QualityActivities scans,
    QuarantineService quarantine,
    LiveEvents live)
{
    /// <summary>Says what a removal would do.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Null when there is no such data set.</returns>
    public async Task<RemovalPlan?> PlanAsync(int datasetId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.Datasets.AsNoTracking().FirstOrDefaultAsync(d => d.Id == datasetId, cancellationToken) is not { } dataset)
        {
            return null;
        }

        var runs = await db.Runs.CountAsync(r => r.DatasetId == datasetId, cancellationToken);
        var own = dataset.OwnsFiles ? files.OwnFolder(dataset.Root) : null;
        return new RemovalPlan(
            dataset.Name,
            dataset.ImageCount,
            own is not null && Directory.Exists(own) ? own : null,
            dataset.TotalBytes,
            DatasetSource.Parse(dataset.SourceJson) is { IsUpload: true },
            dataset.OwnsFiles ? null : dataset.Root,
            runs,
            await ObstacleAsync(db, datasetId, cancellationToken),
            (await quarantine.FilesAsync(datasetId, cancellationToken)).Count);
    }

    /// <summary>Removes a data set, stopping any work on it first.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="cancellationToken">Stops it before anything is removed.</param>
    /// <param name="leavesQuarantined">True when the user's files in quarantine shall stay there; otherwise they forbid it.</param>
    /// <returns>Why it was not removed, or what could not be cleaned up; null when all went well.</returns>
    public async Task<string?> RemoveAsync(int datasetId, CancellationToken cancellationToken, bool leavesQuarantined = false)
    {
        if (!leavesQuarantined && await PlanAsync(datasetId, cancellationToken) is { StrandsFiles: true } plan)
        {
            return $"{plan.Quarantined} of your files lie in its quarantine, where nobody would look for them. Put them back first.";
        }

        Dataset? dataset;
        RemovedContent content;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        await using (var transaction = await db.Database.BeginTransactionAsync(cancellationToken))
        {
            dataset = await db.Datasets.AsNoTracking().FirstOrDefaultAsync(d => d.Id == datasetId, cancellationToken);
            if (dataset is null)
            {
                return null;
            }

            if (await ObstacleAsync(db, datasetId, cancellationToken) is { } obstacle)
            {
                return obstacle;
            }

            content = await DerivedFiles.ContentOnlyInAsync(db, datasetId, cancellationToken);
            await db.Datasets.Where(d => d.Id == datasetId).ExecuteDeleteAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        live.Signal(Topics.Datasets);
        live.Signal(Topics.Runs);

        // The row is gone, so no work can start again; what is in progress stops before its files are taken away.
        await activities.StopAsync(datasetId);
        await scans.StopAsync(datasetId);
        return await Task.Run(() => DeleteFiles(dataset, content), CancellationToken.None);
    }

    private static async Task<string?> ObstacleAsync(DashboardContext db, int datasetId, CancellationToken cancellationToken)
    {
        var active = await db.Runs
            .Where(r => r.DatasetId == datasetId && (r.State == RunState.Queued || r.State == RunState.Running))
            .OrderBy(r => r.Id)
            .Select(r => r.Name)
            .ToListAsync(cancellationToken);
        return active.Count == 0
            ? null
            : $"It is in use by {(active.Count == 1 ? $"the run '{active[0]}'" : $"{active.Count} runs")}, still waiting or training. Cancel it or let it finish first.";
    }

    private string? DeleteFiles(Dataset dataset, RemovedContent content)
    {
        try
        {
            if (dataset.OwnsFiles)
            {
                files.Delete(dataset.Root);
            }

            if (DatasetSource.Parse(dataset.SourceJson) is { IsUpload: true, ZipPath: { } upload })
            {
                File.Delete(upload);
            }

            derived.Delete(content);
            derived.DeleteScanned(dataset.Id);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"'{dataset.Name}' was removed, but some of the dashboard's own files could not be deleted: {e.Message}";
        }
    }
}
