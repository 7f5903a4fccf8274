using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Quality;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Quality.Findings;

/// <summary>A finding, with what is needed to show it.</summary>
/// <param name="Id">Its row.</param>
/// <param name="Rule">The rule.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="RelativePath">The file.</param>
/// <param name="Split">The file's split.</param>
/// <param name="Label">The file's class.</param>
/// <param name="ContentHash">The file's content as the scan saw it; null where it could not be read.</param>
/// <param name="Evidence">What was seen.</param>
/// <param name="GroupKey">What it belongs to.</param>
/// <param name="ImageId">The indexed image; null for a file that is no usable image.</param>
/// <param name="ImageHash">The indexed image's content.</param>
public sealed record ShownFinding(
    int Id, QualityRule Rule, QualitySeverity Severity, string RelativePath, Split? Split, Label? Label, string? ContentHash, string Evidence, string? GroupKey,
    int? ImageId = null, string? ImageHash = null)
{
    /// <summary>Names it among all findings: a file may be found by several rules.</summary>
    public FindingKey Key => new(Rule, RelativePath);
}

/// <summary>Names a finding among all of a data set.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="RelativePath">The file.</param>
public readonly record struct FindingKey(QualityRule Rule, string RelativePath);

/// <summary>Findings of a rule that belong together.</summary>
/// <param name="Key">Names the group within its rule.</param>
/// <param name="Members">Its findings, all of them, ordered by split and path.</param>
public sealed record FindingGroup(string Key, IReadOnlyList<ShownFinding> Members);

/// <summary>A page of the findings.</summary>
/// <param name="Findings">Findings that stand alone; empty where they come in groups.</param>
/// <param name="Groups">Groups; empty where findings stand alone.</param>
/// <param name="Total">Findings that match, in all.</param>
/// <param name="TotalGroups">Groups with a finding that matches; 0 where findings stand alone.</param>
/// <param name="Page">The page shown: the last one when a later one was asked for.</param>
/// <param name="Pages">Pages in all.</param>
public sealed record FindingList(IReadOnlyList<ShownFinding> Findings, IReadOnlyList<FindingGroup> Groups, int Total, int TotalGroups, int Page, int Pages)
{
    /// <summary>Every finding on the page.</summary>
    public IEnumerable<ShownFinding> All => Findings.Concat(Groups.SelectMany(g => g.Members));
}

/// <summary>Lists findings: filtered, sorted and paged in the database.</summary>
/// <param name="databases">The database.</param>
public sealed class FindingsReader(IDbContextFactory<DashboardContext> databases)
{
    /// <summary>Findings that stand alone, on a page.</summary>
    public const int PageSize = 60;

    /// <summary>Groups on a page.</summary>
    public const int GroupPageSize = 12;

    /// <summary>A page of the findings of the newest completed scan.</summary>
    /// <param name="header">The data set and its scans.</param>
    /// <param name="query">Which.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The page. Findings of a rule that come in groups are shown with their whole group, also with those of it that do not match.</returns>
    public async Task<FindingList> ListAsync(QualityHeader header, FindingsQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(query);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = FindingRows.Of(db, header, query.Ignored);
        var matching = FindingRows.Matching(rows, query);
        var total = await matching.CountAsync(cancellationToken);
        var isGrouped = query.Rule is not null && query.Ignored != IgnoredChoice.Only && await matching.AnyAsync(f => f.GroupKey != null, cancellationToken);
        return isGrouped
            ? await GroupsAsync(db, header, rows, matching, query, total, cancellationToken)
            : await SinglesAsync(db, header, matching, query, total, cancellationToken);
    }

    /// <summary>Every finding that matches, on whatever page, with the whole groups of those that have one.</summary>
    /// <param name="header">The data set and its scans.</param>
    /// <param name="query">Which.</param>
    /// <param name="wholeGroups">Adds the findings of the same group that do not match.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Without images.</returns>
    public async Task<IReadOnlyList<ShownFinding>> AllAsync(QualityHeader header, FindingsQuery query, bool wholeGroups, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = FindingRows.Of(db, header, query.Ignored);
        var matching = FindingRows.Matching(rows, query);
        var meant = wholeGroups && query.Rule is { } rule
            ? rows.Where(f => f.Rule == rule && (matching.Any(m => m.Id == f.Id) || (f.GroupKey != null && matching.Any(m => m.GroupKey == f.GroupKey))))
            : matching;
        return await Shown(meant.OrderBy(f => f.Rule).ThenBy(f => f.GroupKey).ThenBy(f => f.RelativePath)).ToListAsync(cancellationToken);
    }

