using FractureDashboard.ML.Datasets;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Experiments;

/// <summary>A version of a data set that was made from its folders.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Images">Images in all.</param>
public sealed record LaunchVersion(int Number, string Name, int Images);

/// <summary>A data set to train on.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Synthetic or not.</param>
/// <param name="Version">Its version.</param>
/// <param name="Train">Images to train on.</param>
/// <param name="Validation">Images to validate on.</param>
/// <param name="Test">Images to test on.</param>
public sealed record LaunchDataset(int Id, string Name, DatasetKind Kind, int Version, int Train, int Validation, int Test)
{
    /// <summary>What was made from its folders, newest first.</summary>
    public IReadOnlyList<LaunchVersion> Versions { get; init; } = [];

    /// <summary>Why it cannot be trained on, for a person; null when it can.</summary>
    public string? Problem =>
        Train == 0 ? $"'{Name}' has no training images. Its folder needs a 'train' folder with both classes."
        : Validation == 0 ? $"'{Name}' has no validation images. Its folder needs a 'val' folder with both classes."
        : null;
}

/// <summary>What there is to train on.</summary>
/// <param name="Ready">Data sets that can be chosen.</param>
/// <param name="Preparing">How many are still being drawn, unpacked or indexed.</param>
public sealed record LaunchChoices(IReadOnlyList<LaunchDataset> Ready, int Preparing);

/// <summary>Reads what the launch form offers.</summary>
/// <param name="databases">The database.</param>
public sealed class LaunchDatasets(IDbContextFactory<DashboardContext> databases)
{
    /// <summary>The data sets that are ready, newest first, with their counts.</summary>
    public async Task<LaunchChoices> ReadAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var datasets = await db.Datasets.AsNoTracking().OrderByDescending(d => d.Id).ToListAsync(cancellationToken);
        var counts = (await db.Images.GroupBy(i => new { i.DatasetId, i.Split }).Select(g => new { g.Key.DatasetId, g.Key.Split, Count = g.Count() }).ToListAsync(cancellationToken))
            .ToDictionary(c => (c.DatasetId, c.Split), c => c.Count);
        var versions = (await db.DatasetVersions.Where(v => v.Kind != DatasetVersionKind.Folders).OrderByDescending(v => v.Number)
                .Select(v => new { v.DatasetId, v.Number, v.Name, v.ImageCount }).ToListAsync(cancellationToken))
            .GroupBy(v => v.DatasetId)
            .ToDictionary(g => g.Key, IReadOnlyList<LaunchVersion> (g) => [.. g.Select(v => new LaunchVersion(v.Number, v.Name, v.ImageCount))]);
        return new(
            [.. datasets.Where(d => d.State == DatasetState.Ready).Select(d =>
                new LaunchDataset(d.Id, d.Name, d.Kind, d.Version, Count(d, Split.Train), Count(d, Split.Validation), Count(d, Split.Test)) { Versions = versions.GetValueOrDefault(d.Id, []) })],
            datasets.Count(d => d.State is DatasetState.Pending or DatasetState.Working));

        int Count(Dataset d, Split split) => counts.GetValueOrDefault((d.Id, split));
    }

    /// <summary>The run whose options are to be copied.</summary>
    public async Task<Run?> FindRunAsync(int runId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Runs.AsNoTracking().FirstOrDefaultAsync(r => r.Id == runId, cancellationToken);
    }
}
