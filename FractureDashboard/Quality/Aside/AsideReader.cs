using FractureDashboard.Jobs;
using FractureDashboard.ML.Quality;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Quality.Aside;

/// <summary>Which of the three lists is open.</summary>
public enum AsideView
{
    /// <summary>Files in the quarantine.</summary>
    Files,

    /// <summary>Images that count with another split or class than their folder says.</summary>
    Corrections,

    /// <summary>Findings that are ignored.</summary>
    Ignored,
}

/// <summary>A page of one of the lists.</summary>
/// <param name="Items">What is on it.</param>
/// <param name="Total">How many there are in all.</param>
/// <param name="Page">The page shown: the last one when a later one was asked for.</param>
/// <param name="Pages">Pages in all.</param>
/// <typeparam name="T">An entry.</typeparam>
public sealed record AsidePage<T>(IReadOnlyList<T> Items, int Total, int Page, int Pages);

/// <summary>Lists what was put aside, corrected and ignored, newest first.</summary>
/// <param name="databases">The database.</param>
/// <param name="quarantine">Knows the files; their list is the quarantine's own journal.</param>
public sealed class AsideReader(IDbContextFactory<DashboardContext> databases, QuarantineService quarantine)
{
    /// <summary>Entries on a page.</summary>
    public const int PageSize = 50;

    /// <summary>Files in the quarantine.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="page">Counts from 1.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The page.</returns>
    public async Task<AsidePage<QuarantinedFile>> FilesAsync(int datasetId, int page, CancellationToken cancellationToken)
    {
        var files = await quarantine.FilesAsync(datasetId, cancellationToken);
        var (shown, pages) = Paging(page, files.Count);
        return new([.. files.Reverse().Skip((shown - 1) * PageSize).Take(PageSize)], files.Count, shown, pages);
    }

    /// <summary>Corrections that count.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="page">Counts from 1.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The page.</returns>
    public async Task<AsidePage<ImageCorrection>> CorrectionsAsync(int datasetId, int page, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await PageAsync(db.ImageCorrections.AsNoTracking().Where(c => c.DatasetId == datasetId && c.UndoneUtc == null).OrderByDescending(c => c.Id), page, cancellationToken);
    }

    /// <summary>What is ignored.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="page">Counts from 1.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The page.</returns>
    public async Task<AsidePage<QualityIgnore>> IgnoredAsync(int datasetId, int page, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await PageAsync(db.QualityIgnores.AsNoTracking().Where(i => i.DatasetId == datasetId).OrderByDescending(i => i.Id), page, cancellationToken);
    }

    private static async Task<AsidePage<T>> PageAsync<T>(IQueryable<T> rows, int page, CancellationToken cancellationToken)
    {
        var total = await rows.CountAsync(cancellationToken);
        var (shown, pages) = Paging(page, total);
        return new(await rows.Skip((shown - 1) * PageSize).Take(PageSize).ToListAsync(cancellationToken), total, shown, pages);
    }

    private static (int Page, int Pages) Paging(int asked, int total)
    {
        var pages = Math.Max(1, (total + PageSize - 1) / PageSize);
        return (Math.Clamp(asked, 1, pages), pages);
    }
}
