using System.Buffers.Binary;

namespace FractureDashboard.ML.Imaging;

/// <summary>
/// Whether a file reaches the end that its format demands, judged by its structure. Decoders cannot tell: they stop at
/// the last pixel, and their messages come from a buffer that all threads share.
/// </summary>
internal static class FileEnds
{
    /// <summary>True when the end is surely missing; false when it is there or the format does not tell.</summary>
    public static bool IsCutOff(ImageFormat format, ReadOnlySpan<byte> content) => format switch
    {
        ImageFormat.Jpeg => !HasJpegEnd(content),
        ImageFormat.Png => !HasPngEnd(content),
        ImageFormat.WebP => BinaryPrimitives.ReadUInt32LittleEndian(content[4..]) + 8L > content.Length,
        ImageFormat.Gif => !HasGifEnd(content),
        ImageFormat.Tiff => !TiffDirectory.IsWhole(content),
        _ => false,
    };

    /// <summary>An end mark behind the start of the first scan; one before it may belong to an embedded preview.</summary>
    private static bool HasJpegEnd(ReadOnlySpan<byte> content)
    {
        for (var at = JpegMarkers.First; at + 4 <= content.Length; at = JpegMarkers.Next(content, at))
        {
            if (content[at] != 0xFF)
            {
                // No marker where one must be: damaged, and nothing more can be said.
                return content.LastIndexOf<byte>([0xFF, 0xD9]) >= 0;
            }

            if (content[at + 1] == JpegMarkers.StartOfScan)
            {
                return content[at..].IndexOf<byte>([0xFF, 0xD9]) >= 0;
            }
        }

        return false;
    }

    private static bool HasPngEnd(ReadOnlySpan<byte> content)
    {
        const int Frame = 12; // length, type and checksum of a chunk
        long at = 8;
        while (at + Frame <= content.Length)
        {
            var chunk = content[(int)at..];
            if (chunk[4..8].SequenceEqual("IEND"u8))
            {
                return true;
            }

            at += Frame + (long)BinaryPrimitives.ReadUInt32BigEndian(chunk);
        }

        return false;
    }

    private static bool HasGifEnd(ReadOnlySpan<byte> content)
    {
        const int ScreenDescriptor = 13, ImageDescriptor = 10;
        if (content.Length < ScreenDescriptor)
        {
            return false;
        }

        var at = ScreenDescriptor + ColourTable(content[10]);
        while (at < content.Length)
        {
            switch (content[at])
            {
                case 0x3B:
                    return true;
                case 0x21:
                    at = SkipBlocks(content, at + 2);
                    break;
                case 0x2C when at + ImageDescriptor < content.Length:
                    at = SkipBlocks(content, at + ImageDescriptor + ColourTable(content[at + 9]) + 1);
                    break;
                case 0x2C:
                    return false;
                default:
                    // Not a block: damaged, and nothing more can be said.
                    return true;
            }
        }

        return false;

        static int ColourTable(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);

        static int SkipBlocks(ReadOnlySpan<byte> content, int at)
        {
            while (at < content.Length && content[at] != 0)
            {
                at += content[at] + 1;
            }

            return at + 1;
        }
    }
}
