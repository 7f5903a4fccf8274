using System.Collections.Concurrent;
using System.Runtime.InteropServices;
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

/// <summary>How many images of a held-out split have a byte-identical twin in train.</summary>
public sealed record HeldOutTwins(Split Split, int Count, int InTrain);

/// <summary>What a data set is made of.</summary>
public sealed record DatasetStatistics(
    IReadOnlyList<ClassCount> Counts,
    IReadOnlyList<FormatCount> Formats,
    IReadOnlyList<HistogramBin> LongerSides,
    IReadOnlyList<HistogramBin> FileSizes,
    IReadOnlyList<SizeCount> CommonSizes,
    int DistinctSizes,
    int DistinctContents,
    IReadOnlyList<HeldOutTwins> HeldOut)
{
    /// <summary>All images.</summary>
    public int Total => Counts.Sum(c => c.Count);

    /// <summary>Files that repeat the bytes of another file.</summary>
    public int Copies => Total - DistinctContents;

    /// <summary>Validation and test images.</summary>
    public int HeldOutTotal => HeldOut.Sum(h => h.Count);

    /// <summary>Validation and test images that training sees byte for byte: a score on them measures memory.</summary>
    public int HeldOutInTrain => HeldOut.Sum(h => h.InTrain);

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

/// <summary>Counts once for each indexing and remembers.</summary>
/// <param name="databases">The database.</param>
public sealed class GalleryStatistics(IDbContextFactory<DashboardContext> databases)
{
    private const int ShownSizes = 8;
    private const int Kibi = 1024;
    private const long ByteUnit = 8 * Kibi;

    // A class out of balance by more than this is pointed out.
    internal const double NotableImbalance = 1.5;

    private static readonly int[] SideLimits = [128, 256, 384, 512, 768, 1024, 2048];
    private static readonly long[] ByteLimits =
        [8 * Kibi, 16 * Kibi, 32 * Kibi, 64 * Kibi, 128 * Kibi, 256 * Kibi, 512 * Kibi, 1024 * Kibi, 4096L * Kibi];

    private readonly ConcurrentDictionary<int, (DateTime Indexed, DatasetStatistics Statistics)> cache = new();

    /// <summary>Everything the overview shows.</summary>
    public async Task<DatasetStatistics> ReadAsync(Dataset dataset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var indexed = dataset.IndexedUtc ?? default;
        if (cache.TryGetValue(dataset.Id, out var known) && known.Indexed == indexed)
        {
            return known.Statistics;
        }

        var statistics = await ComputeAsync(dataset.Id, cancellationToken);
        cache[dataset.Id] = (indexed, statistics);
        return statistics;
    }

    // One pass over the rows: each grouping in SQL would be a pass of its own with a sort, and that of the twins a
    // look-up for each image.
    private async Task<DatasetStatistics> ComputeAsync(int datasetId, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<(Split, Label), int>();
        var formats = new Dictionary<(ImageFormat, Label), int>();
        var sizes = new Dictionary<(int Width, int Height, Label Label), int>();
        var bytes = new Dictionary<(long Unit, Label Label), int>();
        var trained = new HashSet<string>(StringComparer.Ordinal);
        var heldOut = new List<(Split Split, string ContentHash)>();

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var images = db.Images.Where(i => i.DatasetId == datasetId)
            .Select(i => new { i.Split, i.Label, i.Format, i.Width, i.Height, i.Bytes, i.ContentHash }).AsAsyncEnumerable();
        await foreach (var i in images.WithCancellation(cancellationToken))
        {
            Add(counts, (i.Split, i.Label));
            Add(formats, (i.Format, i.Label));
            Add(sizes, (i.Width, i.Height, i.Label));
            Add(bytes, (i.Bytes / ByteUnit, i.Label));
            if (i.Split == Split.Train)
            {
                trained.Add(i.ContentHash);
            }
            else
            {
                heldOut.Add((i.Split, i.ContentHash));
            }
        }

        return new DatasetStatistics(
            [.. counts.Select(c => new ClassCount(c.Key.Item1, c.Key.Item2, c.Value)).OrderBy(c => c.Split).ThenBy(c => c.Label)],
            [.. formats.GroupBy(f => f.Key.Item1)
                .Select(g => new FormatCount(g.Key, g.Where(f => f.Key.Item2 == Label.NotFractured).Sum(f => f.Value), g.Where(f => f.Key.Item2 == Label.Fractured).Sum(f => f.Value)))
                .OrderByDescending(f => f.Count)],
            Bins(sizes.Select(s => ((long)Math.Max(s.Key.Width, s.Key.Height), s.Key.Label, s.Value)), [.. SideLimits.Select(l => (long)l)], SideName),
            Bins(bytes.Select(b => (b.Key.Unit * ByteUnit, b.Key.Label, b.Value)), ByteLimits, ByteName),
            [.. sizes.GroupBy(s => (s.Key.Width, s.Key.Height)).Select(g => new SizeCount(g.Key.Width, g.Key.Height, g.Sum(s => s.Value)))
                .OrderByDescending(s => s.Count).ThenByDescending(s => (long)s.Width * s.Height).Take(ShownSizes)],
            sizes.Keys.Select(s => (s.Width, s.Height)).Distinct().Count(),
            trained.Count + heldOut.Select(h => h.ContentHash).Where(h => !trained.Contains(h)).Distinct(StringComparer.Ordinal).Count(),
            [.. GalleryText.Splits.Where(s => s != Split.Train)
                .Select(s => new HeldOutTwins(s, heldOut.Count(h => h.Split == s), heldOut.Count(h => h.Split == s && trained.Contains(h.ContentHash))))]);
    }

    private static void Add<T>(Dictionary<T, int> counts, T key)
        where T : notnull => CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _)++;

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
