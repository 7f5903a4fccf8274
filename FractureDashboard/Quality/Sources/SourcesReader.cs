using FractureDashboard.ML.Datasets;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Quality.Sources;

/// <summary>An image of a source.</summary>
/// <param name="Id">The image.</param>
/// <param name="RelativePath">Its file.</param>
/// <param name="Split">Its split.</param>
/// <param name="Label">Its class.</param>
/// <param name="ContentHash">Its content.</param>
/// <param name="Confidence">How surely it belongs to the others, 0 to 1.</param>
public sealed record SourceImage(int Id, string RelativePath, Split Split, Label Label, string ContentHash, double Confidence);

/// <summary>A radiograph and the images that come from it.</summary>
/// <param name="Name">Names it.</param>
/// <param name="Count">Images.</param>
/// <param name="Confidence">How sure the least sure of them is, 0 to 1.</param>
/// <param name="ByHand">True when a user had a part in it.</param>
/// <param name="Splits">Splits that it lies in.</param>
/// <param name="Images">Its images, the first ones of many.</param>
public sealed record SourceStrip(string Name, int Count, double Confidence, bool ByHand, int Splits, IReadOnlyList<SourceImage> Images);

/// <summary>A page of sources.</summary>
/// <param name="Sources">The sources on it.</param>
/// <param name="Total">Sources that match.</param>
/// <param name="Page">The page shown: the last one when a later one was asked for.</param>
/// <param name="Pages">Pages in all.</param>
/// <param name="AnyByHand">True when a user had a part in any source of the data set.</param>
/// <param name="Known">False when it is not known which images belong together.</param>
public sealed record SourcesPageModel(IReadOnlyList<SourceStrip> Sources, int Total, int Page, int Pages, bool AnyByHand, bool Known);

/// <summary>Lists the sources of a data set: filtered, sorted and paged in the database.</summary>
/// <param name="databases">The database.</param>
public sealed class SourcesReader(IDbContextFactory<DashboardContext> databases)
{
    /// <summary>Sources on a page.</summary>
    public const int PageSize = 12;

    /// <summary>Images shown of a source before it is opened.</summary>
    public const int FirstImages = 24;

    /// <summary>Images shown of an opened one.</summary>
    public const int MostImages = 400;

    /// <summary>A page of them.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="query">Which.</param>
    /// <param name="open">Sources that are shown with more than the first images.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The page.</returns>
    public async Task<SourcesPageModel> ListAsync(int datasetId, SourcesQuery query, IReadOnlySet<string> open, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(open);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var sources = db.ImageSources.AsNoTracking().Where(s => s.DatasetId == datasetId);
        var members = sources.Join(
            db.Images.Where(i => i.DatasetId == datasetId), s => s.ContentHash, i => i.ContentHash, (s, i) => new { s.Source, s.Confidence, s.ByHand, i.Split, i.RelativePath });
        if (query.Text.Length > 0)
        {
            var pattern = QualityText.Pattern(query.Text);
            var named = members.Where(m => EF.Functions.Like(m.RelativePath, pattern, @"\")).Select(m => m.Source);
            members = members.Where(m => named.Contains(m.Source));
        }

        var groups = members.GroupBy(m => m.Source)
            .Select(g => new { Name = g.Key, Count = g.Count(), Least = g.Min(m => m.Confidence), ByHand = g.Max(m => m.ByHand ? 1 : 0), First = g.Min(m => m.Split), Last = g.Max(m => m.Split) })
            .Where(g => g.Count >= query.Least);
        if (query.AcrossSplits)
        {
            groups = groups.Where(g => g.First != g.Last);
        }

        var total = await groups.CountAsync(cancellationToken);
        var pages = Math.Max(1, (total + PageSize - 1) / PageSize);
        var page = Math.Clamp(query.Page, 1, pages);
        var ordered = query.UnsureFirst ? groups.OrderBy(g => g.Least).ThenByDescending(g => g.Count) : groups.OrderByDescending(g => g.Count).ThenBy(g => g.Least);
        var found = await ordered.ThenBy(g => g.Name).Skip((page - 1) * PageSize).Take(PageSize).ToListAsync(cancellationToken);
        var strips = new List<SourceStrip>();
        foreach (var group in found)
        {
            var images = await sources.Where(s => s.Source == group.Name)
                .Join(db.Images.Where(i => i.DatasetId == datasetId), s => s.ContentHash, i => i.ContentHash, (s, i) => new { i.Id, i.RelativePath, i.Split, i.Label, i.ContentHash, s.Confidence })
                .OrderBy(m => m.Split).ThenBy(m => m.Label).ThenBy(m => m.RelativePath)
                .Take(open.Contains(group.Name) ? MostImages : FirstImages)
                .Select(m => new SourceImage(m.Id, m.RelativePath, m.Split, m.Label, m.ContentHash, m.Confidence))
                .ToListAsync(cancellationToken);
            var splits = group.First == group.Last ? 1 : images.Select(i => i.Split).Append(group.Last).Distinct().Count();
            strips.Add(new SourceStrip(group.Name, group.Count, group.Least, group.ByHand == 1, splits, images));
        }

        return new SourcesPageModel(
            strips, total, page, pages, await sources.AnyAsync(s => s.ByHand, cancellationToken), total > 0 || await sources.AnyAsync(cancellationToken));
    }

    /// <summary>The rows behind some sources or contents, so that a change of them can be taken back exactly.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="names">Names of sources.</param>
    /// <param name="contentHashes">Contents, whose whole sources are meant.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The rows.</returns>
    public async Task<IReadOnlyList<ImageSource>> RowsAsync(int datasetId, IReadOnlyCollection<string> names, IReadOnlyCollection<string> contentHashes, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = db.ImageSources.AsNoTracking().Where(s => s.DatasetId == datasetId);
        var meant = rows.Where(s => contentHashes.Contains(s.ContentHash)).Select(s => s.Source);
        return await rows.Where(s => names.Contains(s.Source) || meant.Contains(s.Source)).ToListAsync(cancellationToken);
    }

    /// <summary>The rows that a user had a part in.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The rows.</returns>
    public async Task<IReadOnlyList<ImageSource>> ByHandAsync(int datasetId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.ImageSources.AsNoTracking().Where(s => s.DatasetId == datasetId && s.ByHand).ToListAsync(cancellationToken);
    }
}
