using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Preprocessing;
using FractureDashboard.ML.Training;

namespace FractureDashboard.Tests.ML.Preprocessing;

[Collection(EngineCollection.Name)]
public sealed class AugmentationPreviewTests(PhantomSet set) : IClassFixture<PhantomSet>
{
    private readonly AugmentationPreview preview = new(new ImageDecoder());
    private static readonly TrainingOptions Options = new() { ImageSize = 48, Augmentation = AugmentationOptions.Notebook, Preprocessing = new(FitMode.Letterbox, Greyscale: true) };

    private string PathOf(int image) => Path.Combine(set.Root, set.Images[image].RelativePath);

    private async Task<IReadOnlyList<PixelImage>> Draw(TrainingOptions options, int count = 12, string? partner = null)
    {
        var result = await preview.DrawAsync(PathOf(0), partner, options, count, TestContext.Current.CancellationToken);
        Assert.Null(result.Error);
        return result.Value!;
    }

    [Fact]
    public async Task The_image_as_prepared_comes_first_and_the_variants_differ()
    {
        var images = await Draw(Options);

        Assert.Equal(12, images.Count);
        Assert.Equal(new ImageDecoder().DecodeFile(PathOf(0), Options.Preprocessing.Decode(48)).Value!.Pixels, images[0].Pixels);
        Assert.Equal(12, images.Select(i => Convert.ToBase64String(i.Pixels)).Distinct().Count());
        Assert.All(images, i => Assert.Equal((48, 48, 1, 48 * 48), (i.Width, i.Height, i.Channels, i.Pixels.Length)));
    }

    [Fact]
    public async Task Without_augmentation_every_variant_is_the_image()
    {
        var images = await Draw(Options with { Augmentation = AugmentationOptions.None, Preprocessing = PreprocessingOptions.Notebook }, 3);

        Assert.All(images, i => Assert.Equal(images[0].Pixels, i.Pixels));
        Assert.Equal(3, images[0].Channels);
    }

    [Fact]
    public async Task A_seed_draws_the_same_variants_and_another_draws_others()
    {
        var images = await Draw(Options, 3);

        Assert.Equal(images[2].Pixels, (await Draw(Options, 3))[2].Pixels);
        Assert.NotEqual(images[2].Pixels, (await Draw(Options with { Seed = 7 }, 3))[2].Pixels);
    }

    [Fact]
    public async Task Mixing_shows_something_of_the_partner()
    {
        var options = Options with { Augmentation = new AugmentationOptions { Mixup = 1, CutMix = 1 } };

        Assert.Equal((await Draw(options, 2))[0].Pixels, (await Draw(options, 2))[1].Pixels);
        var mixed = await Draw(options, 12, PathOf(1));
        Assert.True(mixed.Skip(1).Count(i => !i.Pixels.AsSpan().SequenceEqual(mixed[0].Pixels)) >= 9);
    }

    [Fact]
    public async Task A_file_that_is_no_image_is_explained()
    {
        var result = await preview.DrawAsync(Path.Combine(set.Root, "none.png"), null, Options, 12, TestContext.Current.CancellationToken);

        Assert.Equal(DecodeFailure.Unreadable, result.Error!.Kind);
    }

    [Fact]
    public async Task It_can_be_stopped() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => preview.DrawAsync(PathOf(0), null, Options, 12, new CancellationToken(canceled: true)));
}
