using FractureDashboard.ML.Preprocessing;
using FractureDashboard.ML.Runtime;
using static TorchSharp.torch;

namespace FractureDashboard.Tests.ML.Preprocessing;

[Collection(EngineCollection.Name)]
public sealed class IntensityAugmentationTests
{
    private const int Side = 40;
    private static readonly IntensityDraw Identity = new(1, 1, 1, 0, default);

    [Fact]
    public void A_draw_that_changes_nothing_changes_nothing() => Assert.Equal(0.25f, After(0.25f, Identity).mean().item<float>());

    [Theory]
    [InlineData(0.5, 0.25)]
    [InlineData(1.5, 0.75)]
    [InlineData(2.5, 1)]
    public void Brightness_multiplies_and_is_cut_off_at_white(double factor, float expected) =>
        Assert.Equal(expected, After(0.5f, Identity with { Brightness = factor }).mean().item<float>(), 5);

    [Fact]
    public void Contrast_spreads_pixels_about_the_images_own_mean()
    {
        using var scope = NewDisposeScope();
        var images = full(2, 3, Side, Side, 0.4f);
        images[0].narrow(1, 0, Side / 2).fill_(0.6f); // image 0: half 0.6, half 0.4; image 1: 0.4 throughout

        Apply(images, [Identity with { Contrast = 2 }, Identity with { Contrast = 2 }]);

        Assert.Equal(0.7f, images[0, 0, 0, 0].item<float>(), 5);
        Assert.Equal(0.3f, images[0, 0, Side - 1, 0].item<float>(), 5);
        Assert.Equal(0.4f, images[1].max().item<float>(), 5);
    }

    [Fact]
    public void Brightness_comes_before_contrast()
    {
        using var scope = NewDisposeScope();
        var images = full(1, 3, Side, Side, 0.2f);
        images.narrow(2, 0, Side / 2).fill_(0.3f);

        Apply(images, [Identity with { Brightness = 2, Contrast = 0.5 }]);

        Assert.Equal(0.55f, images[0, 0, 0, 0].item<float>(), 5);
        Assert.Equal(0.45f, images[0, 0, Side - 1, 0].item<float>(), 5);
    }

    [Fact]
    public void Gamma_is_a_power_that_keeps_black_and_white()
    {
        Assert.Equal(0.25f, After(0.5f, Identity with { Gamma = 2 }).mean().item<float>(), 5);
        Assert.Equal(0, After(0, Identity with { Gamma = 0.5 }).max().item<float>());
        Assert.Equal(1, After(1, Identity with { Gamma = 1.7 }).min().item<float>());
    }

    [Fact]
    public void Noise_has_its_deviation_no_bias_and_is_the_same_in_every_channel()
    {
        using var scope = NewDisposeScope();
        var images = full(1, 3, 200, 200, 0.5f);

        Apply(images, [Identity with { Noise = 0.1 }]);

        // Five standard errors of mean and deviation over 40,000 pixels.
        Assert.Equal(0.5, images.mean().item<float>(), 5 * 0.1 / 200);
        Assert.Equal(0.1, images[0, 0].std().item<float>(), 5 * 0.1 / 283);
        Assert.True(images[0, 0].equal(images[0, 2]).all().item<bool>());
        Assert.False(images[0, 0, 0].equal(images[0, 0, 1]).all().item<bool>());
    }

    [Fact]
    public void Erasing_blanks_its_box_and_nothing_else()
    {
        var image = After(0.5f, Identity with { Erased = new PixelBox(3, 10, 5, 7) });

        Assert.Equal(0, image.narrow(2, 3, 5).narrow(3, 10, 7).max().item<float>());
        Assert.Equal((Side * Side) - 35, image[0, 0].count_nonzero().item<long>());
    }

    [Fact]
    public void Each_image_of_a_batch_gets_its_own_draw()
    {
        using var scope = NewDisposeScope();
        var images = full(3, 1, Side, Side, 0.5f);

        Apply(images, [Identity with { Brightness = 0.5 }, Identity, Identity with { Gamma = 2, Erased = new PixelBox(0, 0, 1, 1) }]);

        Assert.Equal(0.25f, images[0].mean().item<float>(), 5);
        Assert.Equal(0.5f, images[1].min().item<float>(), 5);
        Assert.Equal(0.25f, images[2].max().item<float>(), 5);
        Assert.Equal(1, (images[2] == 0).sum().item<long>());
    }

    private static Tensor After(float value, IntensityDraw draw)
    {
        var images = full(1, 3, Side, Side, value);
        Apply(images, [draw]);
        return images;
    }

    private static void Apply(Tensor images, IntensityDraw[] draws) => IntensityAugmentation.Apply(images, draws, i => SplitMix64.For(1, i));
}
