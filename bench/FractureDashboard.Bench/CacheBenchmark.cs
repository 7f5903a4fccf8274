using System.Diagnostics;
using System.Globalization;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Preprocessing;
using NetVips;

namespace FractureDashboard.Bench;

/// <summary>
/// Decoding a set of radiographs to 224 px: the tensor cache, which also checks every file's hash, hashes every row and can be
/// resumed, beside vipsthumbnail and a Pillow script with as many processes as the cache has threads.
/// </summary>
internal static class CacheBenchmark
{
    private const int Size = 224;
    private static readonly int[] Qualities = [75, 80, 85, 90, 95];
    private static readonly string Workers = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture);

    public static void Run(TextWriter output, string? referenceRoot, CancellationToken cancellationToken)
    {
        using var folder = new ScratchFolder();
        var root = referenceRoot is null ? DrawJpegs(folder, cancellationToken) : DatasetCatalog.ResolveRoot(referenceRoot);
        var catalog = new DatasetCatalog(new ImageDecoder()).Index(root, new Dictionary<string, ImageRecord>(), null, cancellationToken);
        var images = catalog.Images.DistinctBy(i => i.ContentHash).Take(BenchScale.Of(int.MaxValue, 60)).ToArray();
        var list = Link(folder.Sub("links"), root, images);

        var ways = new List<(string Name, Func<double> Seconds)> { ("this project's tensor cache", () => Build(folder, root, images, cancellationToken)) };
        AddIf(Tools.Run("vipsthumbnail", "--version").ExitCode == 0, "vipsthumbnail", "vipsthumbnail was not found; on Debian or Ubuntu: apt-get install libvips-tools", () => Thumbnails(folder, list, images.Length));
        foreach (var kind in (string[])["plain", "draft"])
        {
            AddIf(Tools.PythonHas("PIL, numpy"), $"Pillow, {kind}", $"{Tools.Python} cannot import PIL and numpy; on Debian or Ubuntu: apt-get install python3-pil python3-numpy", () => Pillow(folder, list, kind));
        }

        var rounds = BenchScale.Of(5, 1);
        var seconds = ways.ConvertAll(_ => new List<double>());
        for (var round = -1; round < rounds; round++)
        {
            for (var i = 0; i < ways.Count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var time = ways[i].Seconds();
                if (round >= 0)
                {
                    seconds[i].Add(time);
                }
            }
        }

        output.WriteLine($"Decoding {images.Length} files ({(referenceRoot is null ? "phantoms of 768 px as JPEG" : "reference radiographs")}, {images.Average(i => i.Width):0} x {images.Average(i => i.Height):0} px and {images.Average(i => i.Bytes) / 1000:0} kB on average) to {Size} px, {Workers} workers, files in the page cache, {rounds} alternating rounds after one to warm up:");
        output.WriteLine("| way | images/s, median | images/s, best | the tensor cache is faster by (median of rounds) |");
        output.WriteLine("|---|---|---|---|");
        for (var i = 0; i < ways.Count; i++)
        {
            var faster = i == 0 ? "" : FormattableString.Invariant($"{Statistics.MedianRatio(seconds[i], seconds[0]):0.00}");
            output.WriteLine(FormattableString.Invariant($"| {ways[i].Name} | {images.Length / Statistics.Median(seconds[i]):0} | {images.Length / seconds[i].Min():0} | {faster} |"));
        }

        void AddIf(bool available, string name, string reason, Func<double> way)
        {
            if (available)
            {
                ways.Add((name, way));
            }
            else
            {
                output.WriteLine($"{name}: skipped, since {reason}.");
            }
        }
    }

    private static double Build(ScratchFolder folder, string root, ImageRecord[] images, CancellationToken cancellationToken)
    {
        var target = folder.Sub($"cache-{Guid.NewGuid():N}");
        var watch = Stopwatch.StartNew();
        new TensorCacheBuilder(new ImageDecoder()).Open(target, root, images, Size, PreprocessingOptions.Notebook, (_, _) => { }, cancellationToken).Dispose();
        var seconds = watch.Elapsed.TotalSeconds;
        Directory.Delete(target, recursive: true);
        return seconds;
    }

    /// <summary>Writes raw pixels, so that no time goes into compression; its start is counted, once for every few hundred files.</summary>
    private static double Thumbnails(ScratchFolder folder, string list, int files)
    {
        var target = folder.Sub("thumbnails");
        Directory.CreateDirectory(target);
        var each = Math.Clamp(files / (4 * Environment.ProcessorCount), 1, 500).ToString(CultureInfo.InvariantCulture);
        var watch = Stopwatch.StartNew();
        var (code, text) = Tools.Run(
            "env", "VIPS_CONCURRENCY=1", "xargs", "-a", list, "-d", "\\n", "-P", Workers, "-n", each, "vipsthumbnail", "--size", $"{Size}x{Size}!", "-o", Path.Combine(target, "%s.ppm"));
        var seconds = watch.Elapsed.TotalSeconds;
        var written = Directory.GetFiles(target).Length;
        Directory.Delete(target, recursive: true);
        return code == 0 && written == files ? seconds : throw new InvalidOperationException($"vipsthumbnail wrote {written} of {files} files: {text}");
    }

    private static double Pillow(ScratchFolder folder, string list, string kind)
    {
        var (code, text) = Tools.Run(Tools.Python, Tools.Script("cache/pillow_cache.py"), list, folder.Sub("pillow.npy"), Workers, kind);
        return code == 0 ? double.Parse(text, CultureInfo.InvariantCulture) : throw new InvalidOperationException(text);
    }

    private static string DrawJpegs(ScratchFolder folder, CancellationToken cancellationToken)
    {
        var (drawn, root) = (folder.Sub("drawn"), folder.Sub("jpegs"));
        PhantomGenerator.Generate(drawn, new PhantomOptions(BenchScale.Of(240, 12), Size: 768), null, cancellationToken);
        Parallel.ForEach(Directory.GetFiles(drawn, "*.png", SearchOption.AllDirectories), file =>
        {
            var target = Path.Combine(root, Path.GetDirectoryName(Path.GetRelativePath(drawn, file))!);
            Directory.CreateDirectory(target);
            using var image = Image.NewFromFile(file);
            foreach (var quality in Qualities)
            {
                image.Jpegsave(Path.Combine(target, $"{Path.GetFileNameWithoutExtension(file)}-{quality}.jpg"), q: quality);
            }
        });
        return root;
    }

    /// <summary>Names without repeats and without anything that a shell tool could stumble over.</summary>
    private static string Link(string links, string root, ImageRecord[] images)
    {
        Directory.CreateDirectory(links);
        var paths = images.Select((image, i) => Path.Combine(links, string.Create(CultureInfo.InvariantCulture, $"{i:000000}{Path.GetExtension(image.RelativePath)}"))).ToArray();
        for (var i = 0; i < paths.Length; i++)
        {
            File.CreateSymbolicLink(paths[i], Path.Combine(root, images[i].RelativePath));
        }

        File.WriteAllLines(links + ".txt", paths);
        return links + ".txt";
    }
}
