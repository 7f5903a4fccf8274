using System.Buffers;
using System.Numerics;
using FractureDashboard.ML.Imaging;

namespace FractureDashboard.ML.Quality;

/// <summary>What an image's pixels look like as a whole. Shares are from 0 to 1, brightness from 0 (black) to 1 (white).</summary>
/// <param name="Mean">Mean brightness.</param>
/// <param name="Deviation">Standard deviation of the brightness.</param>
/// <param name="Dark">The brightness that 1 % of the pixels do not exceed.</param>
/// <param name="Bright">The brightness that 99 % of the pixels do not exceed.</param>
/// <param name="Uniform">Share of the pixels within two of 255 levels of the most frequent one.</param>
/// <param name="Colour">Share of the pixels whose channels differ by more than a tenth.</param>
/// <param name="Sharpness">Mean absolute difference of neighbouring pixels as a share of the deviation, at a side of 256; small where blurred.</param>
/// <param name="Border">Share of the area that uniform rows and columns along the edges take.</param>
/// <param name="Saturated">Share of the pixels that are entirely white.</param>
public sealed record PixelStatistics(
    double Mean, double Deviation, double Dark, double Bright, double Uniform, double Colour, double Sharpness, double Border, double Saturated)
{
    private const int Levels = 256;
    private const int Tables = 4;
    private const int Near = 2;
    private const int ColourDifference = 25;
    private const int SharpnessSide = 256;

    /// <summary>Of decoded pixels.</summary>
    /// <param name="image">One or three channels; at least one pixel.</param>
    /// <exception cref="ArgumentException">Another number of channels, or no pixel.</exception>
    public static PixelStatistics Of(PixelImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var pixels = image.Width * image.Height;
        if (image.Channels is not (1 or 3) || pixels < 1)
        {
            throw new ArgumentException("One or three channels and at least one pixel are needed.", nameof(image));
        }

        if (image.Channels == 1)
        {
            var histogram = new int[Levels];
            Count(image.Pixels.AsSpan(0, pixels), histogram);
            return Of(image.Pixels.AsSpan(0, pixels), image.Width, image.Height, histogram, coloured: 0);
        }

        var rented = ArrayPool<byte>.Shared.Rent(pixels);
        try
        {
            var grey = rented.AsSpan(0, pixels);
            var histogram = new int[Levels];
            var coloured = ToGrey(image.Pixels, grey);
            Count(grey, histogram);
            return Of(grey, image.Width, image.Height, histogram, coloured);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static PixelStatistics Of(ReadOnlySpan<byte> grey, int width, int height, int[] histogram, int coloured)
    {
        double pixels = grey.Length, sum = 0, squares = 0;
        for (var level = 0; level < Levels; level++)
        {
            sum += (double)histogram[level] * level;
            squares += (double)histogram[level] * level * level;
        }

        var mean = sum / pixels;
        var deviation = Math.Sqrt(Math.Max(0, (squares / pixels) - (mean * mean)));
        return new(
            mean / (Levels - 1),
            deviation / (Levels - 1),
            Quantile(histogram, pixels, 0.01),
            Quantile(histogram, pixels, 0.99),
            Mode(histogram) / pixels,
            coloured / pixels,
            deviation > 0 ? Contours(grey, width, height) / deviation : 0,
            UniformFrame.Share(grey, width, height),
            histogram[^1] / pixels);
    }

    /// <summary>Rec. 601 luma; returns the number of pixels whose channels differ.</summary>
    private static int ToGrey(ReadOnlySpan<byte> rgb, Span<byte> grey)
    {
        var coloured = 0;
        for (int i = 0, from = 0; i < grey.Length; i++, from += 3)
        {
            int r = rgb[from], g = rgb[from + 1], b = rgb[from + 2];
            if (r == g && g == b)
            {
                // Nearly every pixel of nearly every radiograph.
                grey[i] = (byte)r;
                continue;
            }

            grey[i] = (byte)(((299 * r) + (587 * g) + (114 * b) + 500) / 1000);
            coloured += Math.Max(r, Math.Max(g, b)) - Math.Min(r, Math.Min(g, b)) > ColourDifference ? 1 : 0;
        }

        return coloured;
    }

    /// <summary>Neighbours are often equal, and adding to one number twice in a row waits for the first time; so four tables take turns.</summary>
    private static void Count(ReadOnlySpan<byte> grey, int[] histogram)
    {
        Span<int> tables = stackalloc int[Tables * Levels];
        tables.Clear();
        var i = 0;
        for (; i + Tables <= grey.Length; i += Tables)
        {
            tables[grey[i]]++;
            tables[Levels + grey[i + 1]]++;
            tables[(2 * Levels) + grey[i + 2]]++;
            tables[(3 * Levels) + grey[i + 3]]++;
        }

        for (; i < grey.Length; i++)
        {
            tables[grey[i]]++;
        }

        for (var level = 0; level < Levels; level++)
        {
            histogram[level] = tables[level] + tables[Levels + level] + tables[(2 * Levels) + level] + tables[(3 * Levels) + level];
        }
    }

    private static double Quantile(int[] histogram, double pixels, double share)
    {
        long seen = 0;
        for (var level = 0; level < Levels; level++)
        {
            seen += histogram[level];
            if (seen >= share * pixels)
            {
                return level / (Levels - 1.0);
            }
        }

        return 1;
    }

    private static int Mode(int[] histogram)
    {
        var mode = Array.IndexOf(histogram, histogram.Max());
        return histogram[Math.Max(0, mode - Near)..Math.Min(Levels, mode + Near + 1)].Sum();
    }

    /// <summary>Neighbours are as far apart as pixels would be at a longer side of 256, so that the file's size makes no difference.</summary>
    private static double Contours(ReadOnlySpan<byte> grey, int width, int height)
    {
        var step = Math.Max(1, (int)Math.Round(Math.Max(width, height) / (double)SharpnessSide));
        if (width <= step || height <= step)
        {
            return 0;
        }

        long sum = 0, count = 0;
        for (var y = 0; y < height - step; y += step)
        {
            var here = grey.Slice(y * width, width);
            sum += Differences(here[..^step], here[step..]) + Differences(here, grey.Slice((y + step) * width, width));
            count += (2 * width) - step;
        }

        return (double)sum / count;
    }

    /// <summary>The sum of the absolute differences of two rows.</summary>
    private static long Differences(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        const int Most = 64; // additions of at most 2 * 255 that 16 bits hold
        long sum = 0;
        var i = 0;
        while (i + Vector<byte>.Count <= first.Length)
        {
            var part = Vector<ushort>.Zero;
            for (var n = 0; n < Most && i + Vector<byte>.Count <= first.Length; n++, i += Vector<byte>.Count)
            {
                var (a, b) = (new Vector<byte>(first[i..]), new Vector<byte>(second[i..]));
                Vector.Widen(Vector.Max(a, b) - Vector.Min(a, b), out var low, out var high);
                part += low + high;
            }

            Vector.Widen(part, out var left, out var right);
            sum += Vector.Sum(left + right);
        }

        for (; i < first.Length; i++)
        {
            sum += Math.Abs(first[i] - second[i]);
        }

        return sum;
    }
}
