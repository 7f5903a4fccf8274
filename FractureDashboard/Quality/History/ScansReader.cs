using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Quality.History;

/// <summary>A page of the scans of a data set.</summary>
/// <param name="Scans">The scans on it, newest first.</param>
/// <param name="Before">By scan: the newest completed one before it.</param>
/// <param name="Total">Scans in all.</param>
/// <param name="Page">The page shown: the last one when a later one was asked for.</param>
/// <param name="Pages">Pages in all.</param>
public sealed record ScansPageModel(IReadOnlyList<QualityScanRow> Scans, IReadOnlyDictionary<int, QualityScanRow> Before, int Total, int Page, int Pages);

/// <summary>Lists the scans of a data set.</summary>
/// <param name="databases">The database.</param>
public sealed class ScansReader(IDbContextFactory<DashboardContext> databases)
{
    /// <summary>Scans on a page.</summary>
    public const int PageSize = 25;

    /// <summary>A page of them.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="page">Counts from 1.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The page.</returns>
    public async Task<ScansPageModel> ListAsync(int datasetId, int page, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var all = db.QualityScans.AsNoTracking().Where(s => s.DatasetId == datasetId);
        var total = await all.CountAsync(cancellationToken);
        var pages = Math.Max(1, (total + PageSize - 1) / PageSize);
        var shown = Math.Clamp(page, 1, pages);
        var scans = await all.OrderByDescending(s => s.Id).Skip((shown - 1) * PageSize).Take(PageSize).ToListAsync(cancellationToken);
        var before = new Dictionary<int, QualityScanRow>();
        QualityScanRow? earlier = null;
        if (scans.Count > 0)
        {
            var last = scans[^1].Id;
            earlier = await all.Where(s => s.Id < last && s.State == ScanState.Completed).OrderByDescending(s => s.Id).FirstOrDefaultAsync(cancellationToken);
        }

        foreach (var scan in scans.AsEnumerable().Reverse())
        {
            if (scan.State == ScanState.Completed)
            {
                if (earlier is not null)
                {
                    before[scan.Id] = earlier;
                }

                earlier = scan;
            }
        }

        return new ScansPageModel(scans, before, total, shown, pages);
    }
}
