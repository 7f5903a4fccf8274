using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Gallery;

/// <summary>What a tile shows of an image.</summary>
public sealed record GalleryImage(
    int Id, string RelativePath, Split Split, Label Label, ImageFormat Format, long Bytes, int Width, int Height, string ContentHash)
{
    /// <summary>The file's name without its folders.</summary>
    public string FileName => RelativePath[(RelativePath.LastIndexOf('/') + 1)..];

    /// <summary>Where the browser gets the thumbnail; the hash makes the address change with the content.</summary>
    public string ThumbnailUrl => ImageEndpoints.ThumbnailUrl(Id, ContentHash);
}

/// <summary>Other files with the same bytes as an image.</summary>
/// <param name="Shown">A few of them, those in train first.</param>
/// <param name="InTrain">How many lie in train.</param>
/// <param name="HeldOut">How many lie in validation or test.</param>
public sealed record ImageTwins(IReadOnlyList<GalleryImage> Shown, int InTrain, int HeldOut)
{
    public int Count => InTrain + HeldOut;
}

/// <summary>An image among its neighbours in a listing.</summary>
/// <param name="Image">The image.</param>
/// <param name="Position">Counts from 1; 0 when the filter leaves the image out.</param>
/// <param name="Total">Images in the listing.</param>
/// <param name="PreviousId">The one before it.</param>
/// <param name="NextId">The one after it.</param>
/// <param name="Twins">Other files with the same bytes.</param>
public sealed record ImageInContext(DatasetImage Image, int Position, int Total, int? PreviousId, int? NextId, ImageTwins Twins)
{
    /// <summary>True for a validation or test image that training has seen byte for byte.</summary>
    public bool IsLeaked => Image.Split != Split.Train && Twins.InTrain > 0;
}

/// <summary>Lists the images of a data set.</summary>
/// <param name="databases">The database.</param>
public sealed class GalleryService(IDbContextFactory<DashboardContext> databases)
{
    private const int ShownTwins = 5;

    /// <summary>How many images a query lists.</summary>
    public async Task<int> CountAsync(int datasetId, GalleryQuery query, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await Filter(db, datasetId, query).CountAsync(cancellationToken);
    }

    /// <summary>A stretch of the listing.</summary>
    public async Task<IReadOnlyList<GalleryImage>> ListAsync(int datasetId, GalleryQuery query, int skip, int take, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await Page(db, datasetId, query, skip, take).ToListAsync(cancellationToken);
    }

    /// <summary>An image with its neighbours in the listing.</summary>
    /// <returns>Null when the data set has no such image.</returns>
    public async Task<ImageInContext?> FindAsync(int datasetId, int imageId, GalleryQuery query, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var image = await db.Images.AsNoTracking().FirstOrDefaultAsync(i => i.Id == imageId && i.DatasetId == datasetId, cancellationToken);
        if (image is null)
        {
            return null;
        }

        var listed = Filter(db, datasetId, query);
        var total = await listed.CountAsync(cancellationToken);
        var inside = await listed.AnyAsync(i => i.Id == imageId, cancellationToken);
        int? previous = null, next = null;
        var position = 0;
        if (inside)
        {
            var before = Beyond(listed, image, query.Sort, forward: false);
            position = 1 + await before.CountAsync(cancellationToken);
            previous = await Order(before, query.Sort, reverse: true).Select(i => (int?)i.Id).FirstOrDefaultAsync(cancellationToken);
            next = await Order(Beyond(listed, image, query.Sort, forward: true), query.Sort).Select(i => (int?)i.Id).FirstOrDefaultAsync(cancellationToken);
        }

        return new ImageInContext(image, position, total, previous, next, await TwinsAsync(db, image, cancellationToken));
    }

    /// <summary>Where an image stands in the listing, counted from 0; -1 when it is not in it.</summary>
    public async Task<int> PositionAsync(int datasetId, int imageId, GalleryQuery query, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var listed = Filter(db, datasetId, query);
        var image = await listed.FirstOrDefaultAsync(i => i.Id == imageId, cancellationToken);
        return image is null ? -1 : await Beyond(listed, image, query.Sort, forward: false).CountAsync(cancellationToken);
    }

