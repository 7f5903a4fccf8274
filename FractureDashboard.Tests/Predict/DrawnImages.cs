using System.Buffers.Binary;
using NetVips;

namespace FractureDashboard.Tests.Predict;

/// <summary>Image files drawn in code: a bright shaft on a dark ground with some texture.</summary>
internal static class DrawnImages
{
    public static byte[] Png(int width = 96, int height = 64, int seed = 1) => With(width, height, seed, i => i.PngsaveBuffer());

    public static byte[] Jpeg(int width = 96, int height = 64, int seed = 1) => With(width, height, seed, i => i.JpegsaveBuffer(q: 90));

    public static byte[] Gif(int width = 96, int height = 64, int seed = 1) => With(width, height, seed, i => i.GifsaveBuffer());

    public static byte[] WebP(int width = 96, int height = 64, int seed = 1) => With(width, height, seed, i => i.WebpsaveBuffer(q: 80));

    public static byte[] Tiff(int width = 96, int height = 64, int seed = 1) => With(width, height, seed, i => i.TiffsaveBuffer());

    /// <summary>A 24-bit bitmap, written by hand: libvips does not write the format.</summary>
    public static byte[] Bmp(int width = 96, int height = 64, int seed = 1)
    {
        const int Headers = 54;
        var stride = ((width * 3) + 3) & ~3;
        var file = new byte[Headers + (stride * height)];
        "BM"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(10), Headers);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(14), 40);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), width);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), height);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(26), 1);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(28), 24);
        var pixels = Pixels(width, height, seed);
        for (var y = 0; y < height; y++)
        {
            pixels.AsSpan(y * width * 3, width * 3).CopyTo(file.AsSpan(Headers + ((height - 1 - y) * stride)));
        }

        return file;
    }

    /// <summary>A PNG whose header claims more pixels than any limit allows; its data would inflate to nothing.</summary>
    public static byte[] HugePngHeader()
    {
        var file = Png();
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(16), 60_000);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(20), 60_000);
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(29), Crc32(file.AsSpan(12, 17)));
        return file;
    }

    /// <summary>The file without its last part.</summary>
    public static byte[] Truncated(byte[] file) => file[..(file.Length * 2 / 3)];

    /// <summary>The file with bytes in its middle overwritten.</summary>
    public static byte[] Damaged(byte[] file)
    {
        var copy = file.ToArray();
        copy.AsSpan(copy.Length / 2, Math.Min(24, copy.Length / 4)).Fill(0x5A);
        return copy;
    }

    private static byte[] With(int width, int height, int seed, Func<Image, byte[]> save)
    {
        using var image = Image.NewFromMemory(Pixels(width, height, seed), width, height, 3, Enums.BandFormat.Uchar);
        using var colour = image.Copy(interpretation: Enums.Interpretation.Srgb);
        return save(colour);
    }

    private static byte[] Pixels(int width, int height, int seed)
    {
        var pixels = new byte[width * height * 3];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var inShaft = Math.Abs(x - (width / 2)) < width / 6;
                var value = (byte)Math.Clamp((inShaft ? 170 : 30) + (((x * 7) + (y * 13) + (seed * 31)) % 40), 0, 255);
                pixels.AsSpan(((y * width) + x) * 3, 3).Fill(value);
            }
        }

        return pixels;
    }

    private static uint Crc32(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var b in data)
        {
            crc ^= b;
            for (var i = 0; i < 8; i++)
            {
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }
}
