using System.Buffers.Binary;
using System.Numerics;

namespace FractureDashboard.ML.Imaging;

/// <summary>
/// Decodes Windows and OS/2 bitmaps, which libvips does not know, in managed code: a hostile file meets bounds checks
/// and nothing else.
/// </summary>
internal static class BitmapReader
{
    /// <summary>Decodes to interleaved RGB, rows from the top; transparency is flattened on black.</summary>
    public static DecodeResult<PixelImage> Decode(ReadOnlySpan<byte> content)
    {
        var read = BitmapHeader.Read(content);
        if (read.Value is not { } header)
        {
            return read.Error!;
        }

        // Rows have a known length, so what is missing is missed before anything is allocated. The last row's padding may lack.
        var rows = header.Packing == BitmapPacking.Rows;
        var data = content[header.PixelOffset..];
        if (rows && (header.Stride * (header.Height - 1)) + ((((long)header.Bits * header.Width) + 7) / 8) > data.Length)
        {
            return DecodeErrors.Truncated();
        }

        if ((long)header.Width * header.Height * 3 > Array.MaxLength)
        {
            return DecodeErrors.TooManyPixels(header.Width, header.Height, new DecodeLimits(MaxPixels: Array.MaxLength / 3));
        }

        var palette = Palette(header, content);
        // Zeroed: what run lengths skip stays black.
        var rgb = new byte[header.Width * header.Height * 3];
        if (!rows)
        {
            return BitmapRunLengths.Decode(header, data, palette, rgb) is { } error
                ? error
                : new PixelImage(header.Width, header.Height, 3, rgb);
        }

        var alpha = header.Masks.Alpha != 0 && HasVisiblePixel(header, data);
        for (var y = 0; y < header.Height; y++)
        {
            var row = data[(int)(header.Stride * (header.TopDown ? y : header.Height - 1 - y))..];
            var target = rgb.AsSpan(y * header.Width * 3, header.Width * 3);
            switch (header.Bits)
            {
                case <= 8:
                    Indexed(row, header, palette, target);
                    break;
                case 24:
                    SwapRedAndBlue(row, target);
                    break;
                default:
                    Masked(row, header, alpha, target);
                    break;
            }
        }

        return new PixelImage(header.Width, header.Height, 3, rgb);
    }

    /// <summary>256 colours as RGB triples; those that the file lacks are black.</summary>
    private static byte[] Palette(BitmapHeader header, ReadOnlySpan<byte> content)
    {
        var palette = new byte[256 * 3];
        for (var i = 0; i < header.PaletteEntries; i++)
        {
            var entry = content.Slice(header.PaletteOffset + (i * header.PaletteEntryBytes), 3);
            palette[i * 3] = entry[2];
            palette[(i * 3) + 1] = entry[1];
            palette[(i * 3) + 2] = entry[0];
        }

        return palette;
    }

    private static void Indexed(ReadOnlySpan<byte> row, BitmapHeader header, byte[] palette, Span<byte> target)
    {
        int perByte = 8 / header.Bits, mask = (1 << header.Bits) - 1;
        for (var x = 0; x < header.Width; x++)
        {
            var shift = 8 - (header.Bits * ((x % perByte) + 1));
            var index = (row[x / perByte] >> shift) & mask;
            palette.AsSpan(index * 3, 3).CopyTo(target[(x * 3)..]);
        }
    }

    private static void SwapRedAndBlue(ReadOnlySpan<byte> row, Span<byte> target)
    {
        for (var i = 0; i < target.Length; i += 3)
        {
            target[i] = row[i + 2];
            target[i + 1] = row[i + 1];
            target[i + 2] = row[i];
        }
    }

    private static void Masked(ReadOnlySpan<byte> row, BitmapHeader header, bool alpha, Span<byte> target)
    {
        var (red, green, blue, opacity) = header.Masks;
        for (var x = 0; x < header.Width; x++)
        {
            var pixel = Pixel(row, header.Bits, x);
            uint a = alpha ? Component(pixel, opacity) : 255;
            target[x * 3] = Over(Component(pixel, red), a);
            target[(x * 3) + 1] = Over(Component(pixel, green), a);
            target[(x * 3) + 2] = Over(Component(pixel, blue), a);
        }
    }

    private static uint Pixel(ReadOnlySpan<byte> row, int bits, int x) => bits == 16
        ? BinaryPrimitives.ReadUInt16LittleEndian(row[(x * 2)..])
        : BinaryPrimitives.ReadUInt32LittleEndian(row[(x * 4)..]);

    /// <summary>The bits under a mask, brought to 0..255.</summary>
    private static uint Component(uint pixel, uint mask)
    {
        if (mask == 0)
        {
            return 0;
        }

        var shift = BitOperations.TrailingZeroCount(mask);
        ulong value = (pixel & mask) >> shift, max = mask >> shift;
        return (uint)(((value * 255) + (max / 2)) / max);
    }

    private static byte Over(uint component, uint alpha) => (byte)(((component * alpha) + 127) / 255);

    /// <summary>Writers that know no transparency leave the alpha bits zero everywhere; that means opaque.</summary>
    private static bool HasVisiblePixel(BitmapHeader header, ReadOnlySpan<byte> data)
    {
        for (var y = 0; y < header.Height; y++)
        {
            var row = data[(int)(header.Stride * y)..];
            for (var x = 0; x < header.Width; x++)
            {
                if ((Pixel(row, header.Bits, x) & header.Masks.Alpha) != 0)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
