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
    private const int Near = 2;
    private const int ColourDifference = 25;
    private const double BorderDeviation = 3;
    private const int SharpnessSide = 256;

    /// <summary>Of decoded pixels.</summary>
    /// <param name="image">Three channels; at least one pixel.</param>
    public static PixelStatistics Of(PixelImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.Channels != 3)
        {
            throw new ArgumentException("Three channels are needed.", nameof(image));
        }

        var pixels = image.Width * image.Height;
        var grey = new byte[pixels];
        var histogram = new int[Levels];
        var coloured = 0;
        for (var i = 0; i < pixels; i++)
        {
            int r = image.Pixels[3 * i], g = image.Pixels[(3 * i) + 1], b = image.Pixels[(3 * i) + 2];
            grey[i] = (byte)(((299 * r) + (587 * g) + (114 * b) + 500) / 1000);
            histogram[grey[i]]++;
            coloured += Math.Max(r, Math.Max(g, b)) - Math.Min(r, Math.Min(g, b)) > ColourDifference ? 1 : 0;
        }

        var mean = histogram.Select((n, level) => (double)n * level).Sum() / pixels;
        var deviation = Math.Sqrt(histogram.Select((n, level) => n * (level - mean) * (level - mean)).Sum() / pixels);
        return new(
            mean / (Levels - 1),
            deviation / (Levels - 1),
            Quantile(histogram, pixels, 0.01),
            Quantile(histogram, pixels, 0.99),
            Mode(histogram) / (double)pixels,
            coloured / (double)pixels,
            deviation > 0 ? Contours(grey, image.Width, image.Height) / deviation : 0,
            Frame(grey, image.Width, image.Height),
            histogram[^1] / (double)pixels);
    }

    private static double Quantile(int[] histogram, int pixels, double share)
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

    // Neighbours are as far apart as pixels would be at a longer side of 256, so that the file's size makes no difference.
    private static double Contours(byte[] grey, int width, int height)
    {
        var step = Math.Max(1, (int)Math.Round(Math.Max(width, height) / (double)SharpnessSide));
        if (width <= step || height <= step)
        {
            return 0;
        }

        long sum = 0, count = 0;
        for (var y = 0; y < height - step; y += step)
        {
            for (var x = 0; x < width - step; x += step)
            {
                var here = grey[(y * width) + x];
                sum += Math.Abs(here - grey[(y * width) + x + step]) + Math.Abs(here - grey[((y + step) * width) + x]);
                count += 2;
            }
        }

        return (double)sum / count;
    }

    private static double Frame(byte[] grey, int width, int height)
    {
        var (top, bottom, left, right) = (0, height, 0, width);
        while (top < bottom && IsUniform(Row(top)))
        {
            top++;
        }

        while (bottom > top && IsUniform(Row(bottom - 1)))
        {
            bottom--;
        }

        while (left < right && IsUniform(Column(left)))
        {
            left++;
        }

        while (right > left && IsUniform(Column(right - 1)))
        {
            right--;
        }

        return 1 - ((bottom - top) * (double)(right - left) / ((double)width * height));

        IEnumerable<byte> Row(int y) => grey.Skip(y * width).Take(width);

        IEnumerable<byte> Column(int x) => Enumerable.Range(top, bottom - top).Select(y => grey[(y * width) + x]);
    }

    private static bool IsUniform(IEnumerable<byte> line)
    {
        double sum = 0, squares = 0;
        var count = 0;
        foreach (var value in line)
        {
            sum += value;
            squares += (double)value * value;
            count++;
        }

        return count == 0 || (squares / count) - (sum / count * (sum / count)) <= BorderDeviation * BorderDeviation;
    }
}
