using System.Runtime.CompilerServices;
using FractureDashboard.Shell;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Predict;

/// <summary>Which answers to list.</summary>
/// <param name="Search">A part of the file's or the model's name or of the comment; empty for all.</param>
/// <param name="Fractured">Only this decision; null for both.</param>
/// <param name="Page">Counts from 0; beyond the end it means the last.</param>
/// <param name="PageSize">1 to 100.</param>
public sealed record HistoryQuery(string Search = "", bool? Fractured = null, int Page = 0, int PageSize = 10)
{
    /// <summary>Only answers judged so; null for all.</summary>
    public FeedbackVerdict? Verdict { get; init; }

    /// <summary>Only answers that nobody has judged.</summary>
    public bool Unjudged { get; init; }

    /// <summary>Only answers asked for at this time or later (UTC); null for all.</summary>
    public DateTime? From { get; init; }

    /// <summary>Only answers asked for before this time (UTC); null for all.</summary>
    public DateTime? Before { get; init; }
}

/// <summary>A page of answers.</summary>
/// <param name="Items">The newest first.</param>
/// <param name="Total">How many match in all.</param>
/// <param name="Page">The page's number, from 0.</param>
/// <param name="Pages">How many pages there are, at least 1.</param>
/// <param name="Feedback">What is said of those that are judged, by answer.</param>
public sealed record HistoryPage(IReadOnlyList<Prediction> Items, int Total, int Page, int Pages, IReadOnlyDictionary<int, PredictionFeedback> Feedback);

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
        var matching = Matching(db, query);
        var size = Math.Clamp(query.PageSize, 1, 100);
        var total = await matching.CountAsync(cancellationToken);
        var pages = Math.Max(1, (total + size - 1) / size);
        var page = Math.Clamp(query.Page, 0, pages - 1);
        var items = await matching
            .OrderByDescending(p => p.CreatedUtc).ThenByDescending(p => p.Id)
            .Skip(page * size).Take(size)
            .ToListAsync(cancellationToken);
        var ids = items.ConvertAll(p => p.Id);
        var feedback = await db.PredictionFeedbacks.AsNoTracking().Where(f => ids.Contains(f.PredictionId)).ToDictionaryAsync(f => f.PredictionId, cancellationToken);
        return new HistoryPage(items, total, page, pages, feedback);
    }

    /// <summary>All matching answers as a table, the newest first.</summary>
    /// <param name="query">Which; its page does not matter.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The lines of a CSV file, each with its end.</returns>
    public async IAsyncEnumerable<string> ExportAsync(HistoryQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows =
            from p in Matching(db, query)
            join f in db.PredictionFeedbacks on p.Id equals f.PredictionId into judged
            from f in judged.DefaultIfEmpty()
            orderby p.CreatedUtc descending, p.Id descending
            select new { p, f };
        yield return Line(["id", "file", "format", "probability_fractured", "threshold", "decision", "model", "weights_sha256", "asked_utc", "milliseconds", "feedback", "correct_label", "comment"]);
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            var (p, f) = (row.p, row.f);
            yield return Line(
            [
                $"{p.Id}", p.FileName, PredictText.Of(p.Format), $"{p.Score:R}", $"{p.Threshold:R}", PredictText.Decision(p.IsFractured), p.RunName, p.WeightsHash, $"{p.CreatedUtc:O}", $"{p.Milliseconds:0.0}",
                f is null ? "" : PredictText.Of(f.Verdict), f?.CorrectLabel is { } label ? PredictText.Of(label) : "", f?.Comment ?? "",
            ]);
        }

        static string Line(IEnumerable<string> cells) => Csv.Line(cells) + "\r\n";
    }

    private static IQueryable<Prediction> Matching(DashboardContext db, HistoryQuery query)
    {
        var matching = db.Predictions.AsNoTracking();
        var judged = db.PredictionFeedbacks;
        if (query.Search.Trim() is { Length: > 0 } text)
        {
            var pattern = $"%{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
            matching = matching.Where(p => EF.Functions.Like(p.FileName, pattern, "\\") || EF.Functions.Like(p.RunName, pattern, "\\")
                || judged.Any(f => f.PredictionId == p.Id && EF.Functions.Like(f.Comment, pattern, "\\")));
        }

        matching = query.Fractured switch
        {
            true => matching.Where(p => p.Score >= p.Threshold),
            false => matching.Where(p => p.Score < p.Threshold),
            _ => matching,
        };
        matching = query switch
        {
            { Verdict: { } verdict } => matching.Where(p => judged.Any(f => f.PredictionId == p.Id && f.Verdict == verdict)),
            { Unjudged: true } => matching.Where(p => !judged.Any(f => f.PredictionId == p.Id)),
            _ => matching,
        };
        matching = query.From is { } from ? matching.Where(p => p.CreatedUtc >= from) : matching;
        return query.Before is { } before ? matching.Where(p => p.CreatedUtc < before) : matching;
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
