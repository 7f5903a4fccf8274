using NetVips;

namespace FractureDashboard.ML.Imaging;

/// <summary>Renders small previews for grids and lists.</summary>
/// <param name="decoder">Decodes the files.</param>
public sealed class Thumbnails(ImageDecoder decoder)
{
    /// <summary>The media type of what <see cref="Render"/> returns.</summary>
    public const string MediaType = "image/webp";

    private const int Quality = 80;

    /// <summary>Renders a preview: upright, proportions kept, never enlarged, without metadata.</summary>
    /// <param name="path">An image file in any supported format.</param>
    /// <param name="size">Side of the square it must fit into, 16 to 2048 pixels.</param>
    /// <returns>A WebP file, or the reason why there is none.</returns>
    public DecodeResult<byte[]> Render(string path, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 16);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, 2048);
        return decoder.Encode(path, size, image => image.WebpsaveBuffer(q: Quality, effort: 2, keep: Enums.ForeignKeep.None));
    }
}
