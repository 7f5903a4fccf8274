using CsCheck;
using FractureDashboard.ML.Preprocessing;
using static TorchSharp.torch;

namespace FractureDashboard.Tests.ML.Preprocessing;

[Collection(EngineCollection.Name)]
public sealed class BatchAugmentationTests
{
    private static readonly AugmentationOptions Everything =
        new(30, 5, 0.3, true) { Translation = 0.1, Brightness = 0.4, Contrast = 0.4, Gamma = 0.4, Noise = 0.1, Erasing = 0.7 };

    // Odd sizes leave remainders to the vector code, large ones are cut into pieces for threads.
    private static readonly Gen<(int Side, int Channels, int Seed, int Epoch, AugmentationOptions Options)> Cases =
        from side in OneOf(32, 37, 65, 128)
        from channels in OneOf(1, 3)
        from seed in Gen.Int[0, 1000]
        from epoch in Gen.Int[1, 9]
        from rotation in OneOf(0.0, 25)
        from flip in Gen.Bool
        from contrast in OneOf(0.0, 0.5)
        from gamma in OneOf(0.0, 0.5)
        from noise in OneOf(0.0, 0.2)
        from erasing in OneOf(0.0, 0.5)
        select (side, channels, seed, epoch, new AugmentationOptions(rotation, 0, 0, flip) { Brightness = contrast, Contrast = contrast, Gamma = gamma, Noise = noise, Erasing = erasing });

    [Fact]
    public void An_image_becomes_the_same_to_the_bit_whatever_the_batch_that_it_comes_in() => Cases.Sample(
        c =>
        {
            using var scope = NewDisposeScope();
            var images = Images(7, c.Channels, c.Side);
            int[] samples = [40, 3, 900, 17, 5, 6, 0];
            var together = Bytes(BatchAugmentation.Apply(images, c.Options, c.Seed, c.Epoch, samples));

            foreach (var size in new[] { 1, 2, 5 })
            {
                var pieces = new List<byte>();
                for (var start = 0; start < samples.Length; start += size)
                {
                    var count = Math.Min(size, samples.Length - start);
                    pieces.AddRange(Bytes(BatchAugmentation.Apply(images.narrow(0, start, count), c.Options, c.Seed, c.Epoch, samples.AsSpan(start, count))));
                }

                Assert.True(together.AsSpan().SequenceEqual(pieces.ToArray()), $"batch size {size}");
            }
        },
        iter: 40,
        threads: 1);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Every_change_at_once_stays_within_black_and_white_in_channels_last_memory_and_leaves_the_input_alone(int channels)
    {
        using var scope = NewDisposeScope();
        var images = Images(4, channels, 48);
        var before = images.clone();

        var changed = BatchAugmentation.Apply(images, Everything, 1, 1, [0, 1, 2, 3]);

        Assert.Equal([4, channels, 48, 48], changed.shape);
        Assert.Equal(images.stride(), changed.stride());
        Assert.InRange(changed.min().item<float>(), 0, 1);
        Assert.InRange(changed.max().item<float>(), 0, 1);
        Assert.False(changed.allclose(before));
        Assert.True(images.equal(before).all().item<bool>());
    }

    [Fact]
    public void Pixel_values_alone_leave_the_input_alone()
    {
        using var scope = NewDisposeScope();
        var images = Images(2, 3, 32);
        var before = images.clone();

        BatchAugmentation.Apply(images, new AugmentationOptions { Brightness = 0.5, Noise = 0.2, Erasing = 1 }, 1, 1, [0, 1]);

        Assert.True(images.equal(before).all().item<bool>());
    }

    [Fact]
    public void Seed_epoch_and_sample_each_change_the_result_and_nothing_else_does()
    {
        using var scope = NewDisposeScope();
        var image = Images(1, 3, 32);
        byte[] Of(int seed, int epoch, int sample) => Bytes(BatchAugmentation.Apply(image, Everything, seed, epoch, [sample]));

        Assert.Equal(Of(1, 2, 3), Of(1, 2, 3));
        Assert.NotEqual(Of(1, 2, 3), Of(2, 2, 3));
        Assert.NotEqual(Of(1, 2, 3), Of(1, 3, 3));
        Assert.NotEqual(Of(1, 2, 3), Of(1, 2, 4));
    }

    [Fact]
    public void Geometry_alone_is_the_affine_family_to_the_bit()
    {
        using var scope = NewDisposeScope();
        var images = Images(3, 3, 40);
        AffineDraw[] draws = [.. Enumerable.Range(5, 3).Select(i => AffineDraw.For(AugmentationOptions.Notebook, 9, 2, i))];

        Assert.Equal(Bytes(AffineAugmentation.Apply(images, draws)), Bytes(BatchAugmentation.Apply(images, AugmentationOptions.Notebook, 9, 2, [5, 6, 7])));
    }

    [Fact]
    public void Without_augmentation_nothing_is_copied()
    {
        using var scope = NewDisposeScope();
        var images = Images(2, 3, 32);

        var same = BatchAugmentation.Apply(images, AugmentationOptions.None, 1, 1, [0, 1]);
        images.fill_(0.5f);

        Assert.Equal(0.5f, same.mean().item<float>());
    }

    [Fact]
    public void Samples_and_images_must_go_together()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => BatchAugmentation.Apply(Images(2, 3, 32), Everything, 1, 1, [0]));
    }

    [Fact]
    public void No_tensor_is_left_behind()
    {
        using var scope = NewDisposeScope();
        var images = Images(2, 3, 32);
        Step();
        var before = Tensor.TotalCount;
        for (var i = 0; i < 20; i++)
        {
            Step();
        }

        Assert.Equal(before, Tensor.TotalCount);

        void Step()
        {
            using var inner = NewDisposeScope();
            var changed = BatchAugmentation.Apply(images, Everything, 1, 1, [0, 1]);
            BatchMixing.Apply(changed, ones(2), new AugmentationOptions { Mixup = 1, CutMix = 1 }, 1, 1, 0);
        }
    }

    /// <summary>[n, channels, side, side] in [0, 1], channels-last, of values that an image file can hold.</summary>
    internal static Tensor Images(int count, int channels, int side)
    {
        var random = new Random(3);
        var bytes = new byte[count * side * side * channels];
        random.NextBytes(bytes);
        return tensor(bytes, [count, side, side, channels]).to(ScalarType.Float32).div_(255f).permute(0, 3, 1, 2);
    }

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    internal static byte[] Bytes(Tensor images) => images.permute(0, 2, 3, 1).contiguous().bytes.ToArray();
}
