using System.Collections.Concurrent;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Gallery;

/// <summary>Images of one class in one split.</summary>
public sealed record ClassCount(Split Split, Label Label, int Count);

/// <summary>Images of one format, by class.</summary>
public sealed record FormatCount(ImageFormat Format, int NotFractured, int Fractured)
{
    public int Count => NotFractured + Fractured;
}

/// <summary>A bar of a histogram, by class.</summary>
public sealed record HistogramBin(string Name, int NotFractured, int Fractured);

/// <summary>How often an exact size occurs.</summary>
public sealed record SizeCount(int Width, int Height, int Count);

/// <summary>What a data set is made of.</summary>
public sealed record DatasetStatistics(
    IReadOnlyList<ClassCount> Counts,
    IReadOnlyList<FormatCount> Formats,
    IReadOnlyList<HistogramBin> LongerSides,
    IReadOnlyList<HistogramBin> FileSizes,
    IReadOnlyList<SizeCount> CommonSizes,
    int DistinctSizes,
    int DistinctContents)
{
    /// <summary>All images.</summary>
    public int Total => Counts.Sum(c => c.Count);

    /// <summary>Images of a class in a split, or in all.</summary>
    public int Count(Split? split, Label? label) =>
        Counts.Where(c => (split is null || c.Split == split) && (label is null || c.Label == label)).Sum(c => c.Count);

    /// <summary>The larger class divided by the smaller; null when one of them is empty.</summary>
    public double? Imbalance(Split? split)
    {
        var (a, b) = (Count(split, Label.NotFractured), Count(split, Label.Fractured));
        return Math.Min(a, b) == 0 ? null : (double)Math.Max(a, b) / Math.Min(a, b);
    }
}

/// <summary>Counts on the database's side, once for each indexing.</summary>
/// <param name="databases">The database.</param>
public sealed class GalleryStatistics(IDbContextFactory<DashboardContext> databases)
{
    private const int ShownSizes = 8;
    private const int Kibi = 1024;

    // A class out of balance by more than this is pointed out.
    internal const double NotableImbalance = 1.5;

    private static readonly int[] SideLimits = [128, 256, 384, 512, 768, 1024, 2048];
    private static readonly long[] ByteLimits =
        [8 * Kibi, 16 * Kibi, 32 * Kibi, 64 * Kibi, 128 * Kibi, 256 * Kibi, 512 * Kibi, 1024 * Kibi, 4096L * Kibi];

    private readonly ConcurrentDictionary<int, (DateTime Indexed, DatasetStatistics Statistics)> cache = new();
    private readonly ConcurrentDictionary<int, (DateTime Indexed, IReadOnlyList<ClassCount> Counts)> countCache = new();

