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

    /// <summary>Reads the run's manifest, or writes it from the data set as indexed.</summary>
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
            await using var existing = File.OpenRead(path);
            return await JsonSerializer.DeserializeAsync<List<ImageRecord>>(existing, cancellationToken: cancellationToken) ?? [];
        }

        var dataset = await db.Datasets.AsNoTracking().FirstAsync(d => d.Id == run.DatasetId, cancellationToken);
        var images = await db.Images.AsNoTracking().Where(i => i.DatasetId == dataset.Id).OrderBy(i => i.RelativePath).ToListAsync(cancellationToken);
        var records = images.ConvertAll(i => i.ToRecord());
        run.DatasetVersion = dataset.Version;
        run.Fingerprint = dataset.Fingerprint;

        var temporary = path + ".tmp";
        await using (var file = File.Create(temporary))
        {
            await JsonSerializer.SerializeAsync(file, records, cancellationToken: cancellationToken);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        return records;
    }
}
