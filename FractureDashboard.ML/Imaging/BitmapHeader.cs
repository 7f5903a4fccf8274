using System.Buffers.Binary;

namespace FractureDashboard.ML.Imaging;

/// <summary>How the pixels of a Windows or OS/2 bitmap are packed.</summary>
internal enum BitmapPacking
{
    /// <summary>Rows of whole 32-bit words.</summary>
    Rows,

    /// <summary>Run lengths of 4-bit palette indices.</summary>
    Rle4,

    /// <summary>Run lengths of 8-bit palette indices.</summary>
    Rle8,

    /// <summary>Run lengths of 24-bit colours (OS/2 only).</summary>
    Rle24,
}

/// <summary>
/// The header of a Windows (3.x to V5) or OS/2 (1.x, 2.x) bitmap. A header may be shorter than its kind demands; the
/// fields that it does not hold are zero, as OS/2 defines.
/// </summary>
internal sealed record BitmapHeader
{
    private const int FileHeader = 14;
    private const int CoreHeader = 12;
    private const int WindowsHeader = 40;

    public required int Width { get; init; }

    public required int Height { get; init; }

    /// <summary>Rows are stored from the top; the ordinary order is from the bottom.</summary>
    public required bool TopDown { get; init; }

    public required int Bits { get; init; }

    public required BitmapPacking Packing { get; init; }

    /// <summary>Bits of red, green, blue and alpha in a pixel of 16 or 32 bits; no alpha is 0.</summary>
    public required (uint Red, uint Green, uint Blue, uint Alpha) Masks { get; init; }

    public required int PaletteOffset { get; init; }

    /// <summary>Entries that the file really has room for.</summary>
    public required int PaletteEntries { get; init; }

    public required int PaletteEntryBytes { get; init; }

    public required int PixelOffset { get; init; }

    /// <summary>True for what only Windows CE wrote and hardly any other program reads: two bits a pixel, or masks that include transparency.</summary>
    public required bool IsRare { get; init; }

    /// <summary>Bytes from one stored row to the next, without run lengths.</summary>
    public long Stride => (((long)Bits * Width) + 31) / 32 * 4;

    public ImageHeader Facts => Bits == 1
        ? new(ImageFormat.Bmp, Width, Height, 1, 1)
        : new(ImageFormat.Bmp, Width, Height, Masks.Alpha != 0 ? 4 : 3, 8);

    /// <summary>Reads the header; the caller has checked the dimensions against its limits.</summary>
    public static DecodeResult<BitmapHeader> Read(ReadOnlySpan<byte> content)
    {
        var size = (int)BinaryPrimitives.ReadUInt32LittleEndian(content[FileHeader..]);
        var core = size == CoreHeader;
        if (content.Length < FileHeader + size)
        {
            return DecodeErrors.Truncated();
        }

        var info = content.Slice(FileHeader, size);
        if (!core && size < 16)
        {
            return DecodeErrors.Damaged($"a bitmap header of {size} bytes is not possible");
        }

        long width = core ? Short(info, 4) : (int)Long(info, 4);
        long height = core ? Short(info, 6) : (int)Long(info, 8);
        if (width <= 0 || height == 0 || Math.Abs(height) > int.MaxValue)
        {
            return DecodeErrors.Damaged("the bitmap header has no usable size");
        }

        var bits = Short(info, core ? 10 : 14);
        var compression = Long(info, 16);
        // Headers of 16 to 64 bytes are OS/2's, but for three that Windows has.
        var os2 = size is > CoreHeader and <= 64 and not (WindowsHeader or 52 or 56);
        if (PackingOf(bits, compression, os2) is not { } packing)
        {
            return DecodeErrors.Damaged($"bitmaps of {bits} bits per pixel with compression {compression} are not supported");
        }

        var bitFields = packing == BitmapPacking.Rows && !os2 && compression is 3 or 6;
        var masksBehind = bitFields && size == WindowsHeader ? (compression == 6 ? 16 : 12) : 0;
        var palette = FileHeader + size + masksBehind;
        if (content.Length < palette)
        {
            return DecodeErrors.Truncated();
        }

        var masks = bitFields
            ? ReadMasks(content.Slice(FileHeader + WindowsHeader, Math.Min(16, palette - FileHeader - WindowsHeader)))
            : bits == 16 ? (0x7C00u, 0x03E0u, 0x001Fu, 0u) : (0xFF0000u, 0xFF00u, 0xFFu, 0u);

        var entryBytes = core ? 3 : 4;
        var used = Long(info, 32);
        if (palette + ((long)used * entryBytes) > content.Length)
        {
            return DecodeErrors.Damaged($"the bitmap's palette of {used} colours is larger than the file");
        }

        var entries = bits > 8 ? 0 : 1 << bits;
        if (used > 0 && used < entries)
        {
            entries = (int)used;
        }

        long offset = BinaryPrimitives.ReadUInt32LittleEndian(content[10..]);
        if (offset < palette)
        {
            offset = palette + ((long)entries * entryBytes);
        }

        // Some writers store fewer colours than they announce, and the pixels follow at once.
        entries = (int)Math.Min(entries, (offset - palette) / entryBytes);
        if (offset >= content.Length)
        {
            return DecodeErrors.Truncated();
        }

        return new BitmapHeader
        {
            Width = (int)width,
            Height = (int)Math.Abs(height),
            TopDown = height < 0,
            Bits = bits,
            Packing = packing,
            Masks = masks,
            PaletteOffset = palette,
            PaletteEntries = entries,
            PaletteEntryBytes = entryBytes,
            PixelOffset = (int)offset,
            IsRare = bits == 2 || (compression == 6 && !os2),
        };
    }

    private static BitmapPacking? PackingOf(int bits, uint compression, bool os2) => (bits, compression) switch
    {
        (1 or 2 or 4 or 8 or 16 or 24 or 32, 0) => BitmapPacking.Rows,
        (8, 1) => BitmapPacking.Rle8,
        (4, 2) => BitmapPacking.Rle4,
        (24, 4) when os2 => BitmapPacking.Rle24,
        (16 or 32, 3 or 6) when !os2 => BitmapPacking.Rows,
        _ => null,
    };

    private static (uint Red, uint Green, uint Blue, uint Alpha) ReadMasks(ReadOnlySpan<byte> masks) =>
        (Long(masks, 0), Long(masks, 4), Long(masks, 8), Long(masks, 12));

    private static int Short(ReadOnlySpan<byte> header, int at) =>
        header.Length >= at + 2 ? BinaryPrimitives.ReadUInt16LittleEndian(header[at..]) : 0;

    private static uint Long(ReadOnlySpan<byte> header, int at) =>
        header.Length >= at + 4 ? BinaryPrimitives.ReadUInt32LittleEndian(header[at..]) : 0;
}