    /// <summary>Images per split and class.</summary>
    public async Task<IReadOnlyList<ClassCount>> CountsAsync(Dataset dataset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        if (dataset.IndexedUtc is not { } indexed)
        {
            return [];
        }

        if (countCache.TryGetValue(dataset.Id, out var known) && known.Indexed == indexed)
        {
            return known.Counts;
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var counts = await Counts(db, dataset.Id).ToListAsync(cancellationToken);
        countCache[dataset.Id] = (indexed, counts);
        return counts;
    }

    /// <summary>Everything the overview shows.</summary>
    public async Task<DatasetStatistics> ReadAsync(Dataset dataset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var indexed = dataset.IndexedUtc ?? default;
        if (cache.TryGetValue(dataset.Id, out var known) && known.Indexed == indexed)
        {
            return known.Statistics;
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var images = db.Images.Where(i => i.DatasetId == dataset.Id);
        var counts = await Counts(db, dataset.Id).ToListAsync(cancellationToken);
        var formats = await images.GroupBy(i => new { i.Format, i.Label })
            .Select(g => new { g.Key.Format, g.Key.Label, Count = g.Count() }).ToListAsync(cancellationToken);
        var sizes = await images.GroupBy(i => new { i.Width, i.Height, i.Label })
            .Select(g => new { g.Key.Width, g.Key.Height, g.Key.Label, Count = g.Count() }).ToListAsync(cancellationToken);
        var bytes = await images.GroupBy(i => new { Unit = i.Bytes / (8 * Kibi), i.Label })
            .Select(g => new { g.Key.Unit, g.Key.Label, Count = g.Count() }).ToListAsync(cancellationToken);
        var contents = await images.Select(i => i.ContentHash).Distinct().CountAsync(cancellationToken);

        var statistics = new DatasetStatistics(
            counts,
            [.. formats.GroupBy(f => f.Format).Select(g => new FormatCount(
                g.Key, g.Where(f => f.Label == Label.NotFractured).Sum(f => f.Count), g.Where(f => f.Label == Label.Fractured).Sum(f => f.Count)))
                .OrderByDescending(f => f.Count)],
            Bins(sizes.Select(s => ((long)Math.Max(s.Width, s.Height), s.Label, s.Count)), [.. SideLimits.Select(l => (long)l)], SideName),
            Bins(bytes.Select(b => (b.Unit * 8 * Kibi, b.Label, b.Count)), ByteLimits, ByteName),
            [.. sizes.GroupBy(s => (s.Width, s.Height)).Select(g => new SizeCount(g.Key.Width, g.Key.Height, g.Sum(s => s.Count)))
                .OrderByDescending(s => s.Count).ThenByDescending(s => (long)s.Width * s.Height).Take(ShownSizes)],
            sizes.Select(s => (s.Width, s.Height)).Distinct().Count(),
            contents);
        cache[dataset.Id] = (indexed, statistics);
        return statistics;
    }

    internal static IQueryable<ClassCount> Counts(DashboardContext db, int datasetId) => db.Images
        .Where(i => i.DatasetId == datasetId)
        .GroupBy(i => new { i.Split, i.Label })
        .OrderBy(g => g.Key.Split).ThenBy(g => g.Key.Label)
        .Select(g => new ClassCount(g.Key.Split, g.Key.Label, g.Count()));

    // Bin i holds values below limits[i] and not below limits[i - 1]; empty bins at both ends are left out.
    private static List<HistogramBin> Bins(IEnumerable<(long Value, Label Label, int Count)> values, long[] limits, Func<long?, long?, string> name)
    {
        var bins = new int[limits.Length + 1, 2];
        foreach (var (value, label, count) in values)
        {
            var bin = Array.FindIndex(limits, l => value < l);
            bins[bin < 0 ? limits.Length : bin, (int)label] += count;
        }

        var all = Enumerable.Range(0, limits.Length + 1)
            .Select(i => new HistogramBin(name(i == 0 ? null : limits[i - 1], i == limits.Length ? null : limits[i]), bins[i, 0], bins[i, 1]))
            .ToList();
        var first = all.FindIndex(b => b.NotFractured + b.Fractured > 0);
        var last = all.FindLastIndex(b => b.NotFractured + b.Fractured > 0);
        return first < 0 ? [] : all[first..(last + 1)];
    }

    private static string SideName(long? from, long? to) => (from, to) switch
    {
        (null, { } t) => $"< {t}",
        ({ } f, { } t) => $"{f}–{t - 1}",
        ({ } f, null) => $"≥ {f}",
        _ => "",
    };

    private static string ByteName(long? from, long? to) => (from, to) switch
    {
        (null, { } t) => $"< {Unit(t)}",
        ({ } f, { } t) => $"{Unit(f, t)}–{Unit(t)}",
        ({ } f, null) => $"≥ {Unit(f)}",
        _ => "",
    };

    private static string Unit(long bytes) => bytes >= 1024 * Kibi ? $"{bytes / (1024 * Kibi)} MiB" : $"{bytes / Kibi} KiB";

    // "16–32 KiB", but "512 KiB–1 MiB".
    private static string Unit(long bytes, long next) =>
        bytes < 1024 * Kibi == next < 1024 * Kibi ? Unit(bytes).Split(' ')[0] : Unit(bytes);
}
