namespace FractureDashboard.ML.Quality;

/// <summary>Means over square windows, at the same cost whatever the window's size.</summary>
internal static class BoxFilter
{
    /// <summary>The mean of the square about each pixel; at the edges, of the part inside the picture.</summary>
    /// <param name="source">Row by row.</param>
    /// <param name="target">Filled; another array than the source.</param>
    /// <param name="work">Scratch of the same length.</param>
    /// <param name="width">Pixels of a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="reach">Pixels of the window to each side of its middle.</param>
    public static void Mean(float[] source, float[] target, float[] work, int width, int height, int reach)
    {
        for (var y = 0; y < height; y++)
        {
            Along(source.AsSpan(y * width, width), work.AsSpan(y * width, width), reach);
        }

        // A running sum for each column; double, so that what was added and taken away again leaves nothing.
        var sums = new double[width];
        for (var y = 0; y < Math.Min(reach, height); y++)
        {
            Add(work.AsSpan(y * width, width), sums, 1);
        }

        for (var y = 0; y < height; y++)
        {
            if (y + reach < height)
            {
                Add(work.AsSpan((y + reach) * width, width), sums, 1);
            }

            if (y - reach - 1 >= 0)
            {
                Add(work.AsSpan((y - reach - 1) * width, width), sums, -1);
            }

            var scale = 1.0 / (Math.Min(height - 1, y + reach) - Math.Max(0, y - reach) + 1);
            var row = target.AsSpan(y * width, width);
            for (var x = 0; x < row.Length; x++)
            {
                row[x] = (float)(sums[x] * scale);
            }
        }
    }

    private static void Along(ReadOnlySpan<float> source, Span<float> target, int reach)
    {
        var width = source.Length;
        double sum = 0;
        for (var x = 0; x < Math.Min(reach, width); x++)
        {
            sum += source[x];
        }

        for (var x = 0; x < width; x++)
        {
            sum += x + reach < width ? source[x + reach] : 0;
            sum -= x - reach - 1 >= 0 ? source[x - reach - 1] : 0;
            target[x] = (float)(sum / (Math.Min(width - 1, x + reach) - Math.Max(0, x - reach) + 1));
        }
    }

    private static void Add(ReadOnlySpan<float> row, Span<double> sums, double sign)
    {
        for (var x = 0; x < row.Length; x++)
        {
            sums[x] += sign * row[x];
        }
    }
}
