using FractureDashboard.ML.Datasets;
using FractureDashboard.Shell;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Datasets;

/// <summary>Images of a split, by class.</summary>
/// <param name="Split">The split.</param>
/// <param name="Fractured">Images with a fracture.</param>
/// <param name="NotFractured">Images without.</param>
public sealed record SplitCount(Split Split, int Fractured, int NotFractured);

/// <summary>What scans said of a data set.</summary>
/// <param name="IsScanned">False when none was completed.</param>
/// <param name="Errors">Errors that count.</param>
/// <param name="Warnings">Warnings that count.</param>
/// <param name="IsOutdated">Something was changed since.</param>
/// <param name="IsScanning">A scan waits or runs.</param>
public sealed record DatasetQuality(bool IsScanned, int Errors, int Warnings, bool IsOutdated, bool IsScanning)
{
    /// <summary>The same in words.</summary>
    public string Text => (IsScanned, IsScanning) switch
    {
        (_, true) => "being scanned",
        (false, _) => "not scanned",
        _ => (Errors, Warnings) switch
        {
            (0, 0) => "nothing to act on",
            (0, _) => Count(Warnings, "warning"),
            (_, 0) => Count(Errors, "error"),
            _ => $"{Count(Errors, "error")}, {Count(Warnings, "warning")}",
        } + (IsOutdated ? ", outdated" : ""),
    };

    private static string Count(int count, string noun) => $"{Humane.Count(count)} {noun}{(count == 1 ? "" : "s")}";
}

/// <summary>A page of data sets.</summary>
/// <param name="Datasets">The data sets, newest first.</param>
/// <param name="Total">How many there are in all.</param>
public sealed record DatasetPage(IReadOnlyList<Dataset> Datasets, int Total);

/// <summary>A page of the files that a data set could not use.</summary>
/// <param name="Files">The files, by path.</param>
/// <param name="Total">How many match in all.</param>
public sealed record SkippedPage(IReadOnlyList<DatasetSkippedFile> Files, int Total);

/// <summary>Reads what the pages of this room show.</summary>
/// <param name="databases">The database.</param>
public sealed class DatasetReader(IDbContextFactory<DashboardContext> databases)
{
    /// <summary>Data sets on a page.</summary>
    public const int PageSize = 24;

    /// <summary>Skipped files on a page.</summary>
    public const int SkippedPageSize = 50;

    /// <summary>Lists data sets, newest first.</summary>
    /// <param name="page">Counts from 1.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The page.</returns>
    public async Task<DatasetPage> ListAsync(int page, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await db.Datasets.AsNoTracking().OrderByDescending(d => d.Id).Skip((page - 1) * PageSize).Take(PageSize).ToListAsync(cancellationToken);
        return new(rows, await db.Datasets.CountAsync(cancellationToken));
    }

    /// <summary>One data set.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Null when there is no such data set.</returns>
    public async Task<Dataset?> FindAsync(int datasetId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Datasets.AsNoTracking().FirstOrDefaultAsync(d => d.Id == datasetId, cancellationToken);
    }

    /// <summary>How many images each split and class of a data set has.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The splits that have images, in order.</returns>
    public async Task<IReadOnlyList<SplitCount>> CountAsync(int datasetId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var counts = await db.Images.Where(i => i.DatasetId == datasetId)
            .GroupBy(i => new { i.Split, i.Label })
            .Select(g => new { g.Key.Split, g.Key.Label, Count = g.Count() })
            .ToListAsync(cancellationToken);
        return [.. counts.GroupBy(c => c.Split).OrderBy(g => g.Key).Select(g => new SplitCount(
            g.Key,
            g.Where(c => c.Label == Label.Fractured).Sum(c => c.Count),
            g.Where(c => c.Label == Label.NotFractured).Sum(c => c.Count)))];
    }

    /// <summary>What scans said of data sets.</summary>
    /// <param name="datasetIds">The data sets.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>By data set; those that were never scanned are left out.</returns>
    public async Task<IReadOnlyDictionary<int, DatasetQuality>> QualityAsync(IReadOnlyList<int> datasetIds, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var scans = db.QualityScans.Where(s => datasetIds.Contains(s.DatasetId));
        var newest = await scans.Where(s => s.State == ScanState.Completed && !scans.Any(n => n.DatasetId == s.DatasetId && n.State == ScanState.Completed && n.Id > s.Id))
            .Select(s => new { s.DatasetId, s.Errors, s.Warnings, s.IsOutdated })
            .ToDictionaryAsync(s => s.DatasetId, cancellationToken);
        var active = await scans.Where(s => s.State == ScanState.Queued || s.State == ScanState.Running).Select(s => s.DatasetId).ToListAsync(cancellationToken);
        return newest.Keys.Union(active).ToDictionary(id => id, id => newest.TryGetValue(id, out var s)
            ? new DatasetQuality(IsScanned: true, s.Errors, s.Warnings, s.IsOutdated, active.Contains(id))
            : new DatasetQuality(IsScanned: false, 0, 0, IsOutdated: false, IsScanning: true));
    }

    /// <summary>Lists the files that could not be used.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="search">Part of a path or a reason; empty for all.</param>
    /// <param name="page">Counts from 1.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The page.</returns>
    public async Task<SkippedPage> SkippedAsync(int datasetId, string search, int page, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(search);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var files = db.SkippedFiles.AsNoTracking().Where(s => s.DatasetId == datasetId);
        if (search.Trim() is { Length: > 0 } wanted)
        {
            var pattern = $"%{wanted.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal)}%";
            files = files.Where(s => EF.Functions.Like(s.RelativePath, pattern, @"\") || EF.Functions.Like(s.Reason, pattern, @"\"));
        }

        var rows = await files.OrderBy(s => s.RelativePath).ThenBy(s => s.Id).Skip((page - 1) * SkippedPageSize).Take(SkippedPageSize).ToListAsync(cancellationToken);
        return new(rows, await files.CountAsync(cancellationToken));
    }
}
