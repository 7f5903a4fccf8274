using System.Text.Json;
using FractureDashboard.ML.Imaging;
using NetVips;

namespace FractureDashboard.ML.Datasets;

/// <summary>
/// Draws a seeded set of synthetic radiographs for demonstrations and tests. No patient is in it, and it says so in
/// <c>phantom.json</c>, where the place of every fracture stands too.
/// </summary>
public static class PhantomGenerator
{
    private const string Note =
        "Synthetic images drawn by FractureDashboard. No patient was imaged. For demonstrations and tests only; results say nothing about real radiographs.";

    private const long MaxManifestBytes = 64 << 20;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Draws a set into a new folder: all of it or nothing.</summary>
    /// <param name="root">Where; must not exist yet or be empty.</param>
    /// <param name="options">How many, how large, which seed.</param>
    /// <param name="progress">Is told how many images are done, from several threads and not always in order.</param>
    /// <param name="cancellationToken">Stops; nothing is left behind.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="IOException">The folder exists and is not empty, or writing failed.</exception>
    /// <exception cref="InvalidOperationException">The image library is missing; the message says how to get it.</exception>
    public static void Generate(string root, PhantomOptions options, IProgress<(int Done, int Total)>? progress, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(root);
        Check(options);
        if (VipsRuntime.Problem is { } problem)
        {
            throw new InvalidOperationException(problem);
        }

        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
        {
            throw new IOException($"'{root}' exists already and is not empty. Choose another folder.");
        }

        using var staging = new StagingFolder(target);
        foreach (var split in Enum.GetValues<Split>())
        {
            foreach (var label in Enum.GetValues<Label>())
            {
                Directory.CreateDirectory(Path.Combine(staging.Path, FolderNames.For(split), FolderNames.For(label)));
            }
        }

        var plan = PhantomPlan.For(options);
        var truths = new PhantomTruth[plan.Count];
        var done = 0;
        Parallel.For(0, plan.Count, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            truths[i] = Write(staging.Path, plan[i], options);
            progress?.Report((Interlocked.Increment(ref done), plan.Count));
        });

        var manifest = new PhantomManifest(true, Note, options.Seed, options.Size, [.. truths.OrderBy(t => t.Path, StringComparer.Ordinal)]);
        File.WriteAllBytes(Path.Combine(staging.Path, PhantomManifest.FileName), JsonSerializer.SerializeToUtf8Bytes(manifest, Json));
        staging.Publish();
    }

    /// <summary>Reads what <c>phantom.json</c> says; null when the data set has none and so is not synthetic.</summary>
    /// <param name="root">Root of a data set.</param>
    /// <returns>The manifest or null.</returns>
    public static PhantomManifest? ReadManifest(string root)
    {
        var path = Path.Combine(root, PhantomManifest.FileName);
        try
        {
            if (new FileInfo(path) is not { Exists: true, Length: > 0 and <= MaxManifestBytes })
            {
                return null;
            }

            return JsonSerializer.Deserialize<PhantomManifest>(File.ReadAllBytes(path), Json) is { Synthetic: true, Images: not null } manifest ? manifest : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Check(PhantomOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Images is < 6 or > 20_000)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Images, "The number of images must be between 6 and 20,000.");
        }

        if (options.Size is < 64 or > 1024)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Size, "The size must be between 64 and 1024 pixels.");
        }
    }

    private static PhantomTruth Write(string folder, PhantomPlan.Item item, PhantomOptions options)
    {
        var random = PhantomRandom.For(options.Seed, item.Index);
        var scene = PhantomScene.Draw(random, item.Label == Label.Fractured);
        var grey = PhantomPainter.Paint(scene, options.Size, random);
        File.WriteAllBytes(Path.Combine(folder, item.Path), Encode(grey, options.Size, item));

        var pixel = options.Size / 256.0;
        PhantomCircle? circle = null;
        if (scene.FractureCircle() is var (u, v, radius))
        {
            var (x, y) = PhantomPainter.ToImage(scene, u, v);
            circle = new(Math.Round(x * pixel, 1), Math.Round(y * pixel, 1), Math.Round(radius * pixel, 1));
        }

        return new PhantomTruth(item.Path, FolderNames.For(item.Split), FolderNames.For(item.Label), circle);
    }

    private static byte[] Encode(byte[] grey, int size, PhantomPlan.Item item)
    {
        using var raw = Image.NewFromMemory(grey, size, size, 1, Enums.BandFormat.Uchar);
        using var image = raw.Copy(interpretation: Enums.Interpretation.Bw);
        using var coloured = item.Colour ? image.Colourspace(Enums.Interpretation.Srgb) : image.Copy();
        return item.Jpeg
            ? coloured.JpegsaveBuffer(q: 92, keep: Enums.ForeignKeep.None)
            : coloured.PngsaveBuffer(compression: 6, keep: Enums.ForeignKeep.None);
    }
}
