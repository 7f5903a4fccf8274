using System.Diagnostics;
using System.Globalization;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;

namespace FractureDashboard.Bench;

/// <summary>How long it takes to draw the phantom set, to index 10,000 files twice, and to decode.</summary>
internal static class DatasetBenchmark
{
    private const int IndexedFiles = 10_000;

    /// <summary>Measures everything and prints one line a figure.</summary>
    /// <param name="output">Where to print.</param>
    /// <param name="referenceRoot">The reference radiographs, or null where they are absent.</param>
    /// <param name="cancellationToken">Stops between two measurements.</param>
    public static Task RunAsync(TextWriter output, string? referenceRoot, CancellationToken cancellationToken) =>
        Task.Run(() => Run(output, referenceRoot, cancellationToken), cancellationToken);

    private static void Run(TextWriter output, string? referenceRoot, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("fracture-bench-");
        try
        {
            var phantom = Path.Combine(folder.FullName, "phantom");
            var drawing = Time(() => PhantomGenerator.Generate(phantom, new PhantomOptions(), null, cancellationToken));
            Print(output, $"phantom: 600 images of 256 x 256 in {drawing:0.0} s");

            var copies = Path.Combine(folder.FullName, "copies");
            Multiply(phantom, copies, cancellationToken);
            Index(output, "10,000 phantom files", copies, cancellationToken);
            Decode(output, "phantom", phantom, cancellationToken);

            if (referenceRoot is not null)
            {
                var root = DatasetCatalog.ResolveRoot(referenceRoot);
                Index(output, "reference radiographs", root, cancellationToken);
                Decode(output, "reference radiographs", root, cancellationToken);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Index(TextWriter output, string what, string root, CancellationToken cancellationToken)
    {
        var catalog = new DatasetCatalog(new ImageDecoder());
        CatalogResult result = null!;
        var first = Time(() => result = catalog.Index(root, new Dictionary<string, ImageRecord>(), null, cancellationToken));
        var known = result.Images.ToDictionary(i => i.RelativePath);
        var again = Time(() => result = catalog.Index(root, known, null, cancellationToken));
        Print(output, $"index, {what}: first {first:0.00} s ({known.Count / first:0} files/s), again {again:0.00} s ({known.Count / again:0} files/s, {result.FilesRead} read), {first / again:0.0} times faster");
    }

    private static void Decode(TextWriter output, string what, string root, CancellationToken cancellationToken)
    {
        var files = Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Where(f => Path.GetExtension(f) is ".jpg" or ".png")
            .Order(StringComparer.Ordinal)
            .ToList();
        // Spread over the whole set, because neighbours are alike.
        var sample = files.Where((_, i) => i % Math.Max(1, files.Count / 600) == 0).ToList();
        var decoder = new ImageDecoder();
        foreach (var (mode, options) in new (string, DecodeOptions)[] { ("fast", new(Size: 224)), ("strict", new(Size: 224, Strict: true)) })
        {
            foreach (var threads in (int[])[1, 2])
            {
                var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
                var seconds = Time(() => Parallel.ForEach(sample, parallel, f =>
                {
                    if (decoder.DecodeFile(f, options).Error is { } error)
                    {
                        throw new InvalidDataException($"{f}: {error.Message}");
                    }
                }));
                Print(output, $"decode and resize to 224, {what}, {mode}, {threads} thread(s): {sample.Count / seconds:0} images/s");
            }
        }
    }

    /// <summary>Copies the phantoms until there are enough files, as a data set of its own.</summary>
    private static void Multiply(string phantom, string target, CancellationToken cancellationToken)
    {
        var files = Directory.EnumerateFiles(phantom, "phantom-*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        for (var i = 0; i < IndexedFiles; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var source = files[i % files.Count];
            var folder = Path.Combine(target, Path.GetDirectoryName(Path.GetRelativePath(phantom, source))!);
            Directory.CreateDirectory(folder);
            File.Copy(source, Path.Combine(folder, $"{i:00000}-{Path.GetFileName(source)}"));
        }
    }

    private static double Time(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalSeconds;
    }

    private static void Print(TextWriter output, FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
