using FractureDashboard.ML.Datasets;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Quality.Findings;

/// <summary>What an image counts as.</summary>
/// <param name="RelativePath">The image.</param>
/// <param name="Split">Its split.</param>
/// <param name="Label">Its class.</param>
public sealed record ImagePlace(string RelativePath, Split Split, Label Label);

/// <summary>Reads what images count as now, so that a change of it can be taken back exactly.</summary>
/// <param name="databases">The database.</param>
public sealed class ImagePlaces(IDbContextFactory<DashboardContext> databases)
{
    /// <summary>Reads it.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="relativePaths">The images; files that are none are left out.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The images found, in no order.</returns>
    public async Task<IReadOnlyList<ImagePlace>> ReadAsync(int datasetId, IReadOnlyCollection<string> relativePaths, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Images.AsNoTracking()
            .Where(i => i.DatasetId == datasetId && relativePaths.Contains(i.RelativePath))
            .Select(i => new ImagePlace(i.RelativePath, i.Split, i.Label))
            .ToListAsync(cancellationToken);
    }
}
