using System.Buffers.Binary;

namespace FractureDashboard.ML.Imaging;

/// <summary>
/// Steps through the entropy-coded data of a sequential Huffman JPEG and asks whether they code exactly the blocks that the
/// picture has. JPEG has no checksum, and a decoder that meets wrong data goes on with what it takes them for; but it hardly
/// ever comes out at the end then. This is quick, since no value is calculated. Progressive and arithmetic JPEGs are not
/// judged: of the first the decoder notices the same by itself, but for the last scan.
/// </summary>
internal static class JpegScans
{
    private const int Classes = 2, Tables = 4, BlockSize = 8, Coefficients = 64;

    /// <summary>What is wrong with the data, or null when they are right or not judged.</summary>
    /// <param name="content">The whole file.</param>
    public static string? Damage(ReadOnlySpan<byte> content)
    {
        var tables = new JpegHuffman?[Classes * Tables];
        Component[]? components = null;
        var (size, restart) = ((Width: 0, Height: 0), 0);
        for (var at = JpegMarkers.First; at + 4 <= content.Length && content[at] == 0xFF;)
        {
            var marker = content[at + 1];
            var next = JpegMarkers.Next(content, at);
            if (next > content.Length || marker == 0xD9)
            {
                return null;
            }

            var segment = next - at >= 4 ? content[(at + 4)..next] : [];
            switch (marker)
            {
                case 0xC0 or 0xC1 when JpegFrame.Read(content) is { IsUsual: true } frame && segment.Length >= 6 + (3 * frame.Components):
                    size = (frame.Width, frame.Height);
                    components = Component.ReadAll(segment, frame.Components);
                    break;
                case >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC):
                    return null;
                case 0xC4 when !ReadTables(segment, tables):
                    return null;
                case 0xDD when segment.Length >= 2:
                    restart = BinaryPrimitives.ReadUInt16BigEndian(segment);
                    break;
                case JpegMarkers.StartOfScan:
                    if (components is null || Scan.Read(segment, components, tables, size) is not { } scan)
                    {
                        return null;
                    }

                    if (Walk(content, next, scan, restart, out next) is { } damage)
                    {
                        return damage;
                    }

                    break;
            }

            at = next;
        }

