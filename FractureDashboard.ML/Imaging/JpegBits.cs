using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace FractureDashboard.ML.Imaging;

/// <summary>Reads the bits of entropy-coded JPEG data up to the next marker (ITU-T T.81, F.2.2.5).</summary>
internal ref struct JpegBits
{
    private const int Least = 32;

    private readonly ReadOnlySpan<byte> content;
    private int position;
    private ulong buffer;
    private int count;
    private int padding;

    /// <summary>Begins at the first byte of the data.</summary>
    public JpegBits(ReadOnlySpan<byte> content, int at)
    {
        this.content = content;
        position = at;
    }

    /// <summary>Where the next byte is that has not been taken up; at the end of the data that of the marker's 0xFF.</summary>
    public readonly int Position => position;

    /// <summary>More bits were asked for than there are.</summary>
    public readonly bool IsBeyondEnd => count < padding;

    /// <summary>The next sixteen bits; those behind the end are zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Peek()
    {
        if (count < Least)
        {
            Fill();
        }

        return (int)(buffer >> (count - 16)) & 0xFFFF;
    }

    /// <summary>Steps over bits, at most 32 since the last <see cref="Peek"/>.</summary>
    public void Skip(int bits) => count -= bits;

    /// <summary>Goes to the end of the data.</summary>
    /// <returns>Whole bytes that were left over, those of a mere filling of zeros or ones not counted.</returns>
    public int SkipRest()
    {
        count -= (count - padding) % 8;
        int left = 0, zeros = 0, ones = 0;
        while (true)
        {
            if (count < Least)
            {
                Fill();
            }

            if (count <= padding)
            {
                (buffer, count, padding) = (0, 0, 0);
                return left == zeros || left == ones ? 0 : left;
            }

            var value = (byte)(buffer >> (count - 8));
            count -= 8;
            left++;
            zeros += value == 0 ? 1 : 0;
            ones += value == 0xFF ? 1 : 0;
        }
    }

    /// <summary>Goes on behind a marker.</summary>
    public void GoOn(int at) => position = at;

    private void Fill()
    {
        if (padding == 0 && position + 4 <= content.Length)
        {
            var four = BinaryPrimitives.ReadUInt32BigEndian(content[position..]);

            // No byte of the four is 0xFF: none of their complements is zero.
            var complement = ~four;
            if (((complement - 0x01010101) & four & 0x80808080) == 0)
            {
                buffer = (buffer << 32) | four;
                count += 32;
                position += 4;
                return;
            }
        }

        while (count <= 56)
        {
            if (Next() is { } value)
            {
                buffer = (buffer << 8) | value;
            }
            else
            {
                buffer <<= 8;
                padding += 8;
            }

            count += 8;
        }
    }

    private byte? Next()
    {
        if (padding > 0 || position >= content.Length)
        {
            return null;
        }

        var value = content[position];
        if (value != 0xFF)
        {
            position++;
            return value;
        }

        if (position + 1 >= content.Length || content[position + 1] != 0)
        {
            return null;
        }

        position += 2;
        return value;
    }
}
