using FractureDashboard.ML.Preprocessing;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Datasets;

/// <summary>Content that a removed data set shared with no other.</summary>
/// <param name="ImageHashes">Content hashes of images.</param>
public sealed record RemovedContent(IReadOnlySet<string> ImageHashes);

/// <summary>What is made from a data set's images and can be made again: thumbnails and tensor caches.</summary>
/// <param name="paths">Where they lie.</param>
public sealed class DerivedFiles(AppPaths paths)
{
    private const int HashLength = 64;

    /// <summary>The content that goes with a data set because no other one holds it.</summary>
    /// <param name="db">The database, with the data set still in it.</param>
    /// <param name="datasetId">The data set.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The content.</returns>
    public static async Task<RemovedContent> ContentOnlyInAsync(DashboardContext db, int datasetId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(db);
        var hashes = await db.Images.Where(i => i.DatasetId == datasetId).Select(i => i.ContentHash).Distinct()
            .Except(db.Images.Where(i => i.DatasetId != datasetId).Select(i => i.ContentHash))
            .ToListAsync(cancellationToken);
        return new(hashes.ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>Deletes what was made from removed content.</summary>
    /// <param name="content">The content.</param>
    /// <exception cref="IOException">A file could not be deleted.</exception>
    public void Delete(RemovedContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        foreach (var thumbnail in Directory.EnumerateFiles(paths.Thumbnails, "*", SearchOption.AllDirectories).Where(p => Belongs(p, content)))
        {
            File.Delete(thumbnail);
        }

        TensorCaches.DeleteHolding(paths.Cache, content.ImageHashes);
    }

    /// <summary>Deletes what scans kept of a data set's images.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <exception cref="IOException">A file could not be deleted.</exception>
    public void DeleteScanned(int datasetId)
    {
        if (paths.ScanCache(datasetId) is var folder && Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // A thumbnail's name starts with the content hash.
    private static bool Belongs(string path, RemovedContent content)
    {
        var name = Path.GetFileName(path);
        return name.Length >= HashLength && content.ImageHashes.Contains(name[..HashLength]);
    }
}
