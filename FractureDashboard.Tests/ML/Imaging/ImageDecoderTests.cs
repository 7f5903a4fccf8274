using FractureDashboard.ML.Imaging;
using FractureDashboard.Tests.ML.Datasets;
using NetVips;

namespace FractureDashboard.Tests.ML.Imaging;

public sealed class ImageDecoderTests
{
    private readonly ImageDecoder decoder = new();

    public static TheoryData<ImageFormat> Formats => [.. Pictures.AllFormats];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Same_picture_gives_the_same_pixels_in_every_format(ImageFormat format)
    {
        var picture = Pictures.Colour();
        var content = Pictures.Encode(picture, format);
        // JPEG and a GIF's palette lose a little.
        var tolerance = format is ImageFormat.Jpeg or ImageFormat.Gif ? 4.0 : 0;

        foreach (var strict in new[] { false, true })
        {
            Assert.InRange(Pictures.Difference(picture, Pictures.Decoded(content, new(Strict: strict))).Mean, 0, tolerance);

            var reference = Pictures.Decoded(Pictures.Encode(picture, ImageFormat.Png), new(Size: 32));
            var small = Pictures.Decoded(content, new(Size: 32, Strict: strict));
            Assert.InRange(Pictures.Difference(reference, small).Mean, 0, Math.Max(tolerance, 0.1));
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Format_is_told_by_content_and_never_by_name(ImageFormat format)
    {
        using var folder = new TempFolder();
        var path = folder.Write("wrong.docx", Pictures.Encode(Pictures.Colour(20, 10), format));

        var header = decoder.ReadHeader(path, DecodeLimits.Dataset).Value;

        Assert.Equal((format, 20, 10), (header!.Format, header.Width, header.Height));
        Assert.Equal((20, 10), decoder.DecodeFile(path, new()).Value is { } p ? (p.Width, p.Height) : default);
    }

    [Theory]
    [InlineData(FitMode.Letterbox, 200, 100)]
    [InlineData(FitMode.Letterbox, 100, 200)]
    [InlineData(FitMode.Letterbox, 16, 8)]
    [InlineData(FitMode.Stretch, 200, 100)]
    [InlineData(FitMode.Stretch, 8, 16)]
    public void Fit_decides_where_the_picture_lies_in_the_target(FitMode fit, int width, int height)
    {
        var content = Pictures.Encode(Pictures.Flat(width, height, 255, 255, 255), ImageFormat.Png);

        foreach (var strict in new[] { false, true })
        {
            var image = Pictures.Decoded(content, new(Size: 64, Channels: 1, Fit: fit, Strict: strict));

            Assert.Equal((64, 64), (image.Width, image.Height));
            for (var i = 0; i < image.Pixels.Length; i++)
            {
                var along = width > height ? i / 64 : i % 64;
                var bar = fit == FitMode.Letterbox && along is < 16 or >= 48;
                Assert.Equal(bar && fit == FitMode.Letterbox ? 0 : 255, image.Pixels[i]);
            }
        }
    }

    [Fact]
    public void Letterbox_of_a_line_is_not_empty_and_does_not_throw()
    {
        var image = Pictures.Decoded(Pictures.Encode(Pictures.Flat(3000, 1, 255), ImageFormat.Png), new(Size: 32, Channels: 1, Fit: FitMode.Letterbox));

        Assert.Equal(32, image.Pixels.Count(p => p == 255));
    }

    [Theory]
    [InlineData(255, 0, 0, 76)]
    [InlineData(0, 255, 0, 150)]
    [InlineData(0, 0, 255, 29)]
    [InlineData(137, 137, 137, 137)]
    [InlineData(255, 255, 255, 255)]
    public void Greyscale_has_the_weights_of_rec_601(byte red, byte green, byte blue, byte expected)
    {
        var image = Pictures.Decoded(Pictures.Encode(Pictures.Flat(9, 7, red, green, blue), ImageFormat.Png), new(Channels: 1));

        Assert.Equal(1, image.Channels);
        Assert.All(image.Pixels, p => Assert.Equal(expected, p));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Grey_picture_becomes_three_equal_channels(ImageFormat format)
    {
        var picture = Pictures.Grey();
        var content = Pictures.Encode(picture, format);

        var colour = Pictures.Decoded(content);
        var grey = Pictures.Decoded(content, new(Channels: 1));

        Assert.Equal(picture.Pixels.Length * 3, colour.Pixels.Length);
        Assert.All(Enumerable.Range(0, picture.Pixels.Length), i =>
        {
            Assert.InRange(Math.Abs(grey.Pixels[i] - colour.Pixels[i * 3]), 0, 1);
            Assert.InRange(Math.Abs(grey.Pixels[i] - picture.Pixels[i]), 0, format is ImageFormat.Jpeg or ImageFormat.Gif ? 12 : 0);
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Pixels_come_out_upright_for_every_exif_orientation(int orientation)
    {
        const int Width = 40, Height = 24;
        var upright = Pictures.Colour(Width, Height);
        var stored = Stored(upright, orientation);
        Func<Image, byte[]>[] savers =
        [
            i => i.JpegsaveBuffer(q: 100, subsampleMode: Enums.ForeignSubsample.Off),
            i => i.PngsaveBuffer(),
            i => i.WebpsaveBuffer(lossless: true),
            i => i.TiffsaveBuffer(),
        ];

        foreach (var save in savers)
        {
            var content = Pictures.Save(stored, save, i => i.Mutate(m => m.Set(GValue.GIntType, "orientation", orientation)));
            foreach (var strict in new[] { false, true })
            {
                Assert.InRange(Pictures.Difference(upright, Pictures.Decoded(content, new(Strict: strict))).Mean, 0, 1);

                var half = Pictures.Decoded(content, new(Size: 24, Fit: FitMode.Letterbox, Strict: strict));
                var expected = Pictures.Decoded(Pictures.Encode(upright, ImageFormat.Png), new(Size: 24, Fit: FitMode.Letterbox));
                Assert.InRange(Pictures.Difference(expected, half).Mean, 0, 1.5);
            }

            Assert.Equal((stored.Width, stored.Height), decoder.ReadHeader(content, DecodeLimits.Dataset).Value is { } h ? (h.Width, h.Height) : default);
        }
    }

    [Fact]
    public void Decoding_is_deterministic_and_safe_in_parallel()
    {
        var files = Pictures.AllFormats.SelectMany(f => Enumerable.Range(0, 4).Select(i => Pictures.Encode(Pictures.Colour(seed: i), f))).ToArray();
        DecodeOptions[] options = [new(Size: 48), new(Channels: 1), new(Size: 30, Fit: FitMode.Letterbox, Strict: true)];
        var expected = files.Select(f => options.Select(o => Pictures.Decoded(f, o).Pixels).ToArray()).ToArray();

        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            var (file, option) = (i % files.Length, i % options.Length);
            Assert.Equal(expected[file][option], Pictures.Decoded(files[file], options[option]).Pixels);
        });
    }

    [Fact]
    public void Channels_and_size_out_of_range_are_the_callers_mistake()
    {
        var content = Pictures.Encode(Pictures.Grey(8, 8), ImageFormat.Png);

        Assert.Throws<ArgumentOutOfRangeException>(() => decoder.Decode(content, new(Channels: 2)));
        Assert.Throws<ArgumentOutOfRangeException>(() => decoder.Decode(content, new(Size: 0)));
    }

    /// <summary>What a camera held in this orientation would store.</summary>
    private static PixelImage Stored(PixelImage upright, int orientation)
    {
        int w = upright.Width, h = upright.Height;
        var turned = orientation >= 5;
        var stored = new byte[upright.Pixels.Length];
        var storedWidth = turned ? h : w;
        for (var y = 0; y < h; y++)
        {
            for (var x = 0; x < w; x++)
            {
                var (sx, sy) = orientation switch
                {
                    1 => (x, y),
                    2 => (w - 1 - x, y),
                    3 => (w - 1 - x, h - 1 - y),
                    4 => (x, h - 1 - y),
                    5 => (y, x),
                    6 => (y, w - 1 - x),
                    7 => (h - 1 - y, w - 1 - x),
                    _ => (h - 1 - y, x),
                };
                Array.Copy(upright.Pixels, ((y * w) + x) * 3, stored, ((sy * storedWidth) + sx) * 3, 3);
            }
        }

        return new PixelImage(storedWidth, turned ? w : h, 3, stored);
    }
}
