using FractureDashboard.ML.Imaging;
using NetVips;

namespace FractureDashboard.Tests.ML.Imaging;

public sealed class LocalContrastTests
{
    private const int Size = 96;
    private static readonly DecodeOptions Plain = new(Size, 1);
    private readonly ImageDecoder decoder = new();

    [Fact]
    public void Faint_structure_stands_out_more_and_not_beyond_the_slope()
    {
        var png = Png(1, (x, y) => (byte)(100 + (4 * ((x / 4) + (y / 4)) % 8)));

        var before = Decode(png, Plain).Pixels;
        var after = Decode(png, Plain with { Clahe = true }).Pixels;

        Assert.InRange(Spread(after), Spread(before) * 1.5, (Spread(before) * LocalContrast.MaxSlope) + 6);
    }

    [Fact]
    public void An_even_picture_stays_even() => Assert.Single(Decode(Png(1, (_, _) => 90), Plain with { Clahe = true }).Pixels.Distinct());

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_grey_picture_comes_out_the_same_with_one_channel_and_with_three(int channels)
    {
        var one = Decode(Png(1, Pattern), Plain with { Clahe = true });
        var other = Decode(Png(3, Pattern), Plain with { Clahe = true, Channels = channels });

        Assert.Equal(one.Pixels, other.Pixels.Where((_, i) => i % channels == 0));
        Assert.Equal(one.Pixels, other.Pixels.Where((_, i) => i % channels == channels - 1));
    }

    [Fact]
    public void A_letterbox_keeps_its_bars_black()
    {
        var wide = Png(1, (x, y) => (byte)(60 + (Pattern(x, y) / 2)), height: Size / 2);

        var image = Decode(wide, Plain with { Clahe = true, Fit = FitMode.Letterbox });

        Assert.All(image.Pixels.Take(Size * (Size / 4)), p => Assert.Equal(0, p));
        Assert.True(image.Pixels.Skip(Size * (Size / 4)).Take(Size).Average(p => p) > 20);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Colours_sizes_and_strictness_go_together(bool strict)
    {
        var colour = Png(3, (x, y) => (byte)(x * y));

        foreach (var options in new[] { new DecodeOptions(Size), new DecodeOptions(null, 1), new DecodeOptions(7, 3, FitMode.Letterbox) })
        {
            var image = Decode(colour, options with { Clahe = true, Strict = strict });
            Assert.Equal(image.Width * image.Height * options.Channels, image.Pixels.Length);
        }
    }

    private static byte Pattern(int x, int y) => (byte)((x * 2) + (30 * Math.Sin(y / 5.0)) + 40);

    private static int Spread(byte[] pixels) => pixels.Max() - pixels.Min();

    private PixelImage Decode(byte[] content, DecodeOptions options)
    {
        var result = decoder.Decode(content, options);
        Assert.Null(result.Error);
        return result.Value!;
    }

    private static byte[] Png(int channels, Func<int, int, byte> value, int height = Size)
    {
        var pixels = new byte[Size * height * channels];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = value(i / channels % Size, i / channels / Size);
        }

        using var image = Image.NewFromMemory(pixels, Size, height, channels, Enums.BandFormat.Uchar);
        using var named = image.Copy(interpretation: channels == 1 ? Enums.Interpretation.Bw : Enums.Interpretation.Srgb);
        return named.PngsaveBuffer();
    }
}
