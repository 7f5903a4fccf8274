using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Predict;

/// <summary>Which answers to list.</summary>
/// <param name="Search">A part of the file's or the model's name; empty for all.</param>
/// <param name="Fractured">Only this decision; null for both.</param>
/// <param name="Page">Counts from 0; beyond the end it means the last.</param>
/// <param name="PageSize">1 to 100.</param>
public sealed record HistoryQuery(string Search = "", bool? Fractured = null, int Page = 0, int PageSize = 10);

/// <summary>A page of answers.</summary>
/// <param name="Items">The newest first.</param>
/// <param name="Total">How many match in all.</param>
/// <param name="Page">The page's number, from 0.</param>
/// <param name="Pages">How many pages there are, at least 1.</param>
public sealed record HistoryPage(IReadOnlyList<Prediction> Items, int Total, int Page, int Pages);

/// <summary>Reads the answers given so far.</summary>
/// <param name="databases">The database.</param>
public sealed class PredictionHistory(IDbContextFactory<DashboardContext> databases)
{
    /// <summary>Lists a page.</summary>
    /// <param name="query">Which.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The page.</returns>
    public async Task<HistoryPage> ListAsync(HistoryQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var matching = db.Predictions.AsNoTracking();
        if (query.Search.Trim() is { Length: > 0 } text)
        {
            var pattern = $"%{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
            matching = matching.Where(p => EF.Functions.Like(p.FileName, pattern, "\\") || EF.Functions.Like(p.RunName, pattern, "\\"));
        }

        matching = query.Fractured switch
        {
            true => matching.Where(p => p.Score >= p.Threshold),
            false => matching.Where(p => p.Score < p.Threshold),
            _ => matching,
        };
        var size = Math.Clamp(query.PageSize, 1, 100);
        var total = await matching.CountAsync(cancellationToken);
        var pages = Math.Max(1, (total + size - 1) / size);
        var page = Math.Clamp(query.Page, 0, pages - 1);
        var items = await matching
            .OrderByDescending(p => p.CreatedUtc).ThenByDescending(p => p.Id)
            .Skip(page * size).Take(size)
            .ToListAsync(cancellationToken);
        return new HistoryPage(items, total, page, pages);
    }

    /// <summary>One answer.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The answer, or null.</returns>
    public async Task<PredictionResult?> FindAsync(int id, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.Predictions.AsNoTracking().FirstOrDefaultAsync(p => p.Id == id, cancellationToken) is not { } stored)
        {
            return null;
        }

        var kind = await db.Runs.Where(r => r.Id == stored.RunId).Select(r => (DatasetKind?)r.DatasetKind).FirstOrDefaultAsync(cancellationToken);
        return new PredictionResult(stored, kind is null ? null : kind == DatasetKind.Synthetic);
    }

    /// <summary>The hash that an answer's image is kept under.</summary>
    /// <param name="id">The answer.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The hash, or null.</returns>
    public async Task<string?> FindHashAsync(int id, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Predictions.Where(p => p.Id == id).Select(p => p.ContentHash).FirstOrDefaultAsync(cancellationToken);
    }
}