    private static async Task<FindingList> SinglesAsync(
        DashboardContext db, QualityHeader header, IQueryable<QualityFindingRow> matching, FindingsQuery query, int total, CancellationToken cancellationToken)
    {
        var (page, pages) = Paging(query.Page, total, PageSize);
        var ordered = query.Rule is null
            ? matching.OrderByDescending(f => f.Severity).ThenBy(f => f.Rule).ThenBy(f => f.GroupKey).ThenBy(f => f.RelativePath)
            : matching.OrderByDescending(f => f.Severity).ThenBy(f => f.Score == null).ThenByDescending(f => f.Score).ThenBy(f => f.RelativePath);
        var found = await Shown(ordered.Skip((page - 1) * PageSize).Take(PageSize)).ToListAsync(cancellationToken);
        return new FindingList(await WithImagesAsync(db, header, found, cancellationToken), [], total, 0, page, pages);
    }

    private static async Task<FindingList> GroupsAsync(
        DashboardContext db, QualityHeader header, IQueryable<QualityFindingRow> rows, IQueryable<QualityFindingRow> matching, FindingsQuery query, int total, CancellationToken cancellationToken)
    {
        var groups = matching.Where(f => f.GroupKey != null).GroupBy(f => f.GroupKey!).Select(g => new { g.Key, Worst = g.Max(f => f.Severity), Count = g.Count() });
        var totalGroups = await groups.CountAsync(cancellationToken);
        var (page, pages) = Paging(query.Page, totalGroups, GroupPageSize);
        var keys = await groups.OrderByDescending(g => g.Worst).ThenByDescending(g => g.Count).ThenBy(g => g.Key)
            .Skip((page - 1) * GroupPageSize).Take(GroupPageSize).Select(g => g.Key).ToListAsync(cancellationToken);
        var found = await Shown(rows.Where(f => f.Rule == query.Rule && keys.Contains(f.GroupKey!)).OrderBy(f => f.Split).ThenBy(f => f.Label).ThenBy(f => f.RelativePath))
            .ToListAsync(cancellationToken);
        var members = (await WithImagesAsync(db, header, found, cancellationToken)).ToLookup(f => f.GroupKey, StringComparer.Ordinal);
        return new FindingList([], [.. keys.Select(k => new FindingGroup(k, [.. members[k]]))], total, totalGroups, page, pages);
    }

    private static IQueryable<ShownFinding> Shown(IQueryable<QualityFindingRow> rows) =>
        rows.Select(f => new ShownFinding(f.Id, f.Rule, f.Severity, f.RelativePath, f.Split, f.Label, f.ContentHash, f.Evidence, f.GroupKey, null, null));

    private static async Task<IReadOnlyList<ShownFinding>> WithImagesAsync(
        DashboardContext db, QualityHeader header, List<ShownFinding> findings, CancellationToken cancellationToken)
    {
        var paths = findings.Select(f => f.RelativePath).Distinct().ToArray();
        var images = await db.Images.AsNoTracking()
            .Where(i => i.DatasetId == header.Dataset.Id && paths.Contains(i.RelativePath))
            .Select(i => new { i.RelativePath, i.Id, i.ContentHash })
            .ToDictionaryAsync(i => i.RelativePath, StringComparer.Ordinal, cancellationToken);
        return [.. findings.Select(f => images.TryGetValue(f.RelativePath, out var image) ? f with { ImageId = image.Id, ImageHash = image.ContentHash } : f)];
    }

    private static (int Page, int Pages) Paging(int asked, int total, int size)
    {
        var pages = Math.Max(1, (total + size - 1) / size);
        return (Math.Clamp(asked, 1, pages), pages);
    }
}
