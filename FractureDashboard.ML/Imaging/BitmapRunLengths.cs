namespace FractureDashboard.ML.Imaging;

/// <summary>Unpacks the run lengths of bitmaps: RLE4, RLE8 and OS/2's RLE24.</summary>
internal static class BitmapRunLengths
{
    private const int EndOfLine = 0;
    private const int EndOfBitmap = 1;
    private const int Move = 2;

    /// <summary>
    /// Fills RGB rows from the top. Pixels beyond the edges are dropped, as every other reader does. Returns the error
    /// when the data end before the bitmap does.
    /// </summary>
    public static DecodeError? Decode(BitmapHeader header, ReadOnlySpan<byte> data, byte[] palette, byte[] rgb)
    {
        var canvas = new Canvas(header, palette, rgb);
        int at = 0, x = 0, y = 0;
        while (true)
        {
            if (at + 2 > data.Length)
            {
                // The end mark alone may lack.
                return y >= header.Height || (y == header.Height - 1 && x >= header.Width) ? null : DecodeErrors.Truncated();
            }

            int count = data[at], code = data[at + 1];
            at += 2;
            if (count > 0)
            {
                // The run's value begins with the byte just read as a code.
                var bytes = header.Packing == BitmapPacking.Rle24 ? 3 : 1;
                if (at - 1 + bytes > data.Length)
                {
                    return DecodeErrors.Truncated();
                }

                var value = data.Slice(at - 1, bytes);
                at += bytes - 1;
                for (var i = 0; i < count; i++)
                {
                    canvas.Set(x++, y, value, header.Packing == BitmapPacking.Rle4 ? i % 2 : 0);
                }

                x = Math.Min(x, header.Width);
                continue;
            }

            switch (code)
            {
                case EndOfLine:
                    x = 0;
                    y++;
                    break;
                case EndOfBitmap:
                    return null;
                case Move when at + 2 > data.Length:
                    return DecodeErrors.Truncated();
                case Move:
                    x += data[at];
                    y += data[at + 1];
                    at += 2;
                    break;
                default:
                    var length = header.Packing switch
                    {
                        BitmapPacking.Rle4 => (code + 1) / 2,
                        BitmapPacking.Rle24 => code * 3,
                        _ => code,
                    };
                    if (at + length > data.Length)
                    {
                        return DecodeErrors.Truncated();
                    }

                    canvas.SetAll(ref x, y, data.Slice(at, length), code);
                    // Literal pixels are padded to whole 16-bit words.
                    at += length + (length & 1);
                    break;
            }

            x = Math.Min(x, header.Width);
            if (y > header.Height)
            {
                return null;
            }
        }
    }

    private readonly ref struct Canvas(BitmapHeader header, ReadOnlySpan<byte> palette, Span<byte> rgb)
    {
        private readonly ReadOnlySpan<byte> palette = palette;
        private readonly Span<byte> rgb = rgb;

        public void SetAll(ref int x, int y, ReadOnlySpan<byte> values, int count)
        {
            for (var i = 0; i < count; i++)
            {
                var (start, length, half) = header.Packing switch
                {
                    BitmapPacking.Rle4 => (i / 2, 1, i % 2),
                    BitmapPacking.Rle24 => (i * 3, 3, 0),
                    _ => (i, 1, 0),
                };
                Set(x++, y, values.Slice(start, length), half);
            }
        }

        /// <summary>Sets a pixel from an index (two to a byte in RLE4: 0 is the upper half) or from blue, green and red.</summary>
        public void Set(int x, int y, ReadOnlySpan<byte> value, int half)
        {
            if (x >= header.Width || y >= header.Height)
            {
                return;
            }

            var target = rgb.Slice((((header.TopDown ? y : header.Height - 1 - y) * header.Width) + x) * 3, 3);
            if (header.Packing == BitmapPacking.Rle24)
            {
                (target[0], target[1], target[2]) = (value[2], value[1], value[0]);
                return;
            }

            var index = header.Packing == BitmapPacking.Rle8 ? value[0] : half == 0 ? value[0] >> 4 : value[0] & 15;
            palette.Slice(index * 3, 3).CopyTo(target);
        }
    }
}
