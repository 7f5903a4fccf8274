using System.Runtime.CompilerServices;

namespace FractureDashboard.ML.Imaging;

/// <summary>A Huffman table of a JPEG, to step over what it codes without looking at values (ITU-T T.81, annex C and F.2.2).</summary>
internal sealed class JpegHuffman
{
    private const int LookupBits = 9;
    private const int Lengths = 16;

    // Of each prefix of nine bits: length of the code in the upper byte, symbol in the lower; 0 where the code is longer.
    private readonly ushort[] lookup = new ushort[1 << LookupBits];

    // Of each length: the first code beyond its codes, left-aligned to 16 bits, and what leads from a code to its symbol.
    private readonly int[] beyond = new int[Lengths + 1];
    private readonly int[] offsets = new int[Lengths + 1];
    private readonly byte[] symbols;

    private JpegHuffman(byte[] symbols) => this.symbols = symbols;

    /// <summary>Reads a table.</summary>
    /// <param name="counts">Sixteen bytes: how many codes there are of each length.</param>
    /// <param name="symbols">The symbols, in the order of their codes.</param>
    /// <returns>Null when no set of codes has these lengths.</returns>
    public static JpegHuffman? Of(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> symbols)
    {
        var table = new JpegHuffman(symbols.ToArray());
        int code = 0, used = 0;
        for (var length = 1; length <= Lengths; length++)
        {
            table.offsets[length] = used - code;
            for (var i = 0; i < counts[length - 1]; i++, code++, used++)
            {
                if (code >= 1 << length || used >= symbols.Length)
                {
                    return null;
                }

                if (length <= LookupBits)
                {
                    table.lookup.AsSpan(code << (LookupBits - length), 1 << (LookupBits - length)).Fill((ushort)((length << 8) | symbols[used]));
                }
            }

            table.beyond[length] = code << (Lengths - length);
            code <<= 1;
        }

        return table;
    }

    /// <summary>The code at the front of sixteen bits.</summary>
    /// <param name="bits">Sixteen bits.</param>
    /// <param name="symbol">Its symbol.</param>
    /// <returns>Its length; 0 when no code begins so.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Read(int bits, out int symbol)
    {
        var entry = lookup[bits >> (Lengths - LookupBits)];
        symbol = entry & 0xFF;
        return entry != 0 ? entry >> 8 : ReadLong(bits, out symbol);
    }

    private int ReadLong(int bits, out int symbol)
    {
        for (var length = LookupBits + 1; length <= Lengths; length++)
        {
            if (bits < beyond[length])
            {
                symbol = symbols[offsets[length] + (bits >> (Lengths - length))];
                return length;
            }
        }

        symbol = 0;
        return 0;
    }
}
