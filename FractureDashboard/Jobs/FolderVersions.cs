using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Jobs;

/// <summary>Numbers the versions of a data set: one series for those of the folders and those made from them.</summary>
internal static class FolderVersions
{
    /// <summary>The next free number.</summary>
    /// <param name="db">The database, in a transaction that writes.</param>
    /// <param name="datasetId">The data set.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>1 or more.</returns>
    public static async Task<int> NextNumberAsync(DashboardContext db, int datasetId, CancellationToken cancellationToken) =>
        1 + (await db.DatasetVersions.Where(v => v.DatasetId == datasetId).MaxAsync(v => (int?)v.Number, cancellationToken) ?? 0);

    /// <summary>Notes a new state of the folders, unless it is the one that there is.</summary>
    /// <param name="db">The database, in a transaction.</param>
    /// <param name="dataset">The data set as stored.</param>
    /// <param name="name">What a new version is called.</param>
    /// <param name="fingerprint">Of its images.</param>
    /// <param name="images">How many there are.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The number of the version that the images are now.</returns>
    public static async Task<int> NoteAsync(
        DashboardContext db, Dataset dataset, string name, string fingerprint, int images, DateTime now, CancellationToken cancellationToken)
    {
        if (dataset.Version > 0 && string.Equals(dataset.Fingerprint, fingerprint, StringComparison.Ordinal))
        {
            return dataset.Version;
        }

        var version = new DatasetVersion
        {
            DatasetId = dataset.Id,
            Number = await NextNumberAsync(db, dataset.Id, cancellationToken),
            Name = name,
            Fingerprint = fingerprint,
            ImageCount = images,
            CreatedUtc = now,
        };
        db.DatasetVersions.Add(version);
        await db.SaveChangesAsync(cancellationToken);

        // Files came, went or changed since the scan looked at them.
        await NewestScan.MarkOutdatedAsync(db, dataset.Id, cancellationToken);
        return version.Number;
    }
}
