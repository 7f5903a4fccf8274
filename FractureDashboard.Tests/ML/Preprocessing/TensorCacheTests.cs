using System.Text;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Preprocessing;

namespace FractureDashboard.Tests.ML.Preprocessing;

public sealed class TensorCacheTests : IClassFixture<PhantomSet>, IDisposable
{
    private const int Size = 48;
    private readonly TemporaryFolder folder = new();
    private readonly PhantomSet set;
    private readonly TensorCacheBuilder builder = new(new ImageDecoder());

    public TensorCacheTests(PhantomSet set) => this.set = set;

    public void Dispose() => folder.Dispose();

    private TensorCache Open(IReadOnlyList<ImageRecord> images, string? root = null, Action<int, int>? progress = null) =>
        builder.Open(folder.Sub("cache"), root ?? set.Root, images, Size, PreprocessingOptions.Notebook, progress ?? ((_, _) => { }), TestContext.Current.CancellationToken);

    [Fact]
    public void A_row_holds_what_the_decoder_gives()
    {
        using var cache = Open(set.Images);
        var row = new byte[cache.RowBytes];
        foreach (var image in set.Images.Take(10))
        {
            cache.CopyRow(cache.RowOf(image.ContentHash)!.Value, row);
            var decoded = new ImageDecoder().DecodeFile(Path.Combine(set.Root, image.RelativePath), new DecodeOptions(Size));
            Assert.Equal(decoded.Value!.Pixels, row);
        }
    }

    [Fact]
    public void The_second_time_nothing_is_decoded()
    {
        Open(set.Images).Dispose();
        var reports = new List<(int, int)>();

        // No file can be read below this root, so whatever is there comes from the cache.
        using var cache = Open(set.Images, folder.Sub("nowhere"), (done, total) => reports.Add((done, total)));

        Assert.Empty(cache.Failures);
        Assert.Equal([(set.Images.Count, set.Images.Count)], reports);
    }

    [Fact]
    public void Copies_of_one_file_share_a_row()
    {
        var twin = set.Images[0] with { RelativePath = "val/elsewhere.png", Split = Split.Validation };
        using var cache = Open([set.Images[0], twin, set.Images[1]]);

        Assert.Equal(cache.RowOf(set.Images[0].ContentHash), cache.RowOf(twin.ContentHash));
        Assert.Equal(cache.RowBytes * 2, new FileInfo(Directory.GetFiles(folder.Sub("cache"), "*.npy").Single()).Length - 128);
    }

    [Fact]
    public void The_file_is_one_that_numpy_reads()
    {
        Open([.. set.Images.Take(3)]).Dispose();
        var bytes = File.ReadAllBytes(Directory.GetFiles(folder.Sub("cache"), "*.npy").Single());

        var headerLength = BitConverter.ToUInt16(bytes, 8);
        var header = Encoding.ASCII.GetString(bytes, 10, headerLength);
        Assert.Equal([0x93, .. "NUMPY"u8, 1, 0], bytes[..8]);
        Assert.StartsWith("{'descr': '|u1', 'fortran_order': False, 'shape': (3, 48, 48, 3), }", header, StringComparison.Ordinal);
        Assert.EndsWith("\n", header, StringComparison.Ordinal);
        Assert.Equal(0, (10 + headerLength) % 64);
        Assert.Equal(10 + headerLength + (3 * 48 * 48 * 3), bytes.Length);
    }

    [Fact]
    public void A_damaged_cache_is_built_again()
    {
        Open(set.Images).Dispose();
        var path = Directory.GetFiles(folder.Sub("cache"), "*.npy").Single();
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 0xFF;
        File.WriteAllBytes(path, bytes);

        using var cache = Open(set.Images);

        var last = new byte[cache.RowBytes];
        cache.CopyRow(set.Images.Select(i => cache.RowOf(i.ContentHash)!.Value).Max(), last);
        bytes[^1] ^= 0xFF;
        Assert.Equal(bytes[^cache.RowBytes..], last);
    }

    [Fact]
    public void A_file_that_changed_or_vanished_is_reported_and_read_when_it_is_back()
    {
        var root = folder.Sub("data");
        foreach (var image in set.Images.Take(3))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(root, image.RelativePath))!);
            File.Copy(Path.Combine(set.Root, image.RelativePath), Path.Combine(root, image.RelativePath));
        }

        ImageRecord[] images = [.. set.Images.Take(3)];
        File.Delete(Path.Combine(root, images[0].RelativePath));
        File.AppendAllText(Path.Combine(root, images[1].RelativePath), "x");
        using (var cache = Open(images, root))
        {
            Assert.Null(cache.RowOf(images[0].ContentHash));
            Assert.Contains("not there any more", cache.Failures[images[0].ContentHash], StringComparison.Ordinal);
            Assert.Contains("changed since", cache.Failures[images[1].ContentHash], StringComparison.Ordinal);
            Assert.NotNull(cache.RowOf(images[2].ContentHash));
        }

        using var whole = Open(images, set.Root);
        Assert.Empty(whole.Failures);
    }

    [Fact]
    public void Size_contents_and_preprocessing_make_the_key_and_nothing_else()
    {
        var key = Key(["a", "b"], 224);

        Assert.Equal(key, Key(["a", "b"], 224));
        PreprocessingOptions[] others = [new(FitMode.Letterbox), new(Greyscale: true), new(Clahe: true)];
        string[] keys = [key, Key(["a", "b"], 225), Key(["a", "c"], 224), .. others.Select(o => TensorCache.Key(["a", "b"], 224, o))];
        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    [Theory]
    [InlineData(FitMode.Letterbox, true)]
    [InlineData(FitMode.Letterbox, false)]
    [InlineData(FitMode.Stretch, true)]
    public void Preprocessing_decides_what_the_rows_hold(FitMode fit, bool greyscale)
    {
        var preprocessing = new PreprocessingOptions(fit, greyscale);
        using var cache = builder.Open(folder.Sub("cache"), set.Root, set.Images, Size, preprocessing, (_, _) => { }, TestContext.Current.CancellationToken);

        Assert.Equal(greyscale ? 1 : 3, cache.Channels);
        Assert.Equal(Size * Size * cache.Channels, cache.RowBytes);
        var row = new byte[cache.RowBytes];
        foreach (var image in set.Images.Take(5))
        {
            cache.CopyRow(cache.RowOf(image.ContentHash)!.Value, row);
            Assert.Equal(new ImageDecoder().DecodeFile(Path.Combine(set.Root, image.RelativePath), new DecodeOptions(Size, cache.Channels, fit)).Value!.Pixels, row);
        }
    }

    private static string Key(string[] hashes, int size) => TensorCache.Key(hashes, size, PreprocessingOptions.Notebook);
}
