using System.Buffers.Binary;

namespace FractureDashboard.ML.Imaging;

/// <summary>
/// The first directory of a TIFF or BigTIFF, read without a library (TIFF 6.0, section 2), to tell whether the file holds all
/// that it lists.
/// </summary>
internal readonly ref struct TiffDirectory
{
    private const int StripOffsets = 273, StripSizes = 279, TileOffsets = 324, TileSizes = 325;

    private readonly ReadOnlySpan<byte> content;
    private readonly bool isLittle;
    private readonly bool isBig;

    private TiffDirectory(ReadOnlySpan<byte> content)
    {
        this.content = content;
        isLittle = content[0] == (byte)'I';
        isBig = content[isLittle ? 2 : 3] == 43;
    }

    /// <summary>Bytes of a count or an offset.</summary>
    private int Word => isBig ? 8 : 4;

    private int EntryLength => isBig ? 20 : 12;

    /// <summary>Whether the directory and everything that it lists of the picture end within the file.</summary>
    /// <param name="content">The whole file; begins as a TIFF does.</param>
    public static bool IsWhole(ReadOnlySpan<byte> content)
    {
        var tiff = new TiffDirectory(content);
        var header = tiff.isBig ? 16 : 8;
        var countLength = tiff.isBig ? 8 : 2;
        if (content.Length < header)
        {
            return false;
        }

        var at = tiff.Number((ulong)(header - tiff.Word), tiff.Word);
        if (at > (ulong)(content.Length - countLength))
        {
            return false;
        }

        var first = at + (ulong)countLength;
        var entries = tiff.Number(at, countLength);
        return entries <= ((ulong)content.Length - first) / (ulong)tiff.EntryLength
            && tiff.HasParts(first, entries, StripOffsets, StripSizes)
            && tiff.HasParts(first, entries, TileOffsets, TileSizes);
    }

    private bool HasParts(ulong first, ulong entries, int offsetsTag, int sizesTag)
    {
        var (offsets, sizes) = (Find(first, entries, offsetsTag), Find(first, entries, sizesTag));
        if (offsets is not { } from || sizes is not { } lengths)
        {
            return true;
        }

        if (!IsInside(from) || !IsInside(lengths))
        {
            return false;
        }

        var length = (ulong)content.Length;
        for (ulong i = 0; i < Math.Min(from.Count, lengths.Count); i++)
        {
            var (start, size) = (Value(from, i), Value(lengths, i));
            if (start > length || size > length - start)
            {
                return false;
            }
        }

        return true;
    }

    private (ulong At, ulong Count, int Size)? Find(ulong first, ulong entries, int tag)
    {
        for (ulong i = 0; i < entries; i++)
        {
            var at = first + (i * (ulong)EntryLength);
            var size = Number(at + 2, 2) switch { 3 => 2, 4 => 4, 16 => 8, _ => 0 };
            if (Number(at, 2) == (ulong)tag && size > 0)
            {
                var count = Number(at + 4, Word);
                var value = at + 4 + (ulong)Word;

                // What fits into the entry stands in it.
                return (count <= (ulong)(Word / size) ? value : Number(value, Word), count, size);
            }
        }

        return null;
    }

    private bool IsInside((ulong At, ulong Count, int Size) values) =>
        values.At <= (ulong)content.Length && values.Count <= ((ulong)content.Length - values.At) / (ulong)values.Size;

    private ulong Value((ulong At, ulong Count, int Size) values, ulong place) => Number(values.At + (place * (ulong)values.Size), values.Size);

    private ulong Number(ulong at, int length)
    {
        var bytes = content.Slice((int)at, length);
        return (length, isLittle) switch
        {
            (2, true) => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            (2, false) => BinaryPrimitives.ReadUInt16BigEndian(bytes),
            (4, true) => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            (4, false) => BinaryPrimitives.ReadUInt32BigEndian(bytes),
            (_, true) => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
            _ => BinaryPrimitives.ReadUInt64BigEndian(bytes),
        };
    }
}
