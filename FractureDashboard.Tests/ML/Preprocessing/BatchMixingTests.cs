using FractureDashboard.ML.Preprocessing;
using static TorchSharp.torch;

namespace FractureDashboard.Tests.ML.Preprocessing;

[Collection(EngineCollection.Name)]
public sealed class BatchMixingTests
{
    private const int Side = 32;

    private static MixingDraw Draw(AugmentationOptions options, int step) => MixingDraw.For(options, Side, 8, 1, 2, step);

    private static MixingDraw[] Many(AugmentationOptions options) => [.. Enumerable.Range(0, 4000).Select(s => Draw(options, s))];

    [Fact]
    public void Mixup_blends_an_image_and_its_target_with_its_partners()
    {
        using var scope = NewDisposeScope();
        var images = stack([full(3, Side, Side, 0f), full(3, Side, Side, 1f)]).permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

        var (mixed, targets) = BatchMixing.Apply(images, tensor(new float[] { 0, 1 }), new MixingDraw(0.75, null, [1, 0]));

        Assert.Equal([0.25f, 0.75f], targets.data<float>().ToArray());
        Assert.Equal(0.25f, mixed[0].mean().item<float>(), 5);
        Assert.Equal(0.75f, mixed[1].mean().item<float>(), 5);
        Assert.Equal(images.stride(), mixed.stride());
        Assert.Equal(0, images[0].max().item<float>());
    }

    [Fact]
    public void CutMix_pastes_the_partners_box_and_weights_targets_by_area()
    {
        using var scope = NewDisposeScope();
        var images = BatchAugmentationTests.Images(3, 3, Side);
        var box = new PixelBox(4, 8, 10, 16);

        var (mixed, targets) = BatchMixing.Apply(images, tensor(new float[] { 1, 0, 0 }), new MixingDraw(0.84375, box, [2, 0, 1]));

        Assert.True(Cut(mixed[0]).equal(Cut(images[2])).all().item<bool>());
        Assert.True(mixed[0].narrow(1, 0, 4).equal(images[0].narrow(1, 0, 4)).all().item<bool>());
        Assert.Equal(10 * 16 * 3, (mixed[1] != images[1]).sum().item<long>(), 30.0);
        Assert.Equal([0.84375f, 0.15625f, 0], targets.data<float>().ToArray());
        Assert.Equal(images.stride(), mixed.stride());

        Tensor Cut(Tensor image) => image.narrow(1, box.Top, box.Height).narrow(2, box.Left, box.Width);
    }

    [Fact]
    public void With_neither_the_very_batch_comes_back()
    {
        using var scope = NewDisposeScope();
        var (images, targets) = (BatchAugmentationTests.Images(2, 1, Side), ones(2));

        var mixed = BatchMixing.Apply(images, targets, AugmentationOptions.Notebook, 1, 1, 0);

        Assert.Same(images, mixed.Images);
        Assert.Same(targets, mixed.Targets);
    }

    [Fact]
    public void A_batch_of_one_is_its_own_partner()
    {
        using var scope = NewDisposeScope();
        var image = BatchAugmentationTests.Images(1, 3, Side);

        var (mixed, targets) = BatchMixing.Apply(image, ones(1), new AugmentationOptions { Mixup = 0.4, CutMix = 1 }, 1, 1, 0);

        Assert.True(mixed.allclose(image, 1e-6, 1e-6));
        Assert.Equal(1, targets.item<float>(), 5);
    }

    [Fact]
    public void Seed_epoch_and_step_each_change_the_draw_and_nothing_else_does()
    {
        var options = new AugmentationOptions { Mixup = 0.4 };
        double Kept(int seed, int epoch, int step) => MixingDraw.For(options, Side, 8, seed, epoch, step).Kept;

        Assert.Equal(Kept(1, 2, 3), Kept(1, 2, 3));
        Assert.Equal(3, new[] { Kept(1, 2, 3), Kept(2, 2, 3), Kept(1, 3, 3), Kept(1, 2, 4) }.Distinct().Count() - 1);
    }

    // The variance of Beta(a, a) is 1 / (4 (2a + 1)).
    [Theory]
    [InlineData(0.2)]
    [InlineData(1)]
    [InlineData(2)]
    public void What_is_kept_follows_the_beta_distribution(double alpha)
    {
        var kept = Many(new AugmentationOptions { Mixup = alpha }).Select(d => d.Kept).ToArray();
        var mean = kept.Average();

        Assert.Equal(0.5, mean, 0.03);
        Assert.Equal(1 / (4 * ((2 * alpha) + 1)), kept.Average(k => (k - mean) * (k - mean)), 0.008);
    }

    [Fact]
    public void A_tiny_alpha_is_a_coin()
    {
        var kept = Many(new AugmentationOptions { Mixup = 1e-6 }).Select(d => d.Kept).ToArray();

        Assert.All(kept, k => Assert.True(k is < 1e-3 or > 1 - 1e-3));
        Assert.Equal(0.5, kept.Average(), 0.05);
    }

    [Fact]
    public void CutMix_boxes_lie_inside_and_say_what_is_kept()
    {
        foreach (var draw in Many(new AugmentationOptions { CutMix = 1 }))
        {
            var box = draw.Pasted!.Value;
            Assert.True(box.Top >= 0 && box.Left >= 0 && box.Height >= 0 && box.Width >= 0 && box.Top + box.Height <= Side && box.Left + box.Width <= Side);
            Assert.Equal(1 - (box.Height * box.Width / (double)(Side * Side)), draw.Kept, 10);
        }
    }

    [Fact]
    public void With_both_each_batch_takes_one_by_chance_and_partners_are_a_permutation()
    {
        var draws = Many(new AugmentationOptions { Mixup = 1, CutMix = 1 });

        Assert.InRange(draws.Count(d => d.Pasted is null) / 4000.0, 0.46, 0.54);
        Assert.All(draws, d => Assert.Equal(Enumerable.Range(0, 8), d.Partners.Order()));
        Assert.All(Many(new AugmentationOptions { Mixup = 1 }), d => Assert.Null(d.Pasted));
    }
}
