using NetVips;

namespace FractureDashboard.ML.Imaging;

/// <summary>A file's picture, and how the file stores it.</summary>
/// <param name="Stored">How it is stored.</param>
/// <param name="Pixels">The picture, upright, 8-bit; one channel where all are equal, otherwise three.</param>
internal sealed record StoredPicture(StoredImage Stored, PixelImage Pixels);

/// <summary>How a file stores its picture.</summary>
/// <param name="Width">Width in pixels, before any turning.</param>
/// <param name="Height">Height in pixels, before any turning.</param>
/// <param name="Channels">Stored channels; a palette counts as the channels of its colours.</param>
/// <param name="Bits">Bits a channel, or of a palette's index.</param>
/// <param name="Orientation">EXIF orientation, 1 to 8.</param>
/// <param name="Pages">Frames or pages.</param>
/// <param name="HasAlpha">Some pixel is transparent.</param>
/// <param name="IsCmyk">As CMYK.</param>
/// <param name="IsRare">In a variant of its format that hardly any other program reads.</param>
internal sealed record StoredImage(int Width, int Height, int Channels, int Bits, int Orientation, int Pages, bool HasAlpha, bool IsCmyk, bool IsRare = false)
{
    /// <summary>What libvips says of an image that it has just opened, and what it does not look at.</summary>
    public static StoredImage Of(Image image, ImageFormat format, ReadOnlySpan<byte> content) => new(
        image.Width,
        image.Height,
        image.Bands,
        BitsOf(image),
        Number(image, "orientation") is >= 1 and <= 8 and var turned ? turned : 1,
        Math.Max(1, format == ImageFormat.Png ? PngFrames.Count(content) : Number(image, "n-pages")),
        image.HasAlpha(),
        image.Interpretation == Enums.Interpretation.Cmyk);

    /// <summary>Of a bitmap.</summary>
    public static StoredImage Of(BitmapHeader header) => new(
        header.Width, header.Height, header.Facts.Channels, header.Facts.BitsPerChannel, Orientation: 1, Pages: 1, header.Facts.Channels == 4, IsCmyk: false, header.IsRare);

    /// <summary>Bits of a stored channel.</summary>
    public static int BitsOf(Image image) => Number(image, "bits-per-sample") is > 0 and var bits
        ? bits
        : image.Format switch
        {
            Enums.BandFormat.Uchar or Enums.BandFormat.Char => 8,
            Enums.BandFormat.Ushort or Enums.BandFormat.Short => 16,
            Enums.BandFormat.Double or Enums.BandFormat.Complex => 64,
            _ => 32,
        };

    private static int Number(Image image, string field) => image.Contains(field) && image.Get(field) is int number ? number : 0;
}