    /// <summary>The content hashes of some images, in no order; ids that are null or unknown are left out.</summary>
    public async Task<IReadOnlyList<(int Id, string ContentHash)>> HashesAsync(IReadOnlyList<int?> imageIds, CancellationToken cancellationToken)
    {
        var ids = imageIds.OfType<int>().ToArray();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var found = await db.Images.Where(i => ids.Contains(i.Id)).Select(i => new { i.Id, i.ContentHash }).ToListAsync(cancellationToken);
        return [.. found.Select(i => (i.Id, i.ContentHash))];
    }

    /// <summary>A data set's row.</summary>
    /// <returns>Null when there is none.</returns>
    public async Task<Dataset?> DatasetAsync(int datasetId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Datasets.AsNoTracking().FirstOrDefaultAsync(d => d.Id == datasetId, cancellationToken);
    }

    /// <summary>Draws images at random, the same number of each class. The same seed and content draw the same images.</summary>
    /// <returns>By class; fewer when a class has fewer.</returns>
    public async Task<IReadOnlyDictionary<Label, IReadOnlyList<GalleryImage>>> SampleAsync(
        int datasetId, Split? split, int perClass, int seed, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var samples = new Dictionary<Label, IReadOnlyList<GalleryImage>>();
        foreach (var label in GalleryText.Labels)
        {
            // Ordered by path, not by id, so that a re-indexed copy of the same files draws alike.
            var ids = await Filter(db, datasetId, new GalleryQuery(split, label))
                .OrderBy(i => i.Split).ThenBy(i => i.RelativePath).Select(i => i.Id).ToArrayAsync(cancellationToken);
            var count = Math.Min(perClass, ids.Length);
            var random = new Random(HashCode(seed, (int)label));
            for (var i = 0; i < count; i++)
            {
                var j = random.Next(i, ids.Length);
                (ids[i], ids[j]) = (ids[j], ids[i]);
            }

            var drawn = ids[..count];
            var images = await Project(db.Images.AsNoTracking().Where(i => drawn.Contains(i.Id))).ToListAsync(cancellationToken);
            samples[label] = [.. images.OrderBy(i => Array.IndexOf(drawn, i.Id))];
        }

        return samples;
    }

    private static async Task<ImageTwins> TwinsAsync(DashboardContext db, DatasetImage image, CancellationToken cancellationToken)
    {
        var twins = db.Images.AsNoTracking().Where(i => i.DatasetId == image.DatasetId && i.ContentHash == image.ContentHash && i.Id != image.Id);
        var splits = await twins.Select(i => i.Split).ToListAsync(cancellationToken);

        // Ordered by an expression: ordered by the columns themselves, SQLite would walk the whole listing's index for
        // the order's sake instead of looking the few twins up by their hash.
        var shown = splits.Count == 0 ? [] : await Project(Keyed(twins, GallerySort.Folder).OrderBy(k => k.Key).ThenBy(k => k.Image.RelativePath).Select(k => k.Image).Take(ShownTwins))
            .ToListAsync(cancellationToken);
        var inTrain = splits.Count(s => s == Split.Train);
        return new ImageTwins(shown, inTrain, splits.Count - inTrain);
    }

    internal static IQueryable<DatasetImage> Filter(DashboardContext db, int datasetId, GalleryQuery query)
    {
        var images = db.Images.AsNoTracking().Where(i => i.DatasetId == datasetId);
        if (query.Split is { } split)
        {
            images = images.Where(i => i.Split == split);
        }

        if (query.Label is { } label)
        {
            // Without a split the index cannot be entered by class. SQLite would then see that the class is constant, no
            // longer recognise the index's order (split, class, path) and sort; the minus hides it.
            images = query.Split is null ? images.Where(i => -(int)i.Label == -(int)label) : images.Where(i => i.Label == label);
        }

        if (query.Format is { } format)
        {
            images = images.Where(i => i.Format == format);
        }

        if (query.Text.Length > 0)
        {
            var pattern = $"%{query.Text.Replace("\\", "\\\\").Replace("%", "\\%").Replace("_", "\\_")}%";
            images = images.Where(i => EF.Functions.Like(i.RelativePath, pattern, "\\"));
        }

        return images;
    }

