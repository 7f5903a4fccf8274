using FractureDashboard.ML.Imaging;
using FractureDashboard.Tests.ML.Imaging;
using NetVips;

namespace FractureDashboard.Tests.ML.Quality.Corpus;

/// <summary>Pictures of which no rule has anything to say, and ways to write them.</summary>
internal static class Radiographs
{
    public const int Width = 160;
    public const int Height = 120;

    /// <summary>A slanted shaft with texture in soft tissue.</summary>
    public static PixelImage Grey(int width = Width, int height = Height, int seed = 0) => Draw(width, height, (u, v, noise) =>
    {
        var across = (u - 0.35 - (0.25 * v) - (0.02 * (seed % 10))) / 0.12;
        return 25 + (60 * u) + (25 * v) + (130 * Math.Exp(-across * across)) + (24 * noise);
    }, seed);

    /// <summary>The same values in three channels, as nearly all radiographs are stored.</summary>
    public static PixelImage Rgb(int width = Width, int height = Height, int seed = 0)
    {
        var grey = Grey(width, height, seed);
        return new(width, height, 3, [.. grey.Pixels.SelectMany(p => new[] { p, p, p })]);
    }

    /// <summary>Brightness by place (0 to 1) and noise (-1 to 1), the same for the same seed.</summary>
    public static PixelImage Draw(int width, int height, Func<double, double, double, double> value, int seed = 0)
    {
        var pixels = new byte[width * height];
        for (var i = 0; i < pixels.Length; i++)
        {
            int x = i % width, y = i / width;
            var mixed = (uint)((x * 374761393) + (y * 668265263) + (seed * 974711));
            mixed = (mixed ^ (mixed >> 13)) * 1274126177;
            var noise = (((mixed ^ (mixed >> 16)) & 0xFFFF) / 32767.5) - 1;
            pixels[i] = (byte)Math.Clamp(value((double)x / width, (double)y / height, noise), 0, 255);
        }

        return new(width, height, 1, pixels);
    }

    public static byte[] Encode(PixelImage picture, ImageFormat format) => format switch
    {
        ImageFormat.Bmp => Bitmaps.Info24(picture),
        ImageFormat.Jpeg => Save(picture, i => i.JpegsaveBuffer(q: 92)),
        ImageFormat.Png => Save(picture, i => i.PngsaveBuffer()),
        ImageFormat.Gif => Save(picture, i => i.GifsaveBuffer(dither: 0)),
        ImageFormat.WebP => Save(picture, i => i.WebpsaveBuffer(lossless: true)),
        _ => Save(picture, i => i.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Lzw)),
    };

    /// <summary>Runs steps on a picture and disposes every one of them.</summary>
    public static byte[] Save(PixelImage picture, Func<Image, byte[]> save, params Func<Image, Image>[] steps)
    {
        using var raw = Image.NewFromMemoryCopy(picture.Pixels, picture.Width, picture.Height, picture.Channels, Enums.BandFormat.Uchar);
        var image = raw.Copy(interpretation: picture.Channels < 3 ? Enums.Interpretation.Bw : Enums.Interpretation.Srgb);
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

    /// <summary>Full range to full range.</summary>
    public static Image Sixteen(Image image)
    {
        using var wide = image.Linear([257], [0]);
        using var cast = wide.Cast(Enums.BandFormat.Ushort);
        return cast.Copy(interpretation: image.Bands < 3 ? Enums.Interpretation.Grey16 : Enums.Interpretation.Rgb16);
    }

    public static Image Turned(Image image, int orientation) => image.Mutate(m => m.Set(GValue.GIntType, "orientation", orientation));

    public static Image Cmyk(Image image) => image.Colourspace(Enums.Interpretation.Cmyk);

    public static Image WithAlpha(Image image) => image.Bandjoin(200);

    /// <summary>Three different frames.</summary>
    public static Image Frames(Image image)
    {
        using var second = image.Linear([0.7], [10], uchar: true);
        using var third = image.Linear([0.5], [60], uchar: true);
        using var strip = Image.Arrayjoin([image, second, third], across: 1);
        return strip.Mutate(m => m.Set(GValue.GIntType, "page-height", image.Height));
    }

    public static string Extension(ImageFormat format) => ImageFormats.Extension(format);
}
