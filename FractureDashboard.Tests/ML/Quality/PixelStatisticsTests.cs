using CsCheck;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Quality;
using FractureDashboard.Tests.ML.Imaging;
using FractureDashboard.Tests.ML.Quality.Corpus;

namespace FractureDashboard.Tests.ML.Quality;

public sealed class PixelStatisticsTests
{
    private static readonly Gen<PixelImage> Images = Gen.Select(Gen.Int[1, 60], Gen.Int[1, 60], Gen.Bool).SelectMany((width, height, isColour) =>
        Gen.Byte.Array[width * height * (isColour ? 3 : 1)].Select(pixels => new PixelImage(width, height, isColour ? 3 : 1, pixels)));

    [Fact]
    public void Tones_are_those_of_the_definition_for_any_pixels() => Images.Sample(image =>
    {
        var grey = Enumerable.Range(0, image.Width * image.Height)
            .Select(i => image.Channels == 1 ? image.Pixels[i] : ((299 * image.Pixels[3 * i]) + (587 * image.Pixels[(3 * i) + 1]) + (114 * image.Pixels[(3 * i) + 2]) + 500) / 1000)
            .Order()
            .ToArray();
        var mean = grey.Average();

        var statistics = PixelStatistics.Of(image);

        Assert.Equal(mean / 255, statistics.Mean, 1e-9);
        Assert.Equal(Math.Sqrt(grey.Average(g => (g - mean) * (g - mean))) / 255, statistics.Deviation, 1e-6);
        Assert.Equal(grey[(int)Math.Ceiling(0.01 * grey.Length) - 1] / 255.0, statistics.Dark, 1e-9);
        Assert.Equal(grey[(int)Math.Ceiling(0.99 * grey.Length) - 1] / 255.0, statistics.Bright, 1e-9);
        Assert.Equal(grey.Count(g => g == 255) / (double)grey.Length, statistics.Saturated, 1e-9);
        Assert.InRange(statistics.Uniform, grey.GroupBy(g => g).Max(g => g.Count()) / (double)grey.Length, 1);
    });

    [Fact]
    public void Three_equal_channels_give_what_one_gives() =>
        Assert.Equal(PixelStatistics.Of(Radiographs.Grey()), PixelStatistics.Of(Radiographs.Rgb()));

    [Fact]
    public void Sharpness_is_the_mean_difference_of_neighbours_by_the_deviation() => Images.Where(i => i is { Channels: 1, Width: > 1, Height: > 1 }).Sample(image =>
    {
        int At(int x, int y) => image.Pixels[(y * image.Width) + x];
        var across = from y in Enumerable.Range(0, image.Height - 1) from x in Enumerable.Range(0, image.Width - 1) select Math.Abs(At(x, y) - At(x + 1, y));
        var down = from y in Enumerable.Range(0, image.Height - 1) from x in Enumerable.Range(0, image.Width) select Math.Abs(At(x, y) - At(x, y + 1));
        var statistics = PixelStatistics.Of(image);

        Assert.Equal(statistics.Deviation == 0 ? 0 : across.Concat(down).Average() / 255 / statistics.Deviation, statistics.Sharpness, 1e-6);
    });

    [Fact]
    public void Sharpness_hardly_depends_on_the_size_and_falls_with_blur()
    {
        var fine = Radiographs.Draw(256, 256, (u, v, _) => 128 + (100 * Math.Sin(60 * u) * Math.Cos(60 * v)));
        var large = Radiographs.Draw(1024, 1024, (u, v, _) => 128 + (100 * Math.Sin(60 * u) * Math.Cos(60 * v)));
        var smooth = Radiographs.Draw(256, 256, (u, v, _) => 128 + (100 * Math.Sin(6 * u) * Math.Cos(6 * v)));

        Assert.Equal(PixelStatistics.Of(fine).Sharpness, PixelStatistics.Of(large).Sharpness, 0.02);
        Assert.True(PixelStatistics.Of(smooth).Sharpness < PixelStatistics.Of(fine).Sharpness / 5);
    }

    [Fact]
    public void Coloured_pixels_are_those_whose_channels_differ_by_more_than_a_tenth()
    {
        var image = Pictures.Draw(10, 10, 3, (x, y, c) => 100 + (c == 0 && y < 3 ? 26 : c == 1 && y == 3 ? 25 : 0));

        Assert.Equal(0.3, PixelStatistics.Of(image).Colour, 1e-9);
    }

    [Theory]
    [InlineData(0, 0, 0, 0, 0)]
    [InlineData(10, 0, 0, 0, 0.1)]
    [InlineData(0, 20, 0, 0, 0.2)]
    [InlineData(10, 10, 25, 25, 0.6)]
    public void Border_is_what_bars_take(int top, int bottom, int left, int right, double share)
    {
        var image = Pictures.Draw(100, 100, 1, (x, y, _) =>
            y < top || y >= 100 - bottom || x < left || x >= 100 - right ? 12 : (x * 37 % 97) + (y * 53 % 89) + 30);

        Assert.Equal(share, PixelStatistics.Of(image).Border, 1e-9);
    }

    [Fact]
    public void A_smooth_picture_is_no_border_though_its_columns_are_of_one_tone_each()
    {
        var image = Pictures.Draw(100, 100, 1, (x, _, _) => 2 * x);

        Assert.InRange(PixelStatistics.Of(image).Border, 0, 0.1);
        Assert.Equal(1, PixelStatistics.Of(Pictures.Flat(40, 30, 77)).Border);
    }

    [Fact]
    public void Other_channels_and_no_pixels_are_refused()
    {
        Assert.Throws<ArgumentException>(() => PixelStatistics.Of(new PixelImage(2, 1, 2, new byte[4])));
        Assert.Throws<ArgumentException>(() => PixelStatistics.Of(new PixelImage(0, 1, 1, [])));
    }
}
