using NetVips;

namespace FractureDashboard.ML.Imaging;

/// <summary>Renders full-size images that every browser can show, also of formats that none can (TIFF, 16-bit).</summary>
/// <param name="decoder">Decodes the files.</param>
public sealed class DisplayImages(ImageDecoder decoder)
{
    /// <summary>The media type of what <see cref="Render"/> returns.</summary>
    public const string MediaType = "image/png";

    /// <summary>Largest side rendered, in pixels.</summary>
    public const int MaxSide = 4096;

    /// <summary>Renders a viewer's image: upright, 8-bit, lossless, at most <see cref="MaxSide"/> pixels a side.</summary>
    /// <param name="path">An image file in any supported format.</param>
    /// <returns>A PNG file, or the reason why there is none.</returns>
    public DecodeResult<byte[]> Render(string path) =>
        decoder.Encode(path, MaxSide, image => image.PngsaveBuffer(compression: 3, keep: Enums.ForeignKeep.None));

    /// <summary>Renders a picture for paper: upright, a JPEG of three channels without metadata, on which every printer agrees.</summary>
    /// <param name="path">An image file in any supported format.</param>
    /// <param name="side">The most pixels a side, 16 to <see cref="MaxSide"/>.</param>
    /// <returns>A JPEG file, or the reason why there is none.</returns>
    public DecodeResult<byte[]> RenderForPrint(string path, int side)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 16);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(side, MaxSide);
        return decoder.Encode(path, side, image =>
        {
            using var colour = image.Colourspace(Enums.Interpretation.Srgb);
            return colour.JpegsaveBuffer(q: 92, keep: Enums.ForeignKeep.None);
        });
    }
}
