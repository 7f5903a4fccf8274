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

    // A height of 0 is given by a later segment.
    private static (long Width, long Height)? PeekJpeg(ReadOnlySpan<byte> content) =>
        JpegFrame.Read(content) is { Height: > 0 } frame ? (frame.Width, frame.Height) : null;
}
