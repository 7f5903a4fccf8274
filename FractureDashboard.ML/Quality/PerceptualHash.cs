using System.Numerics;
using FractureDashboard.ML.Imaging;

namespace FractureDashboard.ML.Quality;

/// <summary>
/// A fingerprint of what a picture looks like as a whole: 64 bits that resizing, recompression, brightness and contrast hardly
/// change, that a rotation by a degree or two changes little, and that mirroring from left to right does not change at all.
/// Two pictures look alike where few of their bits differ; see <see cref="NearDuplicates"/>.
/// </summary>
/// <remarks>
/// The picture is averaged into 32 by 32 cells and transformed by a cosine transform (Zauner, Implementation and Benchmarking
/// of Perceptual Image Hash Functions, 2010); the bits are signs of its lowest frequencies. Mirroring turns the sign of each
/// coefficient of odd horizontal frequency and leaves the others. So of the odd ones the sign of each one's product with the
/// next is taken, which both pictures share. To take the smaller of the two pictures' hashes instead would make a nearly
/// symmetric picture's hash change in half its bits with the least noise.
/// </remarks>
public static class PerceptualHash
{
    /// <summary>Bits up to which two pictures count as near duplicates: recompressed, resized or slightly brightened copies rarely differ in more than six.</summary>
    public const int NearDistance = 6;

    private const int Cells = 32;
    private const int Half = Cells / 2;
    private const int Frequencies = 12;
    private const int EvenBits = 32;
    private const int RowsOfBand = 16;

    private static readonly (int Vertical, int Horizontal)[] Even = LowestFrequencies(0, EvenBits);
    private static readonly (int Vertical, int Horizontal)[] Odd = LowestFrequencies(1, 64 - EvenBits + 1);
    private static readonly double[] Cosines =
        [.. from k in Enumerable.Range(0, Frequencies) from i in Enumerable.Range(0, Cells) select Math.Cos(Math.PI * k * ((2 * i) + 1) / (2 * Cells))];

    /// <summary>The hash of a picture.</summary>
    /// <param name="image">1 or 3 channels, at least one pixel.</param>
    /// <returns>64 bits; the same for the mirrored picture, and 0 for a uniform one.</returns>
    /// <exception cref="ArgumentException">The picture has no pixels, another number of channels, or fewer bytes than pixels.</exception>
    public static ulong Of(PixelImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.Width < 1 || image.Height < 1 || image.Channels is not (1 or 3) || image.Pixels.Length < (long)image.Width * image.Height * image.Channels)
        {
            throw new ArgumentException("A picture of one or three channels with all of its pixels is needed.", nameof(image));
        }

        Span<double> transformed = stackalloc double[Frequencies * Frequencies];
        Transform(Average(image), transformed);
        var hash = 0UL;
        for (var i = 0; i < Even.Length; i++)
        {
            hash |= transformed[(Even[i].Vertical * Frequencies) + Even[i].Horizontal] > 0 ? 1UL << i : 0;
        }

        for (var i = 0; i < Odd.Length - 1; i++)
        {
            var (here, next) = (transformed[(Odd[i].Vertical * Frequencies) + Odd[i].Horizontal], transformed[(Odd[i + 1].Vertical * Frequencies) + Odd[i + 1].Horizontal]);
            hash |= here * next > 0 ? 1UL << (EvenBits + i) : 0;
        }

