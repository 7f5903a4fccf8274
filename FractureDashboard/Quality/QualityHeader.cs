using FractureDashboard.Jobs;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Quality;

/// <summary>What every page of this room shows above its own: the data set and the state of its scans.</summary>
/// <param name="Dataset">The data set.</param>
/// <param name="Latest">The newest scan, whatever its state; null when it was never scanned.</param>
/// <param name="Completed">The newest completed scan, whose findings are shown; null while there is none.</param>
/// <param name="Aside">Files that are put aside.</param>
/// <param name="Ignored">Findings that somebody chose to ignore.</param>
/// <param name="Corrections">Images that count with another split or class than their folder says.</param>
public sealed record QualityHeader(
    Dataset Dataset, QualityScanRow? Latest, QualityScanRow? Completed, IReadOnlyList<string> Aside, int Ignored, int Corrections)
{
    /// <summary>True while a scan waits or runs.</summary>
    public bool IsScanning => Latest is { IsActive: true };

    /// <summary>Entries of the page of what was put aside, corrected and ignored.</summary>
    public int Kept => Aside.Count + Ignored + Corrections;

    /// <summary>Equal as long as the findings that are shown cannot have changed.</summary>
    public string Stamp => $"{Completed?.Id}/{Completed?.IsOutdated}/{Aside.Count}/{Ignored}/{Corrections}/{Dataset.Fingerprint}";
}

/// <summary>Reads what stands above every page of this room.</summary>
/// <param name="databases">The database.</param>
/// <param name="quarantine">Knows what is put aside.</param>
public sealed class QualityHeaders(IDbContextFactory<DashboardContext> databases, QuarantineService quarantine)
{
    /// <summary>Reads it.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Null when there is no such data set.</returns>
    public async Task<QualityHeader?> ReadAsync(int datasetId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.Datasets.AsNoTracking().FirstOrDefaultAsync(d => d.Id == datasetId, cancellationToken) is not { } dataset)
        {
            return null;
        }

        var scans = db.QualityScans.AsNoTracking().Where(s => s.DatasetId == datasetId).OrderByDescending(s => s.Id);
        return new QualityHeader(
            dataset,
            await scans.FirstOrDefaultAsync(cancellationToken),
            await scans.FirstOrDefaultAsync(s => s.State == ScanState.Completed, cancellationToken),
            [.. (await quarantine.FilesAsync(datasetId, cancellationToken)).Select(f => f.RelativePath)],
            await db.QualityIgnores.CountAsync(i => i.DatasetId == datasetId, cancellationToken),
            await db.ImageCorrections.CountAsync(c => c.DatasetId == datasetId && c.UndoneUtc == null, cancellationToken));
    }
}
