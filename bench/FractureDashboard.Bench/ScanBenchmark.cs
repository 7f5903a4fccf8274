using System.Diagnostics;
using System.Globalization;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Quality;
using NetVips;

namespace FractureDashboard.Bench;

/// <summary>
/// A whole quality scan without the search for sources, which reads, hashes, strictly decodes and judges every file, beside vips
/// decoding the same files: a process a file on the command line, and in this process.
/// </summary>
internal static class ScanBenchmark
{
    private const int Side = 500;
    private static readonly int[] Qualities = [68, 72, 75, 78, 80, 83, 85, 88, 90, 93];
    private static readonly string Workers = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture);
    private static readonly Dictionary<string, (Split Split, Label Label)> NoCorrections = [];

    public static void Run(TextWriter output, string? referenceRoot, CancellationToken cancellationToken)
    {
        using (var folder = new ScratchFolder())
        {
            Speed(output, folder, cancellationToken);
        }

        if (referenceRoot is not null)
        {
            output.WriteLine();
            Reference(output, DatasetCatalog.ResolveRoot(referenceRoot), cancellationToken);
        }
    }

    private static void Speed(TextWriter output, ScratchFolder folder, CancellationToken cancellationToken)
    {
        var root = DrawJpegs(folder, cancellationToken);
        var files = PlacedFiles.Of(root, NoCorrections, cancellationToken);
        var paths = files.Select(f => Path.Combine(root, f.RelativePath)).ToArray();
        var list = folder.Sub("files.txt");

        // A process a file takes its time: one file in ten is enough to know how long.
        string[] some = [.. paths.Where((_, i) => i % 10 == 0)];
        File.WriteAllLines(list, some);

        var ways = new List<(string Name, int Files, Func<double> Seconds)>
        {
            ("this project's scan", paths.Length, () => Scan(root, files, new InMemoryFactsStore(), findSources: false, cancellationToken).Seconds),
            ("libvips in this process, decoding only", paths.Length, () => InProcess(paths, cancellationToken)),
        };
        if (Tools.Run("vips", "--version").ExitCode == 0)
        {
            ways.Add(($"vips avg on the command line, {some.Length} of the files", some.Length, () => CommandLine(list)));
        }
        else
        {
            output.WriteLine("vips on the command line: skipped, since vips was not found; on Debian or Ubuntu: apt-get install libvips-tools.");
        }

        var before = Resident();
        var rounds = BenchScale.Of(5, 1);
        var seconds = ways.ConvertAll(_ => new List<double>());
        var megabytes = new List<double>();
        for (var round = -1; round < rounds; round++)
        {
            for (var i = 0; i < ways.Count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var time = ways[i].Seconds();
                if (i == 0)
                {
                    megabytes.Add(Resident());
                }

                if (round >= 0)
                {
                    seconds[i].Add(time / ways[i].Files);
                }
            }
        }

        output.WriteLine($"Scanning {files.Count} JPEGs (phantoms of {Side} px, {files.Average(f => f.Bytes) / 1000:0} kB on average), {Workers} workers, files in the page cache, {rounds} alternating rounds after one to warm up:");
        output.WriteLine("| way | images/s, median | images/s, best | the scan's speed by this one's (median of rounds; goal 0.90) |");
        output.WriteLine("|---|---|---|---|");
        for (var i = 0; i < ways.Count; i++)
        {
            var ratio = i == 0 ? "" : FormattableString.Invariant($"{Statistics.MedianRatio(seconds[i], seconds[0]):0.00}");
            output.WriteLine(FormattableString.Invariant($"| {ways[i].Name} | {1 / Statistics.Median(seconds[i]):0} | {1 / seconds[i].Min():0} | {ratio} |"));
        }

        output.WriteLine();
        output.WriteLine(FormattableString.Invariant(
            $"Resident memory, garbage collected: {before:0} MB before, {megabytes[0]:0} MB after the first scan, {megabytes[^1]:0} MB after the last of {megabytes.Count}; most during all of it {Peak():0} MB."));

        var store = new InMemoryFactsStore();
        Scan(root, files, store, findSources: false, cancellationToken);
        var again = Scan(root, files, store, findSources: false, cancellationToken);
        output.WriteLine(FormattableString.Invariant($"Scanned again with nothing changed: {again.Seconds:0.00} s, {again.Result.Reused} of {files.Count} files taken over."));
    }

    private static void Reference(TextWriter output, string root, CancellationToken cancellationToken)
    {
        var files = PlacedFiles.Of(root, NoCorrections, cancellationToken);
        if (BenchScale.IsQuick)
        {
            files = [.. files.Where((_, i) => i % 50 == 0)];
        }

        var store = new InMemoryFactsStore();
        var withSources = Scan(root, files, store, findSources: true, cancellationToken);
        var again = Scan(root, files, store, findSources: false, cancellationToken);
        var without = Scan(root, files, new InMemoryFactsStore(), findSources: false, cancellationToken);
        var leakage = withSources.Result.Leakage;
        output.WriteLine($"The reference set, {files.Count} files:");
        output.WriteLine("| | |");
        output.WriteLine("|---|---|");
        Row("whole scan with sources, s", withSources.Seconds);
        Row("of that inspecting, s", withSources.Inspecting);
        Row("scan without sources, s", without.Seconds);
        Row("scan without sources, nothing changed, s", again.Seconds);
        Row("distinct files", leakage.DistinctFiles);
        Row("groups of identical files", leakage.IdenticalGroups);
        Row("files in them", leakage.IdenticalFiles);
        Row("validation and test images", leakage.HeldOut);
        Row("with an identical twin in train", leakage.WithTwin);
        Row("with a twin or a near copy in train", leakage.WithNearTwin);
        Row("with their radiograph in train", leakage.WithSource);
        Row("radiographs", leakage.Sources);
        Row("radiographs in more than one split", leakage.SourcesAcrossSplits);
        foreach (var rule in withSources.Result.Findings.GroupBy(f => (f.Rule, f.Severity)))
        {
            Row($"{QualityRules.Of(rule.Key.Rule).Code}, {rule.Key.Severity}", rule.Count());
        }

        void Row(string name, double value) => output.WriteLine(FormattableString.Invariant($"| {name} | {value:0.##} |"));
    }

    private static (double Seconds, double Inspecting, ScanResult Result) Scan(
        string root, IReadOnlyList<PlacedFile> files, IFileFactsStore store, bool findSources, CancellationToken cancellationToken)
    {
        double inspecting = 0;
        var watch = Stopwatch.StartNew();
        var result = new QualityScanner(new ImageDecoder()).Scan(
            new ScanRequest(root, files, FindSources: findSources),
            store,
            p => inspecting = p.Phase == ScanPhase.Inspecting ? watch.Elapsed.TotalSeconds : inspecting,
            null,
            cancellationToken);
        return (watch.Elapsed.TotalSeconds, inspecting, result);
    }

    /// <summary>As the command line does it: streamed, every pixel looked at.</summary>
    private static double InProcess(string[] paths, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        Parallel.ForEach(paths, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken }, path =>
        {
            using var image = Image.NewFromFile(path, access: Enums.Access.Sequential);
            image.Avg();
        });
        return watch.Elapsed.TotalSeconds;
    }

    /// <summary>The program takes one file at a time.</summary>
    private static double CommandLine(string list)
    {
        var watch = Stopwatch.StartNew();
        var (code, text) = Tools.Run("env", "VIPS_CONCURRENCY=1", "xargs", "-a", list, "-d", "\\n", "-P", Workers, "-n", "1", "vips", "avg");
        return code == 0 ? watch.Elapsed.TotalSeconds : throw new InvalidOperationException(text);
    }

    private static double Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return Environment.WorkingSet / 1e6;
    }

    private static double Peak()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / 1e6;
    }

    /// <summary>Three equal channels, as nearly all radiographs are stored; each drawn once and written in ten qualities.</summary>
    private static string DrawJpegs(ScratchFolder folder, CancellationToken cancellationToken)
    {
        var (drawn, root) = (folder.Sub("drawn"), folder.Sub("jpegs"));
        PhantomGenerator.Generate(drawn, new PhantomOptions(BenchScale.Of(1000, 12), Size: Side), null, cancellationToken);
        Parallel.ForEach(Directory.GetFiles(drawn, "phantom-*", SearchOption.AllDirectories), file =>
        {
            var target = Path.Combine(root, Path.GetDirectoryName(Path.GetRelativePath(drawn, file))!);
            Directory.CreateDirectory(target);
            using var grey = Image.NewFromFile(file);
            using var image = grey.Colourspace(Enums.Interpretation.Srgb);
            foreach (var quality in Qualities)
            {
                image.Jpegsave(Path.Combine(target, $"{Path.GetFileNameWithoutExtension(file)}-{quality}.jpg"), q: quality);
            }
        });
        return root;
    }
}
