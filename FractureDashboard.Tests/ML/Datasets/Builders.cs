using System.IO.Compression;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.Tests.ML.Imaging;

namespace FractureDashboard.Tests.ML.Datasets;

/// <summary>Small pictures, data sets and archives for tests.</summary>
internal static class Builders
{
    public static readonly IReadOnlyDictionary<string, ImageRecord> NothingKnown = new Dictionary<string, ImageRecord>();

    /// <summary>A PNG that is different for every number.</summary>
    public static byte[] Picture(int number = 0) =>
        Pictures.Encode(Pictures.Draw(12, 8, 1, (x, y, _) => ((number * 37) + (x * 5) + (y * 11)) % 256), ImageFormat.Png);

    /// <summary>One picture in each class of each split.</summary>
    public static void SmallDataset(TempFolder folder, string below = "")
    {
        var number = 0;
        foreach (var split in new[] { "train", "val", "test" })
        {
            foreach (var label in new[] { "fractured", "not fractured" })
            {
                folder.Write(Path.Combine(below, split, label, $"{number}.png"), Picture(number));
                number++;
            }
        }
    }

    public static CatalogResult Index(string root, IEnumerable<ImageRecord>? known = null, IProgress<IndexProgress>? progress = null) =>
        new DatasetCatalog(new ImageDecoder()).Index(
            root,
            known?.ToDictionary(r => r.RelativePath) ?? NothingKnown,
            progress,
            TestContext.Current.CancellationToken);

    public static string Zip(TempFolder folder, params (string Name, byte[] Content)[] entries) => Zip(folder, entries, CompressionLevel.Fastest, null);

    public static string Zip(TempFolder folder, (string Name, byte[] Content)[] entries, CompressionLevel level, Action<ZipArchiveEntry>? change)
    {
        var path = folder[$"{Guid.NewGuid():N}.zip"];
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (name, content) in entries)
        {
            var entry = archive.CreateEntry(name, level);
            change?.Invoke(entry);
            using var stream = entry.Open();
            stream.Write(content);
        }

        return path;
    }
}
