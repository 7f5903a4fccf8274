using System.Buffers.Binary;

namespace FractureDashboard.ML.Imaging;

/// <summary>
/// Reads the pixel dimensions that simple headers claim, before any decoder sees the file: a claim beyond the limit
/// ends there and allocates nothing.
/// </summary>
internal static class HeaderSize
{
    /// <summary>Claimed width and height, or null when the format's header is not a fixed one or is cut off.</summary>
    public static (long Width, long Height)? Peek(ImageFormat format, ReadOnlySpan<byte> content) => format switch
    {
        ImageFormat.Png when content.Length >= 24 =>
            (BinaryPrimitives.ReadUInt32BigEndian(content[16..]), BinaryPrimitives.ReadUInt32BigEndian(content[20..])),
        ImageFormat.Jpeg => PeekJpeg(content),
        ImageFormat.Gif when content.Length >= 10 =>
            (BinaryPrimitives.ReadUInt16LittleEndian(content[6..]), BinaryPrimitives.ReadUInt16LittleEndian(content[8..])),
        ImageFormat.Bmp when content.Length >= 26 && BinaryPrimitives.ReadUInt32LittleEndian(content[14..]) == 12 =>
            (BinaryPrimitives.ReadUInt16LittleEndian(content[18..]), BinaryPrimitives.ReadUInt16LittleEndian(content[20..])),
        // A negative height means rows from the top.
        ImageFormat.Bmp when content.Length >= 26 =>
            (BinaryPrimitives.ReadInt32LittleEndian(content[18..]), Math.Abs((long)BinaryPrimitives.ReadInt32LittleEndian(content[22..]))),
        _ => null,
    };

    // ITU-T T.81, B.2.2: a frame header is a segment SOFn; of the markers in its range three are others.
    private static (long Width, long Height)? PeekJpeg(ReadOnlySpan<byte> content)
    {
        for (var at = JpegMarkers.First; at + 9 <= content.Length && content[at] == 0xFF; at = JpegMarkers.Next(content, at))
        {
            var marker = content[at + 1];
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                // A height of 0 is given by a later segment.
                var height = BinaryPrimitives.ReadUInt16BigEndian(content[(at + 5)..]);
                return height == 0 ? null : (BinaryPrimitives.ReadUInt16BigEndian(content[(at + 7)..]), height);
            }

            if (marker == JpegMarkers.StartOfScan)
            {
                return null;
            }
        }

        return null;
    }
}