        return null;
    }

    private static bool ReadTables(ReadOnlySpan<byte> segment, JpegHuffman?[] tables)
    {
        while (segment.Length >= 17)
        {
            var (kind, place) = (segment[0] >> 4, segment[0] & 15);
            var counts = segment.Slice(1, 16);
            var used = 0;
            foreach (var count in counts)
            {
                used += count;
            }

            if (kind >= Classes || place >= Tables || segment.Length < 17 + used || JpegHuffman.Of(counts, segment.Slice(17, used)) is not { } table)
            {
                return false;
            }

            tables[(kind * Tables) + place] = table;
            segment = segment[(17 + used)..];
        }

        return true;
    }

    private static string? Walk(ReadOnlySpan<byte> content, int at, Scan scan, int restart, out int end)
    {
        var bits = new JpegBits(content, at);
        end = at;
        for (var unit = 0; unit < scan.Units; unit++)
        {
            if (restart > 0 && unit > 0 && unit % restart == 0)
            {
                if (bits.SkipRest() > 0)
                {
                    return "there are more data before a restart than blocks";
                }

                var marker = SkipFill(content, bits.Position);
                if (marker + 2 > content.Length || content[marker + 1] != 0xD0 + (((unit / restart) - 1) % 8))
                {
                    return "a restart is missing or not the next one";
                }

                bits.GoOn(marker + 2);
            }

            foreach (var (dc, ac) in scan.Blocks)
            {
                if (!SkipBlock(ref bits, dc, ac))
                {
                    return "the data hold a code that no table has";
                }
            }

            if (bits.IsBeyondEnd)
            {
                return "the data end before the last block";
            }
        }

        var left = bits.SkipRest();
        end = SkipFill(content, bits.Position);

        // Some writers put a restart behind the last block.
        while (end + 2 <= content.Length && content[end + 1] is >= 0xD0 and <= 0xD7)
        {
            end = SkipFill(content, end + 2);
        }

        return left > 0 ? $"{left} bytes are left over behind the last block" : null;
    }

    private static bool SkipBlock(ref JpegBits bits, JpegHuffman dc, JpegHuffman ac)
    {
        var length = dc.Read(bits.Peek(), out var symbol);
        if (length == 0 || symbol > 15)
        {
            return bits.IsBeyondEnd;
        }

        bits.Skip(length + symbol);
        for (var k = 1; k < Coefficients; k++)
        {
            length = ac.Read(bits.Peek(), out symbol);
            if (length == 0)
            {
                return bits.IsBeyondEnd;
            }

            var (run, extra) = (symbol >> 4, symbol & 15);
            bits.Skip(length + extra);
            if (extra == 0 && run != 15)
            {
                break;
            }

            k += run;
            if (k >= Coefficients)
            {
                return extra == 0 || bits.IsBeyondEnd;
            }
        }

        return true;
    }

    private static int SkipFill(ReadOnlySpan<byte> content, int at)
    {
        while (at + 1 < content.Length && content[at] == 0xFF && content[at + 1] == 0xFF)
        {
            at++;
        }

        return at;
    }

    private readonly record struct Component(byte Id, int Horizontal, int Vertical)
    {
        public static Component[]? ReadAll(ReadOnlySpan<byte> segment, int count)
        {
            var all = new Component[count];
            for (var i = 0; i < count; i++)
            {
                var one = segment.Slice(6 + (3 * i), 3);
                all[i] = new(one[0], one[1] >> 4, one[1] & 15);
                if (all[i].Horizontal is < 1 or > 4 || all[i].Vertical is < 1 or > 4)
                {
                    return null;
                }
            }

            return all;
        }
    }

    /// <summary>A scan: how many units it has, and the tables of the blocks of one.</summary>
    private sealed record Scan(long Units, (JpegHuffman Dc, JpegHuffman Ac)[] Blocks)
    {
        /// <summary>Null when it is none that a sequential JPEG can have.</summary>
        public static Scan? Read(ReadOnlySpan<byte> segment, Component[] components, JpegHuffman?[] tables, (int Width, int Height) size)
        {
            if (components.Length == 0 || segment.Length < 1 || segment[0] is < 1 or > 4 || segment.Length < 4 + (2 * segment[0]))
            {
                return null;
            }

            var blocks = new List<(JpegHuffman, JpegHuffman)>();
            var (most, alone) = ((Horizontal: components.Max(c => c.Horizontal), Vertical: components.Max(c => c.Vertical)), segment[0] == 1);
            long units = 0;
            for (var i = 0; i < segment[0]; i++)
            {
                var (id, places) = (segment[1 + (2 * i)], segment[2 + (2 * i)]);
                var place = Array.FindIndex(components, c => c.Id == id);
                if (place < 0 || (places >> 4) >= Tables || (places & 15) >= Tables || tables[places >> 4] is not { } dc || tables[Tables + (places & 15)] is not { } ac)
                {
                    return null;
                }

                // A component alone in its scan is coded block by block, as many as its own size needs.
                var component = components[place];
                var (unitWidth, unitHeight) = alone
                    ? (BlockSize * most.Horizontal / (double)component.Horizontal, BlockSize * most.Vertical / (double)component.Vertical)
                    : (BlockSize * most.Horizontal, BlockSize * most.Vertical);
                units = Blocks(size.Width, unitWidth) * Blocks(size.Height, unitHeight);
                blocks.AddRange(Enumerable.Repeat((dc, ac), alone ? 1 : component.Horizontal * component.Vertical));
            }

            return new(units, [.. blocks]);

            static long Blocks(int side, double unit) => (long)Math.Ceiling(side / unit);
        }
    }
}
