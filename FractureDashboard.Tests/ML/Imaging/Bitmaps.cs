using System.Buffers.Binary;
using FractureDashboard.ML.Imaging;

namespace FractureDashboard.Tests.ML.Imaging;

/// <summary>Writes bitmaps of every variant, byte by byte.</summary>
internal static class Bitmaps
{
    public static byte[] Info24(PixelImage picture, bool topDown = false) =>
        File(Header40(picture.Width, topDown ? -picture.Height : picture.Height, 24), [], Rows(picture, topDown, 24, (r, g, b) => (uint)((r << 16) | (g << 8) | b)));

    public static byte[] Core24(PixelImage picture) =>
        File(Header12(picture.Width, picture.Height, 24), [], Rows(picture, false, 24, (r, g, b) => (uint)((r << 16) | (g << 8) | b)));

    /// <summary>32 bits, the fourth byte unused and random-looking.</summary>
    public static byte[] Info32(PixelImage picture) =>
        File(Header40(picture.Width, picture.Height, 32), [], Rows(picture, false, 32, (r, g, b) => 0x5A000000u | (uint)((r << 16) | (g << 8) | b)));

    public static byte[] Info555(PixelImage picture) =>
        File(Header40(picture.Width, picture.Height, 16), [], Rows(picture, false, 16, (r, g, b) => (uint)(((r >> 3) << 10) | ((g >> 3) << 5) | (b >> 3))));

    public static byte[] Info565(PixelImage picture) =>
        File(Header40(picture.Width, picture.Height, 16, compression: 3), Words(0xF800, 0x07E0, 0x001F), Rows(picture, false, 16, (r, g, b) => (uint)(((r >> 3) << 11) | ((g >> 2) << 5) | (b >> 3))));

    /// <summary>A V4 header with an alpha mask; the alpha of every pixel is given.</summary>
    public static byte[] V4Alpha(PixelImage picture, byte alpha)
    {
        var header = new byte[108];
        Header40(picture.Width, picture.Height, 32, compression: 3).CopyTo(header, 0);
        header[0] = 108;
        Words(0xFF0000, 0xFF00, 0xFF, 0xFF000000).CopyTo(header, 40);
        return File(header, [], Rows(picture, false, 32, (r, g, b) => ((uint)alpha << 24) | (uint)((r << 16) | (g << 8) | b)));
    }

    /// <summary>Palette indices of 1, 2, 4 or 8 bits; the palette is a ramp of greys over the index's range.</summary>
    public static byte[] Indexed(int width, int height, int bits, Func<int, int, int> index, bool core = false, int? storedColours = null)
    {
        var stride = ((width * bits) + 31) / 32 * 4;
        var data = new byte[stride * height];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var bit = x * bits;
                data[((height - 1 - y) * stride) + (bit / 8)] |= (byte)(index(x, y) << (8 - bits - (bit % 8)));
            }
        }

        var header = core ? Header12(width, height, bits) : Header40(width, height, bits);
        return File(header, Ramp(bits, core ? 3 : 4, storedColours ?? (1 << bits)), data);
    }

    public static byte[] RunLengths(int width, int height, int bits, params byte[] data) =>
        File(Header40(width, height, bits, compression: bits == 8 ? 1u : 2u), Ramp(bits, 4, 1 << bits), data);

    /// <summary>Only a header that claims a size.</summary>
    public static byte[] Claim(int width, int height) => File(Header40(width, height, 24), [], new byte[64]);

    private static byte[] Ramp(int bits, int entryBytes, int colours)
    {
        var palette = new byte[colours * entryBytes];
        for (var i = 0; i < colours; i++)
        {
            palette.AsSpan(i * entryBytes, 3).Fill((byte)(i * 255 / ((1 << bits) - 1)));
        }

        return palette;
    }

    private static byte[] Rows(PixelImage picture, bool topDown, int bits, Func<byte, byte, byte, uint> pack)
    {
        var stride = ((picture.Width * bits) + 31) / 32 * 4;
        var data = new byte[stride * picture.Height];
        Span<byte> word = stackalloc byte[4];
        for (var y = 0; y < picture.Height; y++)
        {
            for (var x = 0; x < picture.Width; x++)
            {
                var p = picture.Pixels.AsSpan(((y * picture.Width) + x) * picture.Channels, picture.Channels);
                BinaryPrimitives.WriteUInt32LittleEndian(word, pack(p[0], p[picture.Channels / 2], p[^1]));
                word[..(bits / 8)].CopyTo(data.AsSpan(((topDown ? y : picture.Height - 1 - y) * stride) + (x * bits / 8)));
            }
        }

        return data;
    }

    private static byte[] Header40(int width, int height, int bits, uint compression = 0)
    {
        var header = new byte[40];
        Words(40, (uint)width, (uint)height, 1 | ((uint)bits << 16), compression).CopyTo(header, 0);
        return header;
    }

    private static byte[] Header12(int width, int height, int bits) =>
        Words(12, (uint)width | ((uint)height << 16), 1 | ((uint)bits << 16));

    private static byte[] File(byte[] header, byte[] palette, byte[] data)
    {
        var offset = 14 + header.Length + palette.Length;
        byte[] start = [.. "BM"u8, .. Words((uint)(offset + data.Length), 0, (uint)offset)];
        return [.. start, .. header, .. palette, .. data];
    }

    private static byte[] Words(params uint[] words)
    {
        var bytes = new byte[words.Length * 4];
        for (var i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i * 4), words[i]);
        }

        return bytes;
    }
}
