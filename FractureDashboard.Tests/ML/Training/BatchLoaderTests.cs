using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Preprocessing;
using FractureDashboard.ML.Training;
using static TorchSharp.torch;

namespace FractureDashboard.Tests.ML.Training;

[Collection(EngineCollection.Name)]
public sealed class BatchLoaderTests : IClassFixture<PhantomSet>, IDisposable
{
    private const int Size = 32;
    private readonly TemporaryFolder folder = new();
    private readonly PhantomSet set;

    public BatchLoaderTests(PhantomSet set) => this.set = set;

    public void Dispose() => folder.Dispose();

    private TensorCache Open(bool greyscale = false) => new TensorCacheBuilder(new ImageDecoder()).Open(
        folder.Sub("cache"), set.Root, set.Images, Size, new PreprocessingOptions(Greyscale: greyscale), (_, _) => { }, TestContext.Current.CancellationToken);

    private Sample[] Samples(TensorCache cache) => [.. set.Images.Select(i => new Sample(cache.RowOf(i.ContentHash)!.Value, i.Label, i.RelativePath, i.RelativePath))];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_batch_is_the_rows_in_unit_range_and_channels_last_memory(bool greyscale)
    {
        using var scope = NewDisposeScope();
        using var cache = Open(greyscale);
        using var loader = new BatchLoader(cache, CPU);
        var samples = Samples(cache).AsSpan(3, 5);
        var channels = greyscale ? 1 : 3;

        var pixels = loader.Pixels(samples);

        Assert.False(loader.IsResident);
        Assert.Equal([5, channels, Size, Size], pixels.shape);
        Assert.Equal([Size * Size * channels, 1, Size * channels, channels], pixels.stride());
        var row = new byte[cache.RowBytes];
        cache.CopyRow(samples[4].Row, row);
        Assert.Equal(row.Select(b => b / 255f), pixels[4].permute(1, 2, 0).contiguous().data<float>().ToArray());
        Assert.Equal(samples.ToArray().Select(s => (float)s.Label), loader.Targets(samples).data<float>().ToArray());
    }

    [Fact]
    public void The_device_the_host_and_reading_ahead_give_the_same_batches()
    {
        using var scope = NewDisposeScope();
        using var cache = Open();
        using var host = new BatchLoader(cache, CPU);
        using var resident = new BatchLoader(cache, CPU, freeBytes: 2L * cache.RowCount * cache.RowBytes, readsAhead: false);
        using var ahead = new BatchLoader(cache, CPU, freeBytes: null, readsAhead: true);
        var samples = Samples(cache);

        Assert.True(resident.IsResident);
        Assert.False(ahead.IsResident);
        for (var first = 0; first < samples.Length; first += 7)
        {
            var batch = samples.AsSpan(first, Math.Min(7, samples.Length - first));
            var expected = host.Pixels(batch);
            Assert.True(expected.equal(resident.Pixels(batch)).all().item<bool>());
            Assert.True(expected.equal(ahead.Pixels(batch)).all().item<bool>());
            var next = first + 7;
            if (next < samples.Length)
            {
                ahead.Announce(samples.AsSpan(next, Math.Min(7, samples.Length - next)));
            }
        }
    }

    [Fact]
    public void Another_batch_than_the_announced_one_is_right_all_the_same()
    {
        using var scope = NewDisposeScope();
        using var cache = Open();
        using var host = new BatchLoader(cache, CPU);
        using var ahead = new BatchLoader(cache, CPU, freeBytes: null, readsAhead: true);
        var samples = Samples(cache);

        ahead.Announce(samples.AsSpan(0, 4));
        ahead.Announce(samples.AsSpan(8, 2));

        Assert.True(host.Pixels(samples.AsSpan(4, 4)).equal(ahead.Pixels(samples.AsSpan(4, 4))).all().item<bool>());
        Assert.True(host.Pixels(samples.AsSpan(8, 2)).equal(ahead.Pixels(samples.AsSpan(8, 2))).all().item<bool>());
        ahead.Announce(samples.AsSpan(0, 4));
    }

    [Fact]
    public void A_set_of_more_than_half_the_free_memory_stays_on_the_host()
    {
        using var cache = Open();
        using var loader = new BatchLoader(cache, CPU, (2L * cache.RowCount * cache.RowBytes) - 1, readsAhead: false);

        Assert.False(loader.IsResident);
    }

    [Fact]
    public void A_resident_set_is_freed_with_its_loader_and_survives_a_scope()
    {
        using var cache = Open();
        var before = Tensor.TotalCount;
        BatchLoader loader;
        using (NewDisposeScope())
        {
            loader = new BatchLoader(cache, CPU, long.MaxValue, readsAhead: false);
        }

        using (NewDisposeScope())
        {
            Assert.Equal(2, loader.Pixels(Samples(cache).AsSpan(0, 2)).shape[0]);
        }

        loader.Dispose();
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Theory]
    [InlineData("81000\n", 81000L << 20)]
    [InlineData("81000\r\n 512 \n", 512L << 20)]
    [InlineData("", null)]
    [InlineData("[N/A]\n", null)]
    public void Free_memory_is_that_of_the_fullest_device(string output, long? expected) => Assert.Equal(expected, DeviceMemory.Parse(output));
}
