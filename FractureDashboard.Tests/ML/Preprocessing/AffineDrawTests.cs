using FractureDashboard.ML.Preprocessing;

namespace FractureDashboard.Tests.ML.Preprocessing;

public sealed class AffineDrawTests
{
    private const int Draws = 20_000;

    private static AffineDraw[] Many(AugmentationOptions options, int seed = 1) =>
        [.. Enumerable.Range(0, Draws).Select(i => AffineDraw.For(options, seed, 1 + (i % 5), i))];

    [Fact]
    public void The_notebooks_ranges_are_filled_evenly_and_never_left()
    {
        var draws = Many(AugmentationOptions.Notebook);

        Even(draws.Select(d => d.RotationDegrees), -20, 20);
        Even(draws.Select(d => d.ShearDegrees), -0.2, 0.2);
        Even(draws.Select(d => d.ZoomRows), 0.8, 1.2);
        Even(draws.Select(d => d.ZoomColumns), 0.8, 1.2);
        Even(Many(new AugmentationOptions { Translation = 0.1 }).Select(d => d.ShiftRows), -0.1, 0.1);
        Even(Many(new AugmentationOptions { Translation = 0.1 }).Select(d => d.ShiftColumns), -0.1, 0.1);
    }

    [Fact]
    public void Half_of_the_images_are_mirrored()
    {
        var share = Many(AugmentationOptions.Notebook).Average(d => d.Flip ? 1.0 : 0.0);

        // Five standard errors of a fair coin.
        Assert.InRange(share, 0.5 - (2.5 / Math.Sqrt(Draws)), 0.5 + (2.5 / Math.Sqrt(Draws)));
    }

    [Fact]
    public void Vertical_and_horizontal_zoom_are_drawn_independently()
    {
        var draws = Many(AugmentationOptions.Notebook);
        var correlation = draws.Average(d => (d.ZoomRows - 1) * (d.ZoomColumns - 1)) / draws.Average(d => (d.ZoomRows - 1) * (d.ZoomRows - 1));

        Assert.InRange(correlation, -0.04, 0.04);
    }

    [Fact]
    public void Without_augmentation_every_draw_is_the_identity() =>
        Assert.All(Many(AugmentationOptions.None).Take(100), d => Assert.Equal(new AffineDraw(0, 0, 1, 1, false), d));

    [Fact]
    public void The_same_image_and_epoch_draw_the_same_and_others_draw_others()
    {
        var draw = AffineDraw.For(AugmentationOptions.Notebook, 5, 2, 17);

        Assert.Equal(draw, AffineDraw.For(AugmentationOptions.Notebook, 5, 2, 17));
        Assert.NotEqual(draw, AffineDraw.For(AugmentationOptions.Notebook, 5, 3, 17));
        Assert.NotEqual(draw, AffineDraw.For(AugmentationOptions.Notebook, 5, 2, 18));
        Assert.NotEqual(draw, AffineDraw.For(AugmentationOptions.Notebook, 6, 2, 17));
    }

    private static void Even(IEnumerable<double> values, double min, double max)
    {
        var all = values.ToArray();
        Assert.All(all, v => Assert.InRange(v, min, max));
        foreach (var quarter in Enumerable.Range(0, 4))
        {
            var from = min + ((max - min) * quarter / 4);
            var share = all.Count(v => v >= from && v < from + ((max - min) / 4)) / (double)all.Length;
            Assert.InRange(share, 0.23, 0.27);
        }
    }
}
