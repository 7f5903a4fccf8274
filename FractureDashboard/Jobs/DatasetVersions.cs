using FractureDashboard.Live;
using FractureDashboard.ML.Datasets;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Jobs;

/// <summary>A version of a data set, without its images.</summary>
/// <param name="Number">Counts from 1 within the data set.</param>
/// <param name="Name">Its name.</param>
/// <param name="Kind">How it came about.</param>
/// <param name="Description">The same in words; null for the folders.</param>
/// <param name="Fingerprint">Of its images.</param>
/// <param name="ImageCount">Images when it was made.</param>
/// <param name="CreatedUtc">When.</param>
/// <param name="Runs">Runs on it.</param>
/// <param name="IsCurrent">True for the folders as they are now.</param>
public sealed record DatasetVersionInfo(
    int Number, string Name, DatasetVersionKind Kind, string? Description, string Fingerprint, int ImageCount, DateTime CreatedUtc, int Runs, bool IsCurrent)
{
    /// <summary>True when its images are known: the folders as they are, and what was made from them.</summary>
    public bool CanBeUsed => IsCurrent || Kind != DatasetVersionKind.Folders;
}

/// <summary>Lists, reads, renames and deletes versions of data sets.</summary>
/// <param name="databases">The database.</param>
/// <param name="live">Wakes the pages.</param>
public sealed class DatasetVersions(IDbContextFactory<DashboardContext> databases, LiveEvents live)
{
    /// <summary>Most characters of a version's name.</summary>
    public const int MostNameCharacters = 120;

    /// <summary>The versions of a data set, newest first.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The versions.</returns>
    public async Task<IReadOnlyList<DatasetVersionInfo>> ListAsync(int datasetId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var current = await db.Datasets.Where(d => d.Id == datasetId).Select(d => d.Version).FirstOrDefaultAsync(cancellationToken);
        return await db.DatasetVersions
            .Where(v => v.DatasetId == datasetId)
            .OrderByDescending(v => v.Number)
            .Select(v => new DatasetVersionInfo(
                v.Number, v.Name, v.Kind, v.Description, v.Fingerprint, v.ImageCount, v.CreatedUtc,
                db.Runs.Count(r => r.DatasetId == datasetId && r.DatasetVersion == v.Number),
                v.Number == current))
            .ToListAsync(cancellationToken);
    }

    /// <summary>The images of a version, each with its source where that is known.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="number">The version's number.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>
    /// The images, ordered by path. Of an honest split those are left out that are no longer in the index with the same content.
    /// None for an earlier state of the folders, which nothing keeps, or a version that there is not.
    /// </returns>
    public async Task<IReadOnlyList<ImageRecord>> LoadAsync(int datasetId, int number, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Datasets.AsNoTracking().FirstOrDefaultAsync(d => d.Id == datasetId, cancellationToken) is { } dataset
            ? await VersionImages.LoadAsync(db, dataset, number, cancellationToken)
            : [];
    }

    /// <summary>Gives a version another name.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="number">The version; not one of the folders.</param>
    /// <param name="name">The new name.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Null when done; otherwise what was in the way.</returns>
    public async Task<string?> RenameAsync(int datasetId, int number, string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        name = name.Trim();
        if (name.Length is 0 or > MostNameCharacters)
        {
            return $"Give the version a name of 1 to {MostNameCharacters} characters.";
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var renamed = await Made(db, datasetId, number).ExecuteUpdateAsync(s => s.SetProperty(v => v.Name, name), cancellationToken);
        live.Signal(Topics.Datasets);
        return renamed > 0 ? null : "Only a version that was made from the folders, and is still there, can be renamed.";
    }

    /// <summary>Deletes a version that no run names. No file is touched.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="number">The version; not one of the folders.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Null when done; otherwise what was in the way.</returns>
    public async Task<string?> DeleteAsync(int datasetId, int number, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var runs = await db.Runs.Where(r => r.DatasetId == datasetId && r.DatasetVersion == number).OrderBy(r => r.Id).Select(r => r.Name).ToListAsync(cancellationToken);
        if (runs.Count > 0)
        {
            return $"It is what {(runs.Count == 1 ? $"the run '{runs[0]}' was" : $"{runs.Count} runs were")} trained on. Delete {(runs.Count == 1 ? "that run" : "those runs")} first, or keep the version.";
        }

        var deleted = await Made(db, datasetId, number).ExecuteDeleteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        live.Signal(Topics.Datasets);
        return deleted > 0 ? null : "Only a version that was made from the folders, and is still there, can be deleted.";
    }

    private static IQueryable<DatasetVersion> Made(DashboardContext db, int datasetId, int number) =>
        db.DatasetVersions.Where(v => v.DatasetId == datasetId && v.Number == number && v.Kind != DatasetVersionKind.Folders);
}