    internal static IQueryable<GalleryImage> Page(DashboardContext db, int datasetId, GalleryQuery query, int skip, int take) =>
        Project(Order(Filter(db, datasetId, query), query.Sort).Skip(skip).Take(take));

    private static IQueryable<GalleryImage> Project(IQueryable<DatasetImage> images) =>
        images.Select(i => new GalleryImage(i.Id, i.RelativePath, i.Split, i.Label, i.Format, i.Bytes, i.Width, i.Height, i.ContentHash));

    // Ties are broken by path, upwards in the order as shown.
    private static IQueryable<DatasetImage> Order(IQueryable<DatasetImage> images, GallerySort sort, bool reverse = false)
    {
        if (sort == GallerySort.Folder)
        {
            return reverse
                ? images.OrderByDescending(i => i.Split).ThenByDescending(i => i.Label).ThenByDescending(i => i.RelativePath)
                : images.OrderBy(i => i.Split).ThenBy(i => i.Label).ThenBy(i => i.RelativePath);
        }

        if (sort is GallerySort.Path or GallerySort.PathDescending)
        {
            return (sort == GallerySort.PathDescending) ^ reverse ? images.OrderByDescending(i => i.RelativePath) : images.OrderBy(i => i.RelativePath);
        }

        var keyed = Keyed(images, sort);
        var ordered = Descends(sort) ^ reverse ? keyed.OrderByDescending(k => k.Key) : keyed.OrderBy(k => k.Key);
        return (reverse ? ordered.ThenByDescending(k => k.Image.RelativePath) : ordered.ThenBy(k => k.Image.RelativePath)).Select(k => k.Image);
    }

    // The images after (or before) one in the given order. Paths compare in the database, byte by byte.
#pragma warning disable CA1309
    private static IQueryable<DatasetImage> Beyond(IQueryable<DatasetImage> images, DatasetImage from, GallerySort sort, bool forward)
    {
        var path = from.RelativePath;
        if (sort is GallerySort.Path or GallerySort.PathDescending)
        {
            return (sort == GallerySort.Path) == forward
                ? images.Where(i => string.Compare(i.RelativePath, path) > 0)
                : images.Where(i => string.Compare(i.RelativePath, path) < 0);
        }

        var keyed = Keyed(images, sort);
        var key = sort switch
        {
            GallerySort.Folder => ((long)from.Split * 2) + (long)from.Label,
            GallerySort.LargestFile or GallerySort.SmallestFile => from.Bytes,
            _ => (long)from.Width * from.Height,
        };
        var beyond = (Descends(sort) != forward, forward) switch
        {
            (true, true) => keyed.Where(k => k.Key > key || (k.Key == key && string.Compare(k.Image.RelativePath, path) > 0)),
            (true, false) => keyed.Where(k => k.Key > key || (k.Key == key && string.Compare(k.Image.RelativePath, path) < 0)),
            (false, true) => keyed.Where(k => k.Key < key || (k.Key == key && string.Compare(k.Image.RelativePath, path) > 0)),
            (false, false) => keyed.Where(k => k.Key < key || (k.Key == key && string.Compare(k.Image.RelativePath, path) < 0)),
        };
        return beyond.Select(k => k.Image);
    }
#pragma warning restore CA1309

    private static IQueryable<KeyedImage> Keyed(IQueryable<DatasetImage> images, GallerySort sort) => sort switch
    {
        GallerySort.Folder => images.Select(i => new KeyedImage { Image = i, Key = ((int)i.Split * 2) + (int)i.Label }),
        GallerySort.LargestFile or GallerySort.SmallestFile => images.Select(i => new KeyedImage { Image = i, Key = i.Bytes }),
        _ => images.Select(i => new KeyedImage { Image = i, Key = (long)i.Width * i.Height }),
    };

    private static bool Descends(GallerySort sort) => sort is GallerySort.LargestFile or GallerySort.MostPixels;

    // Own mixing: HashCode.Combine differs from one process to the next.
    private static int HashCode(int seed, int label) => unchecked((seed * 486187739) + label);

    private sealed class KeyedImage
    {
        public required DatasetImage Image { get; init; }

        public long Key { get; init; }
    }
}
