using FractureDashboard.ML.Datasets;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Predict;

/// <summary>What registered data sets know of the very file that was asked about.</summary>
/// <param name="DatasetId">The data set; the model's own when that has the file.</param>
/// <param name="DatasetName">Its name.</param>
/// <param name="ImageId">The image.</param>
/// <param name="Split">Its split.</param>
/// <param name="Label">Its label; null when copies of the file are labelled both ways.</param>
/// <param name="WasTrainedOn">True when the model's own training split holds this file: then the answer is no test of it.</param>
public sealed record KnownImage(int DatasetId, string DatasetName, int ImageId, Split Split, Label? Label, bool WasTrainedOn);

/// <summary>Finds a file in the registered data sets by its content, whatever its name.</summary>
/// <param name="databases">The database.</param>
public sealed class KnownImages(IDbContextFactory<DashboardContext> databases)
{
    // Copies of one file can be many in a data set that was padded with them; more would say nothing new.
    private const int MostCopies = 1000;

    /// <summary>Looks up a file.</summary>
    /// <param name="contentHash">SHA-256 of its bytes.</param>
    /// <param name="runId">The run whose model answered; null once it has been deleted.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What is known, or null when no data set has it.</returns>
    public async Task<KnownImage?> FindAsync(string contentHash, int? runId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var trainedOn = await db.Runs.Where(r => r.Id == runId).Select(r => r.DatasetId).FirstOrDefaultAsync(cancellationToken);

        // The index is by data set first, so the few data sets are named.
        var datasets = await db.Datasets.Select(d => new { d.Id, d.Name }).ToDictionaryAsync(d => d.Id, d => d.Name, cancellationToken);
        var ids = datasets.Keys.ToArray();
        var copies = await db.Images
            .Where(i => ids.Contains(i.DatasetId) && i.ContentHash == contentHash)
            .OrderBy(i => i.Id)
            .Take(MostCopies)
            .Select(i => new { i.Id, i.DatasetId, i.Split, i.Label })
            .ToListAsync(cancellationToken);
        if (copies.Count == 0)
        {
            return null;
        }

        var own = copies.FindAll(c => c.DatasetId == trainedOn);
        var shown = own.Find(c => c.Split == Split.Train) ?? own.FirstOrDefault() ?? copies[0];
        var agree = copies.TrueForAll(c => c.Label == shown.Label);
        return new KnownImage(
            shown.DatasetId, datasets[shown.DatasetId], shown.Id, shown.Split, agree ? shown.Label : null, own.Exists(c => c.Split == Split.Train));
    }
}
