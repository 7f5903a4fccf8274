using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Preprocessing;

namespace FractureDashboard.Tests.ML.Preprocessing;

public sealed class TensorCachesTests(PhantomSet set) : IClassFixture<PhantomSet>, IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly SettableClock clock = new();

    private string CacheFolder => folder.Sub("cache");

    public void Dispose() => folder.Dispose();

    // Each takes about 60 MB (512 px) or 30 MB (greyscale 640 px), against a smallest budget of 100 MiB.
    private TensorCache Open(int size, bool greyscale = false)
    {
        clock.Advance(TimeSpan.FromMinutes(1));
        return new TensorCacheBuilder(new ImageDecoder(), clock).Open(
            CacheFolder, set.Root, set.Images, size, new PreprocessingOptions(Greyscale: greyscale), (_, _) => { }, TestContext.Current.CancellationToken);
    }

    private int[] Sizes() => [.. TensorCaches.List(CacheFolder).Select(c => c.Size)];

    [Fact]
    public void A_list_says_what_each_holds_and_who_uses_it()
    {
        using (Open(32))
        {
            Open(48, greyscale: true).Dispose();
            var (grey, rgb) = (TensorCaches.List(CacheFolder)[0], TensorCaches.List(CacheFolder)[1]);

            Assert.Equal((48, 1, set.Images.Count, false, true), (grey.Size, grey.Preprocessing!.Channels, grey.Images, grey.IsInUse, grey.IsComplete));
            Assert.Equal((32, 3, set.Images.Count, true, true), (rgb.Size, rgb.Preprocessing!.Channels, rgb.Images, rgb.IsInUse, rgb.IsComplete));
            Assert.Equal(clock.GetUtcNow().UtcDateTime, grey.LastUsedUtc);
            Assert.Equal(Directory.GetFiles(CacheFolder).Sum(f => new FileInfo(f).Length), grey.Bytes + rgb.Bytes);
        }

        Assert.All(TensorCaches.List(CacheFolder), c => Assert.False(c.IsInUse));
        Assert.Empty(TensorCaches.List(folder.Sub("nowhere")));
    }

    [Fact]
    public void Opening_makes_room_by_deleting_the_least_recently_used()
    {
        Directory.CreateDirectory(CacheFolder);
        CacheBudget.Write(CacheFolder, CacheBudget.Smallest);
        Open(500).Dispose();
        Open(501).Dispose();
        Assert.Equal([501, 500], Sizes());
        Open(500).Dispose();
        Open(502).Dispose();

        Assert.Equal([502, 500], Sizes());
    }

    [Fact]
    public void One_in_use_is_never_deleted()
    {
        using var used = Open(500);
        Open(501).Dispose();
        Open(502).Dispose();
        CacheBudget.Write(CacheFolder, CacheBudget.Smallest);

        TensorCaches.Trim(CacheFolder, clock);

        Assert.Equal([502, 500], Sizes());
        Assert.False(TensorCaches.Delete(CacheFolder, TensorCaches.List(CacheFolder)[1].Name));
        used.CopyRow(0, new byte[used.RowBytes]);
        used.Dispose();
        Assert.True(TensorCaches.Delete(CacheFolder, TensorCaches.List(CacheFolder)[1].Name));
        Assert.Equal([502], Sizes());
    }

    [Fact]
    public void Unfinished_builds_are_listed_and_go_after_a_week()
    {
        using (var stop = new CancellationTokenSource())
        {
            Assert.ThrowsAny<OperationCanceledException>(() => new TensorCacheBuilder(new ImageDecoder(), clock).Open(
                CacheFolder, set.Root, set.Images, 32, PreprocessingOptions.Notebook, (_, _) => stop.Cancel(), stop.Token));
        }

        var partial = Assert.Single(TensorCaches.List(CacheFolder));
        Assert.False(partial.IsComplete);
        Assert.InRange(partial.Images, 1, set.Images.Count - 1);
        clock.Set(partial.LastUsedUtc.AddDays(6));
        Assert.Empty(TensorCaches.Trim(CacheFolder, clock));
        clock.Set(partial.LastUsedUtc.AddDays(8));
        Assert.Equal([partial.Name], TensorCaches.Trim(CacheFolder, clock));
        Assert.Empty(Directory.GetFiles(CacheFolder));
    }

    [Fact]
    public void What_a_removed_image_is_in_goes_finished_or_not()
    {
        Open(32).Dispose();
        using (var stop = new CancellationTokenSource())
        {
            Assert.ThrowsAny<OperationCanceledException>(() => new TensorCacheBuilder(new ImageDecoder(), clock).Open(
                CacheFolder, set.Root, set.Images, 33, PreprocessingOptions.Notebook, (_, _) => stop.Cancel(), stop.Token));
        }

        var content = PartialCache.ReadJournal(Directory.GetFiles(CacheFolder, "*.journal").Single())[0].Content;
        TensorCaches.DeleteHolding(CacheFolder, new HashSet<string>(StringComparer.Ordinal) { new('0', 64) });
        Assert.Equal(4, Directory.GetFiles(CacheFolder).Length);

        TensorCaches.DeleteHolding(CacheFolder, new HashSet<string>(StringComparer.Ordinal) { content });
        Assert.Empty(Directory.GetFiles(CacheFolder));
    }

    [Fact]
    public void The_budget_is_kept_beside_the_caches_and_has_a_default()
    {
        Directory.CreateDirectory(CacheFolder);
        var (bytes, isSet) = CacheBudget.Read(CacheFolder);
        Assert.False(isSet);
        Assert.InRange(bytes, CacheBudget.Smallest, 20L << 30);

        CacheBudget.Write(CacheFolder, 3L << 30);
        Assert.Equal((3L << 30, true), CacheBudget.Read(CacheFolder));
        Assert.Empty(TensorCaches.List(CacheFolder));

        CacheBudget.Write(CacheFolder, null);
        Assert.Equal((bytes, false), CacheBudget.Read(CacheFolder) with { Bytes = bytes });
        Assert.Throws<ArgumentOutOfRangeException>(() => CacheBudget.Write(CacheFolder, 1));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no number")]
    [InlineData("12")]
    [InlineData("-4000000000")]
    public void A_damaged_budget_counts_as_none(string text)
    {
        Directory.CreateDirectory(CacheFolder);
        File.WriteAllText(Path.Combine(CacheFolder, "size-budget"), text);

        Assert.False(CacheBudget.Read(CacheFolder).IsSet);
    }

    [Fact]
    public void A_name_that_leads_elsewhere_is_refused() => Assert.Throws<ArgumentException>(() => TensorCaches.Delete(CacheFolder, "../data"));

    private sealed class SettableClock : TimeProvider
    {
        private DateTimeOffset now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => now;

        public void Advance(TimeSpan by) => now += by;

        public void Set(DateTime utc) => now = new DateTimeOffset(utc, TimeSpan.Zero);
    }
}
