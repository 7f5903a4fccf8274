using FractureDashboard.ML.Imaging;
using NetVips;

namespace FractureDashboard.Tests.ML.Imaging;

/// <summary>Makes pictures and files of every format in code.</summary>
internal static class Pictures
{
    public static readonly ImageFormat[] AllFormats =
        [ImageFormat.Jpeg, ImageFormat.Png, ImageFormat.Bmp, ImageFormat.Gif, ImageFormat.WebP, ImageFormat.Tiff];

    /// <summary>A smooth grey radiograph-like picture without symmetry: a slanted bright shaft on a gradient.</summary>
    public static PixelImage Grey(int width = 96, int height = 64, int seed = 0) => Draw(width, height, 1, (x, y, _) => Shaft(x, y, width, height, seed));

    /// <summary>The same in colour, each channel different.</summary>
    public static PixelImage Colour(int width = 96, int height = 64, int seed = 0) => Draw(width, height, 3, (x, y, c) => c switch
    {
        0 => Shaft(x, y, width, height, seed),
        1 => 40 + (150.0 * x / width),
        _ => 200 - (150.0 * y / height),
    });

    public static PixelImage Flat(int width, int height, params byte[] colour) => Draw(width, height, colour.Length, (_, _, c) => colour[c]);

    public static PixelImage Draw(int width, int height, int channels, Func<int, int, int, double> value)
    {
        var pixels = new byte[width * height * channels];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)Math.Clamp(value(i / channels % width, i / channels / width, i % channels), 0, 255);
        }

        return new PixelImage(width, height, channels, pixels);
    }

    /// <summary>Encodes in a format, without loss where the format can.</summary>
    public static byte[] Encode(PixelImage picture, ImageFormat format)
    {
        if (format == ImageFormat.Bmp)
        {
            return Bitmaps.Info24(picture);
        }

        using var image = ToVips(picture);
        return format switch
        {
            ImageFormat.Jpeg => image.JpegsaveBuffer(q: 95, subsampleMode: Enums.ForeignSubsample.Off),
            ImageFormat.Png => image.PngsaveBuffer(),
            ImageFormat.Gif => image.GifsaveBuffer(dither: 0),
            ImageFormat.WebP => image.WebpsaveBuffer(lossless: true),
            ImageFormat.Tiff => image.TiffsaveBuffer(),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "No such format."),
        };
    }

    /// <summary>The caller disposes it.</summary>
    public static Image ToVips(PixelImage picture)
    {
        using var raw = Image.NewFromMemoryCopy(picture.Pixels, picture.Width, picture.Height, picture.Channels, Enums.BandFormat.Uchar);
        return raw.Copy(interpretation: picture.Channels < 3 ? Enums.Interpretation.Bw : Enums.Interpretation.Srgb);
    }

    /// <summary>Runs steps on a picture and disposes every one of them.</summary>
    public static byte[] Save(PixelImage picture, Func<Image, byte[]> save, params Func<Image, Image>[] steps)
    {
        var image = ToVips(picture);
        foreach (var step in steps)
        {
            using var before = image;
            image = step(before);
        }

        using (image)
        {
            return save(image);
        }
    }

    public static PixelImage Decoded(byte[] content, DecodeOptions? options = null)
    {
        var result = new ImageDecoder().Decode(content, options ?? new DecodeOptions());
        Assert.True(result.Value is not null, result.Error?.Message);
        return result.Value;
    }

    public static (double Mean, int Max) Difference(PixelImage a, PixelImage b)
    {
        Assert.Equal((a.Width, a.Height, a.Channels), (b.Width, b.Height, b.Channels));
        var differences = a.Pixels.Zip(b.Pixels, (p, q) => Math.Abs(p - q)).ToArray();
        return (differences.Average(), differences.Max());
    }

    private static double Shaft(int x, int y, int width, int height, int seed)
    {
        double u = (double)x / width, v = (double)y / height;
        var across = (u - 0.35 - (0.25 * v) - (0.01 * (seed % 20))) / 0.12;
        return 30 + (50 * u) + (25 * v) + (130 * Math.Exp(-across * across));
    }
}
