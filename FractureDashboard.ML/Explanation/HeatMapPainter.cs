using FractureDashboard.ML.Imaging;
using NetVips;

namespace FractureDashboard.ML.Explanation;

/// <summary>Draws heat maps over pictures, as PNG files. A value's colour is <see cref="ColourMap"/>'s, its opacity grows with it.</summary>
/// <param name="decoder">Decodes the pictures.</param>
public sealed class HeatMapPainter(ImageDecoder decoder)
{
    /// <summary>The media type of what is drawn.</summary>
    public const string MediaType = "image/png";

    private const int Compression = 3;

    /// <summary>Draws a map over the picture that it explains, upright and in its own proportions.</summary>
    /// <param name="path">The picture's file.</param>
    /// <param name="map">The map.</param>
    /// <param name="fit">How the picture was fitted into the model's square.</param>
    /// <param name="opacity">Of the highest value, 0 to 1.</param>
    /// <param name="mostSide">Larger pictures are scaled down to this many pixels a side.</param>
    /// <returns>A PNG file, or the reason why there is none.</returns>
    public DecodeResult<byte[]> Overlay(string path, HeatMap map, FitMode fit, double opacity, int mostSide)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentOutOfRangeException.ThrowIfLessThan(mostSide, 1);
        CheckOpacity(opacity);
        return decoder.Encode(path, mostSide, image => Overlay(ChannelConversion.ToPixels(image, 3), map, fit, opacity));
    }

    /// <summary>Draws a map over a picture.</summary>
    /// <param name="picture">The upright picture.</param>
    /// <param name="map">The map.</param>
    /// <param name="fit">How the picture was fitted into the model's square.</param>
    /// <param name="opacity">Of the highest value, 0 to 1.</param>
    /// <returns>A PNG file of three channels.</returns>
    public static byte[] Overlay(PixelImage picture, HeatMap map, FitMode fit, double opacity)
    {
        ArgumentNullException.ThrowIfNull(picture);
        CheckOpacity(opacity);
        var values = HeatMapPlacement.OnPicture(map, picture.Width, picture.Height, fit);
        var pixels = new byte[3 * values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var from = picture.Channels * i;
            var (r, g, b) = ColourMap.At(values[i]);
            var share = values[i] * opacity;
            pixels[3 * i] = Mix(picture.Pixels[from], r, share);
            pixels[(3 * i) + 1] = Mix(picture.Pixels[from + (picture.Channels == 3 ? 1 : 0)], g, share);
            pixels[(3 * i) + 2] = Mix(picture.Pixels[from + (picture.Channels == 3 ? 2 : 0)], b, share);
        }

        return Encode(pixels, picture.Width, picture.Height, 3);
    }

    /// <summary>Draws a map alone, for a page that lays it over the picture and lets the opacity be moved.</summary>
    /// <param name="map">The map.</param>
    /// <param name="width">Width of the upright picture in pixels, or of a smaller one of its proportions.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="fit">How the picture was fitted into the model's square.</param>
    /// <returns>A PNG file with transparency: opaque at 1, clear at 0.</returns>
    public static byte[] Layer(HeatMap map, int width, int height, FitMode fit)
    {
        var values = HeatMapPlacement.OnPicture(map, width, height, fit);
        var pixels = new byte[4 * values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var (r, g, b) = ColourMap.At(values[i]);
            (pixels[4 * i], pixels[(4 * i) + 1], pixels[(4 * i) + 2]) = (r, g, b);
            pixels[(4 * i) + 3] = (byte)Math.Round(255 * values[i]);
        }

        return Encode(pixels, width, height, 4);
    }

    /// <summary>Draws the colours from 0 at the left to 1 at the right, opaque, for a legend.</summary>
    /// <param name="width">Pixels, at least 2.</param>
    /// <param name="height">Pixels.</param>
    /// <returns>A PNG file.</returns>
    public static byte[] Legend(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        var pixels = new byte[3 * width * height];
        for (var i = 0; i < width * height; i++)
        {
            (pixels[3 * i], pixels[(3 * i) + 1], pixels[(3 * i) + 2]) = ColourMap.At((double)(i % width) / (width - 1));
        }

        return Encode(pixels, width, height, 3);
    }

    private static void CheckOpacity(double opacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(opacity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(opacity, 1);
    }

    private static byte Mix(byte below, byte above, double share) => (byte)Math.Round((below * (1 - share)) + (above * share));

    private static byte[] Encode(byte[] pixels, int width, int height, int bands)
    {
        using var raw = Image.NewFromMemory(pixels, width, height, bands, Enums.BandFormat.Uchar);
        using var image = raw.Copy(interpretation: Enums.Interpretation.Srgb);
        return image.PngsaveBuffer(compression: Compression, keep: Enums.ForeignKeep.None);
    }
}
