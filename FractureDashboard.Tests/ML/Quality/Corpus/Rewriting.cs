using System.Buffers.Binary;

namespace FractureDashboard.Tests.ML.Quality.Corpus;

/// <summary>Changes of finished files, byte by byte.</summary>
internal static class Rewriting
{
    /// <summary>With one byte changed, at a share of the length.</summary>
    public static byte[] Flipped(byte[] content, double share, byte by = 0x55)
    {
        var changed = (byte[])content.Clone();
        changed[(int)(changed.Length * share)] ^= by;
        return changed;
    }

    /// <summary>With a stretch of zeros.</summary>
    public static byte[] Zeroed(byte[] content, double share, int length)
    {
        var changed = (byte[])content.Clone();
        changed.AsSpan((int)(changed.Length * share), length).Clear();
        return changed;
    }

    public static byte[] Patched(byte[] content, int at, params byte[] by)
    {
        var changed = (byte[])content.Clone();
        by.CopyTo(changed, at);
        return changed;
    }

    public static byte[] Cut(byte[] content, double share) => content[..(int)(content.Length * share)];

    /// <summary>Without segments of a JPEG that stand before the frame.</summary>
    public static byte[] WithoutSegments(byte[] jpeg, params byte[] markers)
    {
        var kept = new List<byte>(jpeg[..2]);
        var at = 2;
        while (jpeg[at + 1] != 0xDA)
        {
            var end = at + 2 + BinaryPrimitives.ReadUInt16BigEndian(jpeg.AsSpan(at + 2));
            if (!markers.Contains(jpeg[at + 1]))
            {
                kept.AddRange(jpeg[at..end]);
            }

            at = end;
        }

        return [.. kept, .. jpeg[at..]];
    }

    /// <summary>With a segment right behind the start of a JPEG.</summary>
    public static byte[] WithSegment(byte[] jpeg, byte marker, byte[] payload)
    {
        var length = payload.Length + 2;
        return [.. jpeg[..2], 0xFF, marker, (byte)(length >> 8), (byte)length, .. payload, .. jpeg[2..]];
    }

    /// <summary>Where a JPEG's frame header begins.</summary>
    public static int Frame(byte[] jpeg)
    {
        for (var at = 2; ; at += 2 + BinaryPrimitives.ReadUInt16BigEndian(jpeg.AsSpan(at + 2)))
        {
            if (jpeg[at + 1] is >= 0xC0 and <= 0xC3)
            {
                return at;
            }
        }
    }

    /// <summary>A chunk of a PNG with its checksum.</summary>
    public static byte[] Chunk(string type, params byte[] data)
    {
        byte[] named = [.. System.Text.Encoding.ASCII.GetBytes(type), .. data];
        return [.. BigEndian((uint)data.Length), .. named, .. BigEndian(Checksum(named))];
    }

    /// <summary>A PNG with chunks put in before its image data.</summary>
    public static byte[] BeforeData(byte[] png, params byte[][] chunks)
    {
        var at = png.AsSpan().IndexOf("IDAT"u8) - 4;
        return [.. png[..at], .. chunks.SelectMany(c => c), .. png[at..]];
    }

    /// <summary>A PNG whose header claims another size.</summary>
    public static byte[] Claiming(byte[] png, uint width, uint height) =>
        [.. png[..8], .. Chunk("IHDR", [.. BigEndian(width), .. BigEndian(height), .. png[24..29]]), .. png[33..]];

    /// <summary>An animated PNG of two equal frames.</summary>
    public static byte[] Animated(byte[] png)
    {
        var from = png.AsSpan().IndexOf("IDAT"u8) + 4;
        var data = png[from..(from + (int)BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(from - 8)))];
        var whole = BeforeData(png, Chunk("acTL", 0, 0, 0, 2, 0, 0, 0, 0), Control(0));
        var end = whole.Length - 12;
        return [.. whole[..end], .. Control(1), .. Chunk("fdAT", [0, 0, 0, 2, .. data]), .. whole[end..]];

        byte[] Control(byte number) => Chunk("fcTL", [0, 0, 0, number, .. png[16..24], 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 10, 0, 0]);
    }

    public static byte[] BigEndian(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    // PNG, third edition, annex D: the usual CRC-32.
    private static uint Checksum(byte[] data)
    {
        var crc = 0xFFFFFFFF;
        foreach (var b in data)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
            }
        }

        return ~crc;
    }
}
