using System.Buffers.Binary;

namespace FractureDashboard.ML.Imaging;

/// <summary>Tells image formats apart by their first bytes.</summary>
public static class ImageFormats
{
    /// <summary>Bytes from the start of a file that <see cref="Sniff"/> needs at most.</summary>
    public const int SniffLength = 160;

    /// <summary>The format of a file's content.</summary>
    /// <param name="head">The first bytes of the file; <see cref="SniffLength"/> are enough.</param>
    /// <returns>The format, or <see cref="ImageFormat.Unknown"/>.</returns>
    public static ImageFormat Sniff(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith<byte>([0xFF, 0xD8, 0xFF]))
        {
            return ImageFormat.Jpeg;
        }

        if (head.StartsWith<byte>([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
        {
            return ImageFormat.Png;
        }

        if (head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8))
        {
            return ImageFormat.Gif;
        }

        if (head.Length >= 12 && head.StartsWith("RIFF"u8) && head[8..12].SequenceEqual("WEBP"u8))
        {
            return ImageFormat.WebP;
        }

        // Classic TIFF (42) and BigTIFF (43), little and big endian.
        if (head.StartsWith<byte>([0x49, 0x49, 42, 0]) || head.StartsWith<byte>([0x4D, 0x4D, 0, 42])
            || head.StartsWith<byte>([0x49, 0x49, 43, 0]) || head.StartsWith<byte>([0x4D, 0x4D, 0, 43]))
        {
            return ImageFormat.Tiff;
        }

        // Two letters prove little: the size of the second header, at 14, must be one a bitmap can have.
        if (head.Length >= 26 && head.StartsWith("BM"u8) && BinaryPrimitives.ReadUInt32LittleEndian(head[14..]) is >= 12 and <= 256)
        {
            return ImageFormat.Bmp;
        }

        return ImageFormat.Unknown;
    }

    /// <summary>What unsupported content seems to be, for a helpful message; null when it cannot be told.</summary>
    internal static string? Guess(ReadOnlySpan<byte> head)
    {
        if (head.Length >= 132 && head[128..132].SequenceEqual("DICM"u8))
        {
            return "a DICOM file";
        }

        if (head.StartsWith("%PDF"u8))
        {
            return "a PDF document";
        }

        if (head.StartsWith("PK\x03\x04"u8))
        {
            return "a ZIP archive";
        }

        if (head.Length >= 12 && head[4..8].SequenceEqual("ftyp"u8))
        {
            return "a HEIF, AVIF or video file";
        }

        var text = head.TrimStart("\uFEFF \t\r\n"u8);
        if (text.StartsWith("<svg"u8) || text.StartsWith("<?xml"u8))
        {
            return "an SVG or XML document";
        }

        if (text.StartsWith("<!"u8) || text.StartsWith("<html"u8))
        {
            return "a web page";
        }

        return head.IndexOfAnyExceptInRange((byte)9, (byte)126) < 0 ? "plain text" : null;
    }

    /// <summary>The Internet media type of a format.</summary>
    /// <param name="format">The format.</param>
    /// <returns>For example <c>image/png</c>.</returns>
    public static string MediaType(ImageFormat format) => format switch
    {
        ImageFormat.Jpeg => "image/jpeg",
        ImageFormat.Png => "image/png",
        ImageFormat.Bmp => "image/bmp",
        ImageFormat.Gif => "image/gif",
        ImageFormat.WebP => "image/webp",
        ImageFormat.Tiff => "image/tiff",
        _ => "application/octet-stream",
    };

    /// <summary>The usual extension of a format.</summary>
    /// <param name="format">The format.</param>
    /// <returns>For example <c>.png</c>; empty for an unknown format.</returns>
    public static string Extension(ImageFormat format) => format switch
    {
        ImageFormat.Jpeg => ".jpg",
        ImageFormat.Png => ".png",
        ImageFormat.Bmp => ".bmp",
        ImageFormat.Gif => ".gif",
        ImageFormat.WebP => ".webp",
        ImageFormat.Tiff => ".tif",
        _ => "",
    };
}
