using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Datasets;

/// <summary>Content that a removed data set shared with no other.</summary>
/// <param name="ImageHashes">Content hashes of images, shortened.</param>
/// <param name="Fingerprints">Fingerprints of versions, shortened.</param>
public sealed record RemovedContent(IReadOnlySet<string> ImageHashes, IReadOnlySet<string> Fingerprints);

/// <summary>
/// What is made from a data set's images: thumbnails named by content hash and decoded images named by fingerprint.
/// Both can be made again, so a name that starts with the right 64 bits is enough to let one go.
/// </summary>
/// <param name="paths">Where they lie.</param>
public sealed class DerivedFiles(AppPaths paths)
{
    private const int KeyLength = 16;

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
        var fingerprints = await db.DatasetVersions.Where(v => v.DatasetId == datasetId).Select(v => v.Fingerprint).Distinct()
            .Except(db.DatasetVersions.Where(v => v.DatasetId != datasetId).Select(v => v.Fingerprint))
            .ToListAsync(cancellationToken);
        return new(Keys(hashes), Keys(fingerprints));
    }

    /// <summary>Deletes what was made from removed content.</summary>
    /// <param name="content">The content.</param>
    /// <exception cref="IOException">A file could not be deleted.</exception>
    public void Delete(RemovedContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        foreach (var thumbnail in Directory.EnumerateFiles(paths.Thumbnails, "*", SearchOption.AllDirectories).Where(p => Belongs(p, content.ImageHashes)))
        {
            File.Delete(thumbnail);
        }

        foreach (var folder in Directory.EnumerateDirectories(paths.Cache).Where(p => Belongs(p, content.Fingerprints)))
        {
            Directory.Delete(folder, recursive: true);
        }

        foreach (var file in Directory.EnumerateFiles(paths.Cache).Where(p => Belongs(p, content.Fingerprints)))
        {
            File.Delete(file);
        }
    }

    private static bool Belongs(string path, IReadOnlySet<string> keys)
    {
        var name = Path.GetFileName(path);
        return name.Length >= KeyLength && keys.Contains(name[..KeyLength]);
    }

    private static HashSet<string> Keys(List<string> hashes) => [.. hashes.Where(h => h.Length >= KeyLength).Select(h => h[..KeyLength])];
}
