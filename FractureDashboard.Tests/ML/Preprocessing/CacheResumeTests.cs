using System.Diagnostics;
using System.Security.Cryptography;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Preprocessing;

namespace FractureDashboard.Tests.ML.Preprocessing;

public sealed class CacheResumeTests : IClassFixture<PhantomSet>, IDisposable
{
    private const int Size = 48;
    private readonly TemporaryFolder folder = new();
    private readonly PhantomSet set;
    private readonly TensorCacheBuilder builder = new(new ImageDecoder());

    public CacheResumeTests(PhantomSet set) => this.set = set;

    private string CacheFolder => folder.Sub("cache");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_cancelled_build_goes_on_where_it_was()
    {
        var done = StopAfter(20);

        var first = int.MaxValue;
        using var cache = Open(set.Root, (n, _) => InterlockedMin(ref first, n));

        Assert.Equal(done + 1, first);
        AssertWhole(cache);
        Assert.Equal([".json", ".npy"], Extensions());
    }

    [Fact]
    public void Rows_that_are_done_are_not_read_again()
    {
        StopAfter(20);
        var finished = PartialCache.ReadJournal(Single(".journal")).Select(l => l.Content).ToHashSet(StringComparer.Ordinal);
        var root = CopyOf([.. set.Images.Where(i => !finished.Contains(i.ContentHash))]);

        using var cache = Open(root);

        Assert.True(cache.IsComplete);
        AssertWhole(cache);
    }

    [Fact]
    public void A_row_whose_pixels_did_not_reach_the_disk_is_decoded_again()
    {
        StopAfter(30);
        using (var stream = File.Open(Single(".partial"), FileMode.Open))
        {
            // All that was written but the header and the journal is lost, as after a power cut.
            stream.Position = 128;
            stream.Write(new byte[stream.Length - 128]);
        }

        using var cache = Open(set.Root);

        AssertWhole(cache);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no journal\n{\"Content\":")]
    [InlineData("null\n{}\n[]\n")]
    public void A_damaged_journal_costs_work_and_nothing_else(string journal)
    {
        StopAfter(10);
        File.WriteAllText(Single(".journal"), journal);

        using var cache = Open(set.Root);

        AssertWhole(cache);
    }

    [Fact]
    public void A_line_that_a_crash_cut_off_does_not_spoil_the_next_one()
    {
        StopAfter(10);
        var text = File.ReadAllText(Single(".journal"));
        File.WriteAllText(Single(".journal"), text[..^20]);
        StopAfter(20);

        Assert.True(PartialCache.ReadJournal(Single(".journal")).Count >= 20);
        using var cache = Open(set.Root);
        AssertWhole(cache);
    }

    [Fact]
    public void A_partial_file_of_another_length_is_begun_anew()
    {
        StopAfter(10);
        File.AppendAllText(Single(".partial"), "x");

        using var cache = Open(set.Root);

        AssertWhole(cache);
    }

    [Fact]
    public void What_cannot_be_decoded_is_remembered_across_a_stop()
    {
        var root = CopyOf(set.Images);
        var bytes = File.ReadAllBytes(Path.Combine(root, set.Images[0].RelativePath));
        var half = bytes[..60];
        File.WriteAllBytes(Path.Combine(root, "half.png"), half);
        ImageRecord[] all = [.. set.Images, set.Images[0] with { ContentHash = Convert.ToHexStringLower(SHA256.HashData(half)), RelativePath = "half.png" }];
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Open(root, (n, total) => Stop(stop, n == total - 1), all, stop.Token).Dispose());

        using var cache = Open(root, images: all);

        Assert.Equal(all[^1].ContentHash, Assert.Single(cache.Failures).Key);
        Assert.True(cache.IsComplete);
    }

    [Fact]
    public void Two_builds_of_one_cache_do_not_write_into_each_other()
    {
        var second = "";
        using var cache = Open(set.Root, (n, _) =>
        {
            if (n == 5)
            {
                second = Record.Exception(() => Open(set.Root).Dispose())?.GetType().Name ?? "none";
            }
        });

        Assert.Equal(nameof(IOException), second);
        AssertWhole(cache);
    }

    [Fact]
    public void After_the_build_no_image_file_is_read()
    {
        var root = CopyOf(set.Images);
        using var cache = Open(root);
        Directory.Delete(root, recursive: true);

        AssertWhole(cache);
    }

    private TensorCache Open(string root, Action<int, int>? progress = null, IReadOnlyList<ImageRecord>? images = null, CancellationToken cancellationToken = default) =>
        builder.Open(CacheFolder, root, images ?? set.Images, Size, PreprocessingOptions.Notebook, progress ?? ((_, _) => { }), cancellationToken);

    /// <summary>Cancels a build after some rows; the rows that it has finished.</summary>
    private int StopAfter(int rows)
    {
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Open(set.Root, (n, _) => Stop(stop, n >= rows), cancellationToken: stop.Token).Dispose());
        Assert.Equal([".journal", ".partial"], Extensions());
        var done = PartialCache.ReadJournal(Single(".journal")).Count;
        Assert.InRange(done, rows, set.Images.Count - 1);
        return done;
    }

    private static void Stop(CancellationTokenSource source, bool isDue)
    {
        if (isDue)
        {
            source.Cancel();
        }
    }

    private static void InterlockedMin(ref int target, int value)
    {
        int seen;
        while (value < (seen = Volatile.Read(ref target)) && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
            Debug.Assert(value >= 0);
        }
    }

    private void AssertWhole(TensorCache cache)
    {
        Assert.Empty(cache.Failures);
        var row = new byte[cache.RowBytes];
        foreach (var image in set.Images)
        {
            cache.CopyRow(cache.RowOf(image.ContentHash)!.Value, row);
            Assert.Equal(new ImageDecoder().DecodeFile(Path.Combine(set.Root, image.RelativePath), new DecodeOptions(Size)).Value!.Pixels, row);
        }
    }

    private string CopyOf(IReadOnlyList<ImageRecord> images)
    {
        var root = folder.Sub("data");
        foreach (var image in images)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(root, image.RelativePath))!);
            File.Copy(Path.Combine(set.Root, image.RelativePath), Path.Combine(root, image.RelativePath));
        }

        return root;
    }

    private string Single(string extension) => Directory.GetFiles(CacheFolder, "*" + extension).Single();

    private string[] Extensions() => [.. Directory.GetFiles(CacheFolder).Select(f => Path.GetExtension(f)).Order(StringComparer.Ordinal)];
}
