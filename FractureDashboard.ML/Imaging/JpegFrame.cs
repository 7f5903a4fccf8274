using System.Buffers.Binary;

namespace FractureDashboard.ML.Imaging;

/// <summary>What a JPEG's frame header says (ITU-T T.81, B.2.2).</summary>
/// <param name="Marker">Second byte of the marker SOFn: how the frame is coded.</param>
/// <param name="Precision">Bits of a sample.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels; 0 where a segment behind the first scan tells it.</param>
/// <param name="Components">Number of components.</param>
internal readonly record struct JpegFrame(byte Marker, int Precision, int Width, int Height, int Components)
{
    /// <summary>Baseline, extended or progressive, Huffman or arithmetic, eight bits, height known: what the usual libraries read.</summary>
    public bool IsUsual => Marker is 0xC0 or 0xC1 or 0xC2 or 0xC9 or 0xCA && Precision == 8 && Height > 0;

    /// <summary>The rest of the standard, as sound, which next to nobody reads: 12 bits, lossless, hierarchical, height at the end.</summary>
    public bool IsUnusual => !IsUsual && Width > 0 && Components is >= 1 and <= 4 && (IsLossless ? Precision is >= 2 and <= 16 : Precision is 8 or 12);

    /// <summary>Predicted sample by sample, not by transform.</summary>
    public bool IsLossless => Marker is 0xC3 or 0xC7 or 0xCB or 0xCF;

    /// <summary>The first frame header, or null when there is none before the first scan.</summary>
    public static JpegFrame? Read(ReadOnlySpan<byte> content)
    {
        for (var at = JpegMarkers.First; at + 10 <= content.Length && content[at] == 0xFF; at = JpegMarkers.Next(content, at))
        {
            var marker = content[at + 1];

            // Of the markers in the range of SOFn three are others.
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                return new(
                    marker,
                    content[at + 4],
                    BinaryPrimitives.ReadUInt16BigEndian(content[(at + 7)..]),
                    BinaryPrimitives.ReadUInt16BigEndian(content[(at + 5)..]),
                    content[at + 9]);
            }

            if (marker == JpegMarkers.StartOfScan)
            {
                return null;
            }
        }

        return null;
    }
}
