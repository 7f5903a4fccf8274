using System.Buffers.Binary;
using FractureDashboard.ML.Imaging;

namespace FractureDashboard.Gallery;

/// <summary>
/// Whether browsers show a file as the decoder reads it. They all turn a JPEG by its EXIF orientation, but not a PNG or
/// WebP; and they play animations, of which the decoder takes the first frame.
/// </summary>
internal static class BrowserFormats
{
    private const ushort OrientationTag = 0x0112;

    public static bool ShowAlike(ImageFormat format, ReadOnlySpan<byte> content) => format switch
    {
        ImageFormat.Jpeg => true,
        ImageFormat.Png => IsPlainPng(content),
        ImageFormat.WebP => IsPlainWebP(content),
        _ => false,
    };

    private static bool IsPlainPng(ReadOnlySpan<byte> png)
    {
        // A chunk: length, type, data, checksum.
        for (long at = 8; at + 12 <= png.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(png[(int)at..]);
            var type = png.Slice((int)at + 4, 4);
            if (type.SequenceEqual("acTL"u8) || (type.SequenceEqual("eXIf"u8) && Turns(Data(png, at + 8, length))))
            {
                return false;
            }

            at += 12L + length;
        }

        return true;
    }

    private static bool IsPlainWebP(ReadOnlySpan<byte> webp)
    {
        // A chunk: type, length, data, a byte to make it even.
        for (long at = 12; at + 8 <= webp.Length;)
        {
            var type = webp.Slice((int)at, 4);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(webp[((int)at + 4)..]);
            if (type.SequenceEqual("ANIM"u8) || (type.SequenceEqual("EXIF"u8) && Turns(Data(webp, at + 8, length))))
            {
                return false;
            }

            at += 8L + length + (length & 1);
        }

        return true;
    }

    // A block that claims more than there is ends with the file.
    private static ReadOnlySpan<byte> Data(ReadOnlySpan<byte> file, long at, uint length) =>
        at >= file.Length ? [] : file.Slice((int)at, (int)Math.Min(length, file.Length - at));

    /// <summary>Whether an EXIF block asks for the image to be turned or mirrored. A block that cannot be read might.</summary>
    private static bool Turns(ReadOnlySpan<byte> exif)
    {
        if (exif.StartsWith("Exif\0\0"u8))
        {
            exif = exif[6..];
        }

        if (exif.Length < 8)
        {
            return true;
        }

        var little = exif[0] == (byte)'I';
        var directory = Long(exif, 4, little);
        if (directory > exif.Length - 2)
        {
            return true;
        }

        // Entries of 12 bytes: tag, type, count, value.
        var count = Short(exif, (int)directory, little);
        for (var i = 0; i < count; i++)
        {
            var entry = (int)directory + 2 + (12 * i);
            if (entry > exif.Length - 12)
            {
                return true;
            }

            if (Short(exif, entry, little) == OrientationTag)
            {
                return Short(exif, entry + 8, little) > 1;
            }
        }

        return false;
    }

    private static ushort Short(ReadOnlySpan<byte> data, int at, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(data[at..]) : BinaryPrimitives.ReadUInt16BigEndian(data[at..]);

    private static uint Long(ReadOnlySpan<byte> data, int at, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(data[at..]) : BinaryPrimitives.ReadUInt32BigEndian(data[at..]);
}
