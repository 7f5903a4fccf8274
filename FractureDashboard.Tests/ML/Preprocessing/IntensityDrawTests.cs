using FractureDashboard.ML.Preprocessing;
using FractureDashboard.ML.Runtime;

namespace FractureDashboard.Tests.ML.Preprocessing;

public sealed class IntensityDrawTests
{
    private const int Side = 224;

    private static IntensityDraw[] Many(AugmentationOptions options) =>
        [.. Enumerable.Range(0, 10_000).Select(i => IntensityDraw.For(options, Side, 1, 1 + (i % 3), i))];

    [Fact]
    public void Ranges_are_filled_and_never_left()
    {
        var draws = Many(new AugmentationOptions { Brightness = 0.3, Contrast = 0.2, Gamma = 0.5, Noise = 0.1 });

        Filled(draws.Select(d => d.Brightness), 0.7, 1.3);
        Filled(draws.Select(d => d.Contrast), 0.8, 1.2);
        Filled(draws.Select(d => Math.Log(d.Gamma)), -0.5, 0.5);
        Filled(draws.Select(d => d.Noise), 0, 0.1);
        Assert.All(draws, d => Assert.Equal(0, d.Erased.Height));
    }

    [Fact]
    public void Without_augmentation_every_draw_is_the_identity() =>
        Assert.All(Many(AugmentationOptions.None).Take(100), d => Assert.Equal(new IntensityDraw(1, 1, 1, 0, default), d));

    [Fact]
    public void Erased_boxes_lie_inside_and_cover_two_to_twenty_percent()
    {
        var boxes = Many(new AugmentationOptions { Erasing = 0.25 }).Select(d => d.Erased).Where(b => b.Height > 0).ToArray();

        // Five standard errors of a share of a quarter.
        Assert.InRange(boxes.Length / 10_000.0, 0.25 - 0.022, 0.25 + 0.022);
        Assert.All(boxes, b =>
        {
            Assert.True(b.Top >= 0 && b.Left >= 0 && b.Top + b.Height <= Side && b.Left + b.Width <= Side);
            Assert.InRange(b.Height * b.Width / (double)(Side * Side), 0.019, 0.21);
        });
        Assert.InRange(boxes.Count(b => b.Height > b.Width) / (double)boxes.Length, 0.4, 0.6);
        Assert.Contains(boxes, b => b.Top + b.Height == Side || b.Top == 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Noise_is_normally_distributed(int channels)
    {
        var values = new float[400_000 * channels];
        NoiseField.Fill(values, channels, 2, SplitMix64.For(7));
        var pixels = values.Where((_, i) => i % channels == 0).ToArray();

        // P(|z| < 1, 2, 3) of the normal distribution, within five standard errors.
        Assert.Equal(0.6827, pixels.Count(v => Math.Abs(v) < 2) / 400_000.0, 0.004);
        Assert.Equal(0.9545, pixels.Count(v => Math.Abs(v) < 4) / 400_000.0, 0.002);
        Assert.Equal(0.9973, pixels.Count(v => Math.Abs(v) < 6) / 400_000.0, 0.0005);
        Assert.Equal(0, pixels.Average(), 0.016);
        Assert.InRange(pixels.Max(), 8, 8.8);

        // Neighbours share 64 random bits and must not share more.
        var correlation = pixels.Skip(1).Zip(pixels, (a, b) => a * b).Average() / 4;
        Assert.InRange(correlation, -0.01, 0.01);
    }

    [Fact]
    public void Noise_of_no_deviation_is_none()
    {
        var values = new float[9];
        NoiseField.Fill(values, 3, 0, SplitMix64.For(7));

        Assert.All(values, v => Assert.Equal(0, v));
    }

    private static void Filled(IEnumerable<double> values, double min, double max)
    {
        var all = values.ToArray();
        Assert.All(all, v => Assert.InRange(v, min, max));
        Assert.Equal((min + max) / 2, all.Average(), (max - min) * 0.02);
        Assert.InRange(all.Min(), min, min + ((max - min) * 0.01));
        Assert.InRange(all.Max(), max - ((max - min) * 0.01), max);
    }
}
