using FractureDashboard.ML.Datasets;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Jobs;

/// <summary>The splits and classes of a data set that count instead of what its folders say.</summary>
/// <param name="corrections">The corrections that count, by relative path.</param>
internal sealed class FolderCorrections(IReadOnlyDictionary<string, ImageCorrection> corrections)
{
    /// <summary>Reads those that have not been taken back.</summary>
    /// <param name="db">The database.</param>
    /// <param name="datasetId">The data set.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The corrections.</returns>
    public static async Task<FolderCorrections> LoadAsync(DashboardContext db, int datasetId, CancellationToken cancellationToken) =>
        new(await db.ImageCorrections.AsNoTracking()
            .Where(c => c.DatasetId == datasetId && c.UndoneUtc == null)
            .ToDictionaryAsync(c => c.RelativePath, StringComparer.Ordinal, cancellationToken));

    /// <summary>What counts for each corrected file.</summary>
    public IReadOnlyDictionary<string, (Split Split, Label Label)> Places =>
        corrections.ToDictionary(c => c.Key, c => (c.Value.Split, c.Value.Label), StringComparer.Ordinal);

    /// <summary>A record of the index as its folder would have it, so that an indexing knows the file again.</summary>
    /// <param name="record">The record as it counts.</param>
    /// <returns>The same with the folder's split and class.</returns>
    public ImageRecord AsInFolder(ImageRecord record) =>
        corrections.TryGetValue(record.RelativePath, out var c) ? record with { Split = c.FolderSplit, Label = c.FolderLabel } : record;

    /// <summary>What an indexing found, corrected.</summary>
    /// <param name="found">As the folders say.</param>
    /// <returns>As it counts, with its own fingerprint.</returns>
    public CatalogResult Apply(CatalogResult found)
    {
        if (corrections.Count == 0)
        {
            return found;
        }

        ImageRecord[] images = [.. found.Images.Select(i => corrections.TryGetValue(i.RelativePath, out var c) ? i with { Split = c.Split, Label = c.Label } : i)];
        return found with { Images = images, Fingerprint = DatasetFingerprint.Compute(images) };
    }
}
