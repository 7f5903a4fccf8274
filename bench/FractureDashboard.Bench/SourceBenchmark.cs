using System.Diagnostics;
using System.Security.Cryptography;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Quality;
using FractureDashboard.Tests.ML.Quality;

namespace FractureDashboard.Bench;

/// <summary>
/// Near duplicates among 100,000 hashes; then how many changed copies of phantoms and of reference radiographs are found
/// again, and how many pairs of different radiographs are taken for one; then the reference set as it is.
/// <c>sheet=PATH</c> writes 40 random groups of the reference set for the eye.
/// </summary>
internal static class SourceBenchmark
{
    private const int Seed = 20;
    private const double NoneWrong = 1;

    public static void Run(TextWriter output, string? referenceRoot, CancellationToken cancellationToken)
    {
        Hashes(output, cancellationToken);
        var sources = BenchScale.Of(200, 12);
        using (var folder = new ScratchFolder())
        {
            PhantomGenerator.Generate(folder.Sub("drawn"), new PhantomOptions(sources), null, cancellationToken);
            Variants(output, folder, "phantoms", [.. Directory.GetFiles(folder.Sub("drawn"), "phantom-*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)], cancellationToken);
        }

        if (referenceRoot is null)
        {
            output.WriteLine("Reference radiographs: skipped; set FRACTUREDASHBOARD_REFERENCE to their folder.");
            return;
        }

        var root = DatasetCatalog.ResolveRoot(referenceRoot);
        using (var folder = new ScratchFolder())
        {
            Variants(output, folder, "reference radiographs", OneOfEachName(root, sources, cancellationToken), cancellationToken);
        }

        Reference(output, root, cancellationToken);
    }

    private static void Hashes(TextWriter output, CancellationToken cancellationToken)
    {
        var count = BenchScale.Of(100_000, 5_000);
        var random = new Random(Seed);
        var hashes = new ulong[count];
        for (var i = 0; i < count; i++)
        {
            // One in twenty blank, one in ten a near copy of another, the others anything.
            hashes[i] = random.Next(20) switch
            {
                0 => 0,
                < 3 when i > 0 => hashes[random.Next(i)] ^ (1UL << random.Next(64)) ^ (1UL << random.Next(64)),
                _ => (ulong)random.NextInt64(),
            };
        }

        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var watch = Stopwatch.StartNew();
        var pairs = NearDuplicates.Find(hashes, PerceptualHash.NearDistance, cancellationToken).Count;
        var seconds = watch.Elapsed.TotalSeconds;
        output.WriteLine(FormattableString.Invariant($"Near duplicates among {count:N0} hashes, distance {PerceptualHash.NearDistance}: {pairs:N0} pairs in {seconds:0.00} s; {(GC.GetTotalAllocatedBytes(precise: true) - allocated) / 1e6:0.0} MB allocated in all"));
        output.WriteLine();
    }

    /// <summary>
    /// Radiographs that probably have nothing to do with one another: one of each leading number and class. The other files of
    /// a number, mostly copies of it that are in the collection, are left out and so neither right nor wrong.
    /// </summary>
    private static string[] OneOfEachName(string root, int count, CancellationToken cancellationToken)
    {
        var random = new Random(Seed);
        var catalog = new DatasetCatalog(new ImageDecoder()).Index(root, new Dictionary<string, ImageRecord>(), null, cancellationToken);
        var names = SourceGroups.Assign(SourceGroups.Distinct(catalog.Images)).GroupBy(i => i.Group!, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).ToArray();
        random.Shuffle(names);
        var chosen = new List<(string Path, ulong Hash)>();
        foreach (var path in names.Select(g => Path.Combine(root, g.ElementAt(random.Next(g.Count())).RelativePath)).TakeWhile(_ => chosen.Count < count))
        {
            // A few radiographs have two numbers; a hash that has nothing to do with what is measured here tells.
            var hash = PerceptualHash.Of(Decode(path));
            if (chosen.TrueForAll(c => PerceptualHash.Distance(c.Hash, hash) > 2 * PerceptualHash.NearDistance))
            {
                chosen.Add((path, hash));
            }
        }

        return [.. chosen.Select(c => c.Path)];
    }

    private static PixelImage Decode(string path) =>
        new ImageDecoder().DecodeFile(path, new DecodeOptions(Channels: 1)).Value ?? throw new InvalidOperationException($"'{path}' cannot be decoded.");

    private static void Variants(TextWriter output, ScratchFolder folder, string what, string[] originals, CancellationToken cancellationToken)
    {
        var all = Enum.GetValues<Change>();
        Change[][] kinds = [.. all.Select(c => new[] { c }), .. from a in all from b in all where a < b select new[] { a, b }];
        var root = folder.Sub("variants");
        Directory.CreateDirectory(root);
        Parallel.For(0, originals.Length, i =>
        {
            var random = new Random(Seed + i);
            var original = Decode(originals[i]);
            RadiographVariants.Save(original, Path.Combine(root, $"{i}-original.png"));
            foreach (var kind in kinds)
            {
                RadiographVariants.Save(RadiographVariants.Of(original, kind, random), Path.Combine(root, $"{i}-{Name(kind)}.png"));
            }
        });

        var files = PlacedFiles.OfAnyFolder(root, cancellationToken);
        var contents = Contents(root, files);
        var watch = Stopwatch.StartNew();
        var assigned = SourceFinder.Find(root, files, contents, null, new ImageDecoder(), null, cancellationToken).ToDictionary(a => a.ContentHash, a => a.Source, StringComparer.Ordinal);
        var seconds = watch.Elapsed.TotalSeconds;
        var source = files.ToDictionary(f => f.RelativePath, f => assigned[contents[f.RelativePath]], StringComparer.Ordinal);
        var truths = source.GroupBy(s => s.Value, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Select(s => s.Key[..s.Key.IndexOf('-', StringComparison.Ordinal)]).CountBy(t => t, StringComparer.Ordinal).ToArray(), StringComparer.Ordinal);
        var within = truths.Values.Sum(t => Pairs(t.Sum(x => x.Value)));
        var right = truths.Values.Sum(t => t.Sum(x => Pairs(x.Value)));
        var possible = originals.Length * Pairs(kinds.Length + 1);
        var mixed = truths.Values.Count(t => t.Length > 1);

        output.WriteLine(FormattableString.Invariant($"{files.Count:N0} images of {originals.Length} {what}, {seconds:0.0} s: recall {(double)right / possible:0.0000}, precision {(within > 0 ? (double)right / within : NoneWrong):0.0000} (pairs); {truths.Count} groups, {mixed} with more than one radiograph"));
        foreach (var group in truths.Values.Where(t => t.Length > 1).Take(BenchScale.Of(10, 2)))
        {
            output.WriteLine($"  joined: {string.Join(", ", group.Select(t => FormattableString.Invariant($"{Path.GetFileName(originals[int.Parse(t.Key, System.Globalization.CultureInfo.InvariantCulture)])} ({t.Value})")))}");
        }

        output.WriteLine("| change, alone with its original | found with it | pairs of different radiographs |");
        output.WriteLine("|---|---|---|");
        var (found, wrong) = (0, 0);
        foreach (var kind in kinds)
        {
            var pair = Alone(root, files, contents, Name(kind), cancellationToken);
            (found, wrong) = (found + pair.Found, wrong + pair.Wrong);
            output.WriteLine(FormattableString.Invariant($"| {Name(kind)} | {(double)pair.Found / originals.Length:0.000} | {pair.Wrong} |"));
        }

        output.WriteLine(FormattableString.Invariant($"| all | {(double)found / (kinds.Length * originals.Length):0.0000} (precision {(double)found / Math.Max(1, found + wrong):0.0000}) | {wrong} |"));
        output.WriteLine();

        static string Name(Change[] kind) => string.Join(" + ", kind).ToLowerInvariant();

        static long Pairs(long n) => n * (n - 1) / 2;
    }

    /// <summary>
    /// The hard case: of each radiograph there are but two images, so nothing confirms that they belong together.
    /// </summary>
    private static (int Found, int Wrong) Alone(string root, IReadOnlyList<PlacedFile> files, Dictionary<string, string> contents, string name, CancellationToken cancellationToken)
    {
        PlacedFile[] pairs = [.. files.Where(f => Change(f) == name || Change(f) == "original")];
        var assigned = SourceFinder.Find(root, pairs, contents, null, new ImageDecoder(), null, cancellationToken).ToDictionary(a => a.ContentHash, a => a.Source, StringComparer.Ordinal);
        var groups = pairs.GroupBy(f => assigned[contents[f.RelativePath]], StringComparer.Ordinal)
            .Select(g => g.CountBy(f => f.RelativePath[..f.RelativePath.IndexOf('-', StringComparison.Ordinal)], StringComparer.Ordinal).ToArray())
            .ToArray();
        var found = groups.Sum(g => g.Count(t => t.Value == 2));
        return (found, groups.Sum(g => Pairs(g.Sum(t => t.Value)) - g.Sum(t => Pairs(t.Value))));

        static string Change(PlacedFile file) => Path.GetFileNameWithoutExtension(file.RelativePath)[(file.RelativePath.IndexOf('-', StringComparison.Ordinal) + 1)..];

        static int Pairs(int n) => n * (n - 1) / 2;
    }

    private static void Reference(TextWriter output, string root, CancellationToken cancellationToken)
    {
        var files = PlacedFiles.Of(root, new Dictionary<string, (Split, Label)>(), cancellationToken);
        var contents = Contents(root, files);
        using var folder = new ScratchFolder();
        var seconds = new List<double>();
        IReadOnlyList<SourceAssignment> assigned = [];
        for (var round = 0; round < 2; round++)
        {
            var watch = Stopwatch.StartNew();
            assigned = SourceFinder.Find(root, files, contents, folder.Sub("cache"), new ImageDecoder(), null, cancellationToken);
            seconds.Add(watch.Elapsed.TotalSeconds);
        }

        var sourceOf = assigned.ToDictionary(a => a.ContentHash, a => a.Source, StringComparer.Ordinal);
        var groups = files.Where(f => sourceOf.ContainsKey(contents[f.RelativePath])).GroupBy(f => sourceOf[contents[f.RelativePath]], StringComparer.Ordinal).ToArray();
        var sizes = assigned.CountBy(a => a.Source, StringComparer.Ordinal).Select(s => s.Value).OrderDescending().ToArray();
        output.WriteLine(FormattableString.Invariant($"Reference set: {files.Count:N0} files, {assigned.Count:N0} distinct, {sizes.Length:N0} sources ({sizes.Count(s => s > 1):N0} of two or more distinct images; the largest {string.Join(", ", sizes.Take(8))}); {groups.Count(g => g.Select(f => f.Split).Distinct().Count() > 1):N0} sources across splits, {groups.Count(g => g.Select(f => f.Label).Distinct().Count() > 1):N0} across classes; {seconds[0]:0.0} s, again with its cache {seconds[1]:0.0} s"));
        if (BenchSettings.FromCommandLine().Text("sheet", "") is { Length: > 0 } path)
        {
            ContactSheet.Write(path, root, [.. groups.Select(g => g.DistinctBy(f => contents[f.RelativePath]).Select(f => f.RelativePath).ToArray())], Seed);
            output.WriteLine($"Contact sheet: {path}");
        }
    }

    private static Dictionary<string, string> Contents(string root, IReadOnlyList<PlacedFile> files) =>
        files.AsParallel().Select(f => (f.RelativePath, Hash: Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(root, f.RelativePath))))))
            .ToDictionary(f => f.RelativePath, f => f.Hash, StringComparer.Ordinal);
}
