using System.IO.Compression;
using System.Text.Json;
using FractureDashboard.ML.Datasets;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Jobs;

/// <summary>The images of a version of a data set, each with its source where a scan or a user has named it.</summary>
internal static class VersionImages
{
    /// <summary>Reads them.</summary>
    /// <param name="db">The database.</param>
    /// <param name="dataset">The data set.</param>
    /// <param name="number">The version's number.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>
    /// The images, ordered by path. Of a version made from the folders those are left out that the index no longer holds with the
    /// same content. None for an earlier state of the folders, which nothing keeps, or a number that there is not.
    /// </returns>
    public static async Task<IReadOnlyList<ImageRecord>> LoadAsync(DashboardContext db, Dataset dataset, int number, CancellationToken cancellationToken)
    {
        if (number == dataset.Version)
        {
            return await IndexAsync(db, dataset.Id, cancellationToken);
        }

        var manifest = await db.DatasetVersions
            .Where(v => v.DatasetId == dataset.Id && v.Number == number && v.Kind == DatasetVersionKind.HonestSplit)
            .Select(v => v.Manifest)
            .FirstOrDefaultAsync(cancellationToken);
        if (manifest is null)
        {
            return [];
        }

        var present = await db.Images.Where(i => i.DatasetId == dataset.Id).Select(i => new { i.RelativePath, i.ContentHash })
            .ToDictionaryAsync(i => i.RelativePath, i => i.ContentHash, StringComparer.Ordinal, cancellationToken);
        return [.. Unpack(manifest).Where(i => present.TryGetValue(i.RelativePath, out var hash) && string.Equals(hash, i.ContentHash, StringComparison.Ordinal))];
    }

    /// <summary>The images of the folders as indexed.</summary>
    /// <param name="db">The database.</param>
    /// <param name="datasetId">The data set.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The images, ordered by path.</returns>
    public static async Task<IReadOnlyList<ImageRecord>> IndexAsync(DashboardContext db, int datasetId, CancellationToken cancellationToken)
    {
        var sources = await db.ImageSources.Where(s => s.DatasetId == datasetId).Select(s => new { s.ContentHash, s.Source })
            .ToDictionaryAsync(s => s.ContentHash, s => s.Source, StringComparer.Ordinal, cancellationToken);
        var images = await db.Images.AsNoTracking().Where(i => i.DatasetId == datasetId).OrderBy(i => i.RelativePath).ToListAsync(cancellationToken);
        return images.ConvertAll(i => i.ToRecord() with { Group = sources.GetValueOrDefault(i.ContentHash) });
    }

    /// <summary>The form that is stored.</summary>
    /// <param name="images">The images.</param>
    /// <returns>Compressed JSON.</returns>
    public static byte[] Pack(IReadOnlyList<ImageRecord> images)
    {
        using var packed = new MemoryStream();
        using (var compressed = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            JsonSerializer.Serialize(compressed, images);
        }

        return packed.ToArray();
    }

    private static List<ImageRecord> Unpack(byte[] packed)
    {
        using var compressed = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        return JsonSerializer.Deserialize<List<ImageRecord>>(compressed) ?? [];
    }
}
