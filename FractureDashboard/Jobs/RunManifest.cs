using System.Text.Json;
using FractureDashboard.ML.Datasets;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Jobs;

/// <summary>
/// The images a run uses, kept in its folder: a resumed run goes on with the same ones even when the data set has
/// been indexed again meanwhile.
/// </summary>
internal static class RunManifest
{
    private const string FileName = "manifest.json";

    /// <summary>Reads the run's manifest, or writes it from the version that it was launched on.</summary>
    /// <param name="db">The database.</param>
    /// <param name="run">The run; its version and fingerprint are set when the manifest is new.</param>
    /// <param name="runDirectory">The run's folder; must exist.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The images.</returns>
    public static async Task<IReadOnlyList<ImageRecord>> LoadAsync(DashboardContext db, Run run, string runDirectory, CancellationToken cancellationToken)
    {
        var path = Path.Combine(runDirectory, FileName);
        if (File.Exists(path))
        {
            return await ReadAsync(runDirectory, cancellationToken);
        }

        var dataset = await db.Datasets.AsNoTracking().FirstAsync(d => d.Id == run.DatasetId, cancellationToken);
        var records = await ImagesAsync(db, run, dataset, cancellationToken);

        var temporary = path + ".tmp";
        await using (var file = File.Create(temporary))
        {
            await JsonSerializer.SerializeAsync(file, records, cancellationToken: cancellationToken);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        return records;
    }

    /// <summary>Reads the run's manifest.</summary>
    /// <param name="runDirectory">The run's folder.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The images; none where the run has no manifest.</returns>
    public static async Task<IReadOnlyList<ImageRecord>> ReadAsync(string runDirectory, CancellationToken cancellationToken)
    {
        var path = Path.Combine(runDirectory, FileName);
        if (!File.Exists(path))
        {
            return [];
        }

        await using var existing = File.OpenRead(path);
        return await JsonSerializer.DeserializeAsync<List<ImageRecord>>(existing, cancellationToken: cancellationToken) ?? [];
    }

    /// <summary>The images of the version that the run was launched on; of the folders as they are by now.</summary>
    private static async Task<IReadOnlyList<ImageRecord>> ImagesAsync(DashboardContext db, Run run, Dataset dataset, CancellationToken cancellationToken)
    {
        var made = await db.DatasetVersions
            .Where(v => v.DatasetId == dataset.Id && v.Number == run.DatasetVersion && v.Kind != DatasetVersionKind.Folders)
            .Select(v => new { v.Number, v.Fingerprint, v.ImageCount })
            .FirstOrDefaultAsync(cancellationToken);
        if (made is null)
        {
            (run.DatasetVersion, run.Fingerprint) = (dataset.Version, dataset.Fingerprint);
            return await VersionImages.IndexAsync(db, dataset.Id, cancellationToken);
        }

        // Images may have been put aside since the version was made; the fingerprint says what was trained on.
        var records = await VersionImages.LoadAsync(db, dataset, made.Number, cancellationToken);
        run.Fingerprint = records.Count == made.ImageCount ? made.Fingerprint : DatasetFingerprint.Compute(records);
        return records;
    }
}
