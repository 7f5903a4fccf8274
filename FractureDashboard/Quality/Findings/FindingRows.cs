using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Quality.Findings;

/// <summary>
/// The findings that count, as a query. A finding about a file that was put aside is none any more, nor is one that was
/// left alone in its group by that, or by ignoring the others: a copy without its twin is an ordinary image.
/// </summary>
internal static class FindingRows
{
    /// <summary>The findings of a scan that are shown.</summary>
    public static IQueryable<QualityFindingRow> Of(DashboardContext db, QualityHeader header, IgnoredChoice ignored)
    {
        var scan = header.Completed?.Id ?? 0;
        var present = db.QualityFindings.AsNoTracking().Where(f => f.ScanId == scan);
        if (header.Aside.Count > 0)
        {
            present = present.Where(f => !header.Aside.Contains(f.RelativePath));
        }

        if (ignored == IgnoredChoice.Only)
        {
            return present.Where(f => db.QualityIgnores.Any(i => i.DatasetId == header.Dataset.Id && i.Rule == f.Rule && i.RelativePath == f.RelativePath));
        }

        var shown = ignored == IgnoredChoice.With || header.Ignored == 0
            ? present
            : present.Where(f => !db.QualityIgnores.Any(i => i.DatasetId == header.Dataset.Id && i.Rule == f.Rule && i.RelativePath == f.RelativePath));
        return header.Aside.Count == 0 && header.Ignored == 0
            ? shown
            : shown.Where(f => f.GroupKey == null || shown.Any(o => o.ScanId == f.ScanId && o.Rule == f.Rule && o.GroupKey == f.GroupKey && o.Id != f.Id));
    }

    /// <summary>Those of them that a query lists.</summary>
    public static IQueryable<QualityFindingRow> Matching(IQueryable<QualityFindingRow> rows, FindingsQuery query)
    {
        if (query.Rule is { } rule)
        {
            rows = rows.Where(f => f.Rule == rule);
        }

        if (query.Severity is { } severity)
        {
            rows = rows.Where(f => f.Severity == severity);
        }

        if (query.Split is { } split)
        {
            rows = rows.Where(f => f.Split == split);
        }

        if (query.Label is { } label)
        {
            rows = rows.Where(f => f.Label == label);
        }

        if (query.Text.Length > 0)
        {
            var pattern = QualityText.Pattern(query.Text);
            rows = rows.Where(f => EF.Functions.Like(f.RelativePath, pattern, @"\"));
        }

        return rows;
    }
}
