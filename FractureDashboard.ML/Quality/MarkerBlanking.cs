using FractureDashboard.ML.Imaging;

namespace FractureDashboard.ML.Quality;

/// <summary>Takes markers out of an image, or all but them.</summary>
public static class MarkerBlanking
{
    // Around a pixel of the frame, so that the grain of the film does not become stripes.
    private const int Smooth = 3;

    /// <summary>
    /// Paints rectangles over with the tone about them: each pixel becomes the mean of the four pixels of the frame in its row and
    /// column, nearer ones weighing more (by one over the distance). Black would put a new mark where the old one was, and a model
    /// that reads markers could read that.
    /// </summary>
    /// <param name="image">Left as it is.</param>
    /// <param name="boxes">Within the image; may overlap.</param>
    /// <returns>A new image, equal outside the rectangles; the same one where there are none.</returns>
    /// <exception cref="ArgumentException">A rectangle is empty or leaves the image.</exception>
    public static PixelImage Blank(PixelImage image, IReadOnlyList<PixelBox> boxes)
    {
        Check(image, boxes);
        if (boxes.Count == 0)
        {
            return image;
        }

        var inside = Mask(image, boxes);
        var rest = Median(image, i => !inside[i]) ?? Median(image, _ => true)!;
        var pixels = image.Pixels.ToArray();
        foreach (var box in boxes)
        {
            Paint(image, box, inside, rest, pixels);
        }

        return image with { Pixels = pixels };
    }

    /// <summary>
    /// Paints everything outside the rectangles over with one tone: the median of their frames, so that the markers stand on
    /// the ground that they stood on. Without rectangles the whole image becomes its own median.
    /// </summary>
    /// <param name="image">Left as it is.</param>
    /// <param name="boxes">Within the image; may overlap.</param>
    /// <returns>A new image, equal inside the rectangles.</returns>
    /// <exception cref="ArgumentException">A rectangle is empty or leaves the image.</exception>
    public static PixelImage KeepOnly(PixelImage image, IReadOnlyList<PixelBox> boxes)
    {
        Check(image, boxes);
        var inside = Mask(image, boxes);
        var frame = Mask(image, [.. boxes.Select(b => b.Grown(Smooth, image.Width, image.Height))]);
        var tone = Median(image, i => frame[i] && !inside[i]) ?? Median(image, _ => true)!;
        var pixels = image.Pixels.ToArray();
        for (var i = 0; i < inside.Length; i++)
        {
            if (!inside[i])
            {
                tone.CopyTo(pixels, i * image.Channels);
            }
        }

        return image with { Pixels = pixels };
    }

    private static void Check(PixelImage image, IReadOnlyList<PixelBox> boxes)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(boxes);
        if (boxes.Any(b => b.X < 0 || b.Y < 0 || b.Width < 1 || b.Height < 1 || b.Right > image.Width || b.Bottom > image.Height))
        {
            throw new ArgumentException("A rectangle is empty or leaves the image.", nameof(boxes));
        }
    }

    private static bool[] Mask(PixelImage image, IReadOnlyList<PixelBox> boxes)
    {
        var mask = new bool[image.Width * image.Height];
        foreach (var box in boxes)
        {
            for (var y = box.Y; y < box.Bottom; y++)
            {
                mask.AsSpan((y * image.Width) + box.X, box.Width).Fill(true);
            }
        }

        return mask;
    }

    private static void Paint(PixelImage image, PixelBox box, bool[] inside, byte[] rest, byte[] pixels)
    {
        for (var channel = 0; channel < image.Channels; channel++)
        {
            int[] left = Edge(box.Height, i => (box.X - 1, box.Y + i)), right = Edge(box.Height, i => (box.Right, box.Y + i));
            int[] above = Edge(box.Width, i => (box.X + i, box.Y - 1)), below = Edge(box.Width, i => (box.X + i, box.Bottom));
            for (var y = 0; y < box.Height; y++)
            {
                for (var x = 0; x < box.Width; x++)
                {
                    pixels[((((box.Y + y) * image.Width) + box.X + x) * image.Channels) + channel] = Mean(
                        [(left[y], x + 1), (right[y], box.Width - x), (above[x], y + 1), (below[x], box.Height - y)], rest[channel]);
                }
            }

            int[] Edge(int length, Func<int, (int X, int Y)> at)
            {
                var values = new int[length];
                for (var i = 0; i < length; i++)
                {
                    values[i] = Value(at(i).X, at(i).Y);
                }

                return [.. values.Select((_, i) => Around(values, i))];
            }

            // Another marker's pixels are no ground.
            int Value(int x, int y) => x < 0 || y < 0 || x >= image.Width || y >= image.Height || inside[(y * image.Width) + x]
                ? -1
                : image.Pixels[(((y * image.Width) + x) * image.Channels) + channel];
        }
    }

    private static int Around(int[] values, int at)
    {
        var (sum, count) = (0, 0);
        for (var i = Math.Max(0, at - Smooth); i <= Math.Min(values.Length - 1, at + Smooth); i++)
        {
            (sum, count) = values[i] < 0 ? (sum, count) : (sum + values[i], count + 1);
        }

        return count == 0 ? -1 : (sum + (count / 2)) / count;
    }

    private static byte Mean(ReadOnlySpan<(int Value, int Distance)> edges, byte otherwise)
    {
        var (sum, weight) = (0.0, 0.0);
        foreach (var (value, distance) in edges)
        {
            if (value >= 0)
            {
                sum += value / (double)distance;
                weight += 1.0 / distance;
            }
        }

        return weight > 0 ? (byte)Math.Round(sum / weight) : otherwise;
    }

    /// <summary>The median of each channel; null where no pixel is chosen.</summary>
    private static byte[]? Median(PixelImage image, Func<int, bool> isChosen)
    {
        var histograms = new int[image.Channels, 256];
        var count = 0;
        for (var i = 0; i < image.Width * image.Height; i++)
        {
            if (!isChosen(i))
            {
                continue;
            }

            count++;
            for (var c = 0; c < image.Channels; c++)
            {
                histograms[c, image.Pixels[(i * image.Channels) + c]]++;
            }
        }

        if (count == 0)
        {
            return null;
        }

        var medians = new byte[image.Channels];
        for (var c = 0; c < image.Channels; c++)
        {
            var seen = 0;
            var level = 0;
            for (; level < 255; level++)
            {
                seen += histograms[c, level];
                if (2 * seen >= count)
                {
                    break;
                }
            }

            medians[c] = (byte)level;
        }

        return medians;
    }
}
