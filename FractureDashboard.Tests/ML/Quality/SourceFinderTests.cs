using System.Security.Cryptography;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Quality;

namespace FractureDashboard.Tests.ML.Quality;

public sealed class SourceFinderTests : IDisposable
{
    private const int Radiographs = 12;
    private readonly string root = Directory.CreateTempSubdirectory("fd-sources-").FullName;
    private readonly List<PlacedFile> files = [];

    public static TheoryData<string> Changes => [.. Enum.GetNames<Change>()];

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_changed_copy_is_found_with_its_radiograph_and_no_other(string change)
    {
        Draw(original => [RadiographVariants.Of(original.Image, [Enum.Parse<Change>(change)], new Random(original.Number))]);

        var sources = Find();

        Assert.All(Enumerable.Range(0, Radiographs), i => Assert.Equal(sources[$"{i}-0.png"].Source, sources[$"{i}-1.png"].Source));
        Assert.Equal(Radiographs, sources.Values.Select(s => s.Source).Distinct().Count());
        Assert.All(sources.Values, s => Assert.InRange(s.Confidence, 0.5, 1));
    }

    [Fact]
    public void Different_phantoms_stand_alone()
    {
        Draw(_ => []);

        var sources = Find();

        Assert.Equal(Radiographs, sources.Values.Select(s => s.Source).Distinct().Count());
        Assert.All(sources.Values, s => Assert.Equal(1, s.Confidence));
    }

    [Fact]
    public void The_order_of_the_files_and_a_cache_make_no_difference()
    {
        Draw(original => [RadiographVariants.Of(original.Image, [Change.Rotation, Change.Zoom], new Random(original.Number))]);
        var cache = Path.Combine(root, "cache");
        var first = Find(cache);

        files.Reverse();

        Assert.Equal(first, Find(cache));
        Assert.Equal(first, Find());
    }

    [Fact]
    public void Progress_rises_to_its_end_and_a_stop_is_heard()
    {
        Draw(_ => []);
        var steps = new List<(int Done, int Total)>();

        Find(progress: (done, total) => steps.Add((done, total)));

        Assert.Equal(steps.Order(), steps);
        Assert.Equal(steps[^1].Total, steps[^1].Done);
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Find(progress: (_, _) => stop.Cancel(), cancellationToken: stop.Token));
    }

    [Fact]
    public void What_cannot_be_decoded_is_passed_over_and_no_files_give_no_sources()
    {
        Assert.Empty(Find());
        Draw(_ => []);
        File.WriteAllText(Path.Combine(root, "broken.png"), "no image");
        files.Add(new("broken.png", Split.Train, Label.Fractured, 8, DateTime.UnixEpoch));

        Assert.DoesNotContain("broken.png", Find().Keys);
    }

    private void Draw(Func<(PixelImage Image, int Number), IEnumerable<PixelImage>> copies)
    {
        var drawn = Path.Combine(root, "drawn");
        PhantomGenerator.Generate(drawn, new PhantomOptions(Radiographs), null, TestContext.Current.CancellationToken);
        foreach (var (path, i) in Directory.GetFiles(drawn, "phantom-*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select((p, i) => (p, i)))
        {
            var original = new ImageDecoder().DecodeFile(path, new DecodeOptions(Channels: 1)).Value!;
            foreach (var (image, k) in copies((original, i)).Prepend(original).Select((c, k) => (c, k)))
            {
                RadiographVariants.Save(image, Path.Combine(root, $"{i}-{k}.png"));
                files.Add(new($"{i}-{k}.png", Split.Train, Label.Fractured, 1, DateTime.UnixEpoch));
            }
        }
    }

    private SortedDictionary<string, SourceAssignment> Find(string? cache = null, Action<int, int>? progress = null, CancellationToken cancellationToken = default)
    {
        var hashes = files.ToDictionary(f => f.RelativePath, f => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(root, f.RelativePath)))), StringComparer.Ordinal);
        var found = SourceFinder.Find(root, files, hashes, cache, new ImageDecoder(), progress, cancellationToken).ToDictionary(a => a.ContentHash, StringComparer.Ordinal);
        return new(files.Where(f => found.ContainsKey(hashes[f.RelativePath])).ToDictionary(f => f.RelativePath, f => found[hashes[f.RelativePath]], StringComparer.Ordinal), StringComparer.Ordinal);
    }
}