        return hash;
    }

    /// <summary>In how many bits two hashes differ.</summary>
    /// <param name="first">One.</param>
    /// <param name="second">Another.</param>
    /// <returns>From 0 to 64.</returns>
    public static int Distance(ulong first, ulong second) => BitOperations.PopCount(first ^ second);

    // Sums are whole numbers all the way and cells share the pixels on their borders by area, so a mirrored picture gives
    // exactly the mirrored cells.
    private static double[] Average(PixelImage image)
    {
        var stride = image.Width * image.Channels;
        var columns = new int[stride];
        var grey = new long[image.Width];
        var cells = new double[Cells * Cells];
        Span<long> sums = stackalloc long[Cells];
        for (var band = 0; band < Cells; band++)
        {
            var first = (int)((long)band * image.Height / Cells);
            var end = Math.Max(first + 1, (int)((band + 1L) * image.Height / Cells));
            var rows = Math.Min(RowsOfBand, end - first);
            Array.Clear(columns);
            for (var r = 0; r < rows; r++)
            {
                // Evenly spread where there are more rows than needed.
                var y = first + (int)((((2L * r) + 1) * (end - first)) / (2 * rows));
                Add(image.Pixels.AsSpan(y * stride, stride), columns);
            }

            for (var x = 0; x < image.Width; x++)
            {
                grey[x] = image.Channels == 1 ? 1000L * columns[x] : (299L * columns[3 * x]) + (587L * columns[(3 * x) + 1]) + (114L * columns[(3 * x) + 2]);
            }

            Split(grey, sums);
            for (var c = 0; c < Cells; c++)
            {
                cells[(band * Cells) + c] = sums[c] / (1000.0 * rows * image.Width);
            }
        }

        return cells;
    }

    private static void Add(ReadOnlySpan<byte> row, Span<int> sums)
    {
        var i = 0;
        for (; i <= row.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(row[i..]), out var low, out var high);
            Vector.Widen(low, out var a, out var b);
            Vector.Widen(high, out var c, out var d);
            var part = sums[i..];
            var step = Vector<int>.Count;
            (new Vector<int>(part) + Vector.AsVectorInt32(a)).CopyTo(part);
            (new Vector<int>(part[step..]) + Vector.AsVectorInt32(b)).CopyTo(part[step..]);
            (new Vector<int>(part[(2 * step)..]) + Vector.AsVectorInt32(c)).CopyTo(part[(2 * step)..]);
            (new Vector<int>(part[(3 * step)..]) + Vector.AsVectorInt32(d)).CopyTo(part[(3 * step)..]);
        }

        for (; i < row.Length; i++)
        {
            sums[i] += row[i];
        }
    }

    // In units of a 32nd of a pixel, pixel x takes [32 x, 32 x + 32) and cell c [w c, w c + w).
    private static void Split(ReadOnlySpan<long> columns, Span<long> sums)
    {
        sums.Clear();
        var width = columns.Length;
        for (var x = 0; x < width; x++)
        {
            long from = (long)x * Cells, end = from + Cells;
            while (from < end)
            {
                var cell = (int)(from / width);
                var until = Math.Min(end, (cell + 1L) * width);
                sums[cell] += columns[x] * (until - from);
                from = until;
            }
        }
    }

    // Along each row over the sums and differences of opposite cells: what mirroring only turns the sign of keeps its last digit.
    private static void Transform(double[] cells, Span<double> transformed)
    {
        var along = new double[Cells * Frequencies];
        Span<double> folded = stackalloc double[Cells];
        for (var y = 0; y < Cells; y++)
        {
            for (var i = 0; i < Half; i++)
            {
                var (left, right) = (cells[(y * Cells) + i], cells[(y * Cells) + Cells - 1 - i]);
                folded[i] = left + right;
                folded[Half + i] = left - right;
            }

            for (var u = 0; u < Frequencies; u++)
            {
                var half = folded.Slice(u % 2 == 0 ? 0 : Half, Half);
                along[(y * Frequencies) + u] = Dot(half, Cosines.AsSpan(u * Cells, Half));
            }
        }

        for (var v = 0; v < Frequencies; v++)
        {
            for (var u = 0; u < Frequencies; u++)
            {
                double sum = 0;
                for (var y = 0; y < Cells; y++)
                {
                    sum += along[(y * Frequencies) + u] * Cosines[(v * Cells) + y];
                }

                // What rounding leaves of nothing has no sign.
                transformed[(v * Frequencies) + u] = Math.Abs(sum) < 1e-6 ? 0 : sum;
            }
        }
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    private static (int Vertical, int Horizontal)[] LowestFrequencies(int parity, int count) =>
    [
        .. (from v in Enumerable.Range(0, Frequencies)
            from u in Enumerable.Range(0, Frequencies)
            where u % 2 == parity && u + v > 0
            orderby u + v, v
            select (v, u)).Take(count),
    ];
}
