using FractureDashboard.Jobs;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Quality;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Experiments;

/// <summary>Images of a version.</summary>
/// <param name="Train">Images to train on.</param>
/// <param name="Validation">Images to validate on.</param>
/// <param name="Test">Images to test on.</param>
public sealed record LaunchCounts(int Train, int Validation, int Test);

/// <summary>What speaks against training on a version of a data set as it is.</summary>
/// <param name="DatasetId">The data set.</param>
/// <param name="Version">The version; null for the folders as they are.</param>
/// <param name="Counts">Images of the version; null for the folders, whose counts are known.</param>
/// <param name="IsScanned">False when no scan has been completed.</param>
/// <param name="IsOutdated">True when the data set has changed since.</param>
/// <param name="FilesWithErrors">Files with errors that nobody has dealt with, leakage apart.</param>
/// <param name="HeldOut">Validation and test images.</param>
/// <param name="WithTwin">Of them, those with a byte-identical twin in train.</param>
/// <param name="WithSource">Of them, those whose radiograph is in train in any form; null while sources are not known.</param>
public sealed record LaunchQuality(
    int DatasetId, int? Version, LaunchCounts? Counts, bool IsScanned, bool IsOutdated, int FilesWithErrors, int HeldOut, int WithTwin, int? WithSource)
{
    /// <summary>True when held-out images are in train.</summary>
    public bool Leaks => WithTwin > 0 || WithSource > 0;

    /// <summary>True when there is something to say.</summary>
    public bool Warns => Leaks || !IsScanned || IsOutdated || FilesWithErrors > 0;
}

/// <summary>Says before a launch what is known against the data. It never forbids one.</summary>
/// <param name="databases">The database.</param>
/// <param name="versions">The versions of data sets.</param>
public sealed class LaunchGate(IDbContextFactory<DashboardContext> databases, DatasetVersions versions)
{
    /// <summary>Looks at a version.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="version">The version; null for the folders as they are.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What there is to say.</returns>
    public async Task<LaunchQuality> ReadAsync(int datasetId, int? version, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var scan = await NewestScan.FindAsync(db, datasetId, cancellationToken);
        var erroneous = scan is null ? [] : await NewestScan.Unresolved(db, scan)
            .Where(f => f.Severity == QualitySeverity.Error && !NewestScan.LeakageRules.Contains(f.Rule))
            .Select(f => f.RelativePath)
            .Distinct()
            .ToListAsync(cancellationToken);
        if (version is not { } number)
        {
            var (heldOut, withTwin, withSource) = await FoldersAsync(db, datasetId, cancellationToken);
            return new(datasetId, null, null, scan is not null, scan is { IsOutdated: true }, erroneous.Count, heldOut, withTwin, withSource);
        }

        var images = await versions.LoadAsync(datasetId, number, cancellationToken);
        var leakage = SplitLeakage.Of(images);
        var paths = images.Select(i => i.RelativePath).ToHashSet(StringComparer.Ordinal);
        int Of(Split split) => images.Count(i => i.Split == split);
        return new(
            datasetId, version, new(Of(Split.Train), Of(Split.Validation), Of(Split.Test)), scan is not null, scan is { IsOutdated: true },
            erroneous.Count(paths.Contains), leakage.HeldOut, leakage.WithTwin, leakage.WithSource);
    }

    private static async Task<(int HeldOut, int WithTwin, int? WithSource)> FoldersAsync(DashboardContext db, int datasetId, CancellationToken cancellationToken)
    {
        var heldOut = db.Images.Where(i => i.DatasetId == datasetId && i.Split != Split.Train);
        var trained = db.Images.Where(i => i.DatasetId == datasetId && i.Split == Split.Train).Select(i => i.ContentHash);
        var sources = db.ImageSources.Where(s => s.DatasetId == datasetId);
        var trainedSources = sources.Where(s => trained.Contains(s.ContentHash)).Select(s => s.Source);
        var given = sources.Where(s => trainedSources.Contains(s.Source)).Select(s => s.ContentHash);
        return (
            await heldOut.CountAsync(cancellationToken),
            await heldOut.CountAsync(i => trained.Contains(i.ContentHash), cancellationToken),
            await sources.AnyAsync(cancellationToken) ? await heldOut.CountAsync(i => given.Contains(i.ContentHash) || trained.Contains(i.ContentHash), cancellationToken) : null);
    }
}
