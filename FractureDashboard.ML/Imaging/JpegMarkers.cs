using System.Buffers.Binary;

namespace FractureDashboard.ML.Imaging;

/// <summary>Walks the segments of a JPEG before its first scan (ITU-T T.81, B.1.1).</summary>
internal static class JpegMarkers
{
    /// <summary>Where the first marker after the start of the image is.</summary>
    public const int First = 2;

    /// <summary>Start of a scan; entropy-coded data follow.</summary>
    public const byte StartOfScan = 0xDA;

    /// <summary>Where the next marker is.</summary>
    /// <param name="content">The file; at least four bytes from <paramref name="at"/> on.</param>
    /// <param name="at">Where a marker's first byte, 0xFF, is.</param>
    public static int Next(ReadOnlySpan<byte> content, int at)
    {
        // Fill bytes and markers without a segment.
        var marker = content[at + 1];
        var isAlone = marker is 0xFF or 0x01 or (>= 0xD0 and <= 0xD8);
        return at + (marker == 0xFF ? 1 : isAlone ? 2 : 2 + BinaryPrimitives.ReadUInt16BigEndian(content[(at + 2)..]));
    }
}
