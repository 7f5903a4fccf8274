using System.Buffers.Binary;

namespace FractureDashboard.ML.Imaging;

/// <summary>Counts the frames of an animated PNG, which libvips passes over (PNG, third edition, 11.3.6.1).</summary>
internal static class PngFrames
{
    private const int Signature = 8;
    private const int Frame = 12; // length, type and checksum of a chunk

    /// <summary>Frames that the file announces, as far as it holds them; 1 for an ordinary PNG.</summary>
    public static int Count(ReadOnlySpan<byte> content)
    {
        long announced = 0;
        var frames = 0;
        for (long at = Signature; at + Frame <= content.Length;)
        {
            var chunk = content[(int)at..];
            var type = chunk[4..8];
            if (type.SequenceEqual("acTL"u8) && chunk.Length >= Frame + 4)
            {
                announced = BinaryPrimitives.ReadUInt32BigEndian(chunk[8..]);
            }
            else if (type.SequenceEqual("fcTL"u8))
            {
                frames++;
            }
            else if (type.SequenceEqual("IDAT"u8) && announced == 0)
            {
                // The announcement stands before the image data.
                return 1;
            }

            at += Frame + (long)BinaryPrimitives.ReadUInt32BigEndian(chunk);
        }

        return (int)Math.Clamp(Math.Min(announced, frames), 1, int.MaxValue);
    }
}
