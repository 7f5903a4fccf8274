namespace FractureDashboard.ML.Quality;

/// <summary>Bars of one tone along the edges of an image.</summary>
internal static class UniformFrame
{
    /// <summary>A row or column is of one tone when its brightness deviates by at most this, in 255 levels: what JPEG makes of one.</summary>
    private const int MostDeviation = 3;

    /// <summary>All lines of a bar have its tone, to so many levels; a smooth picture is no frame.</summary>
    private const int MostStep = 4;

    /// <summary>Share of the area that rows and columns of one tone along the edges take.</summary>
    /// <param name="grey">Brightness, row by row.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <returns>0 to 1; 1 for an image whose every row is of one tone.</returns>
    public static double Share(ReadOnlySpan<byte> grey, int width, int height)
    {
        int top = 0, bottom = height, left = 0, right = width;
        var bar = Tone(grey[..width], step: 1);
        while (top < bottom && IsOf(bar, Tone(grey.Slice(top * width, width), step: 1)))
        {
            top++;
        }

        bar = Tone(grey[^width..], step: 1);
        while (bottom > top && IsOf(bar, Tone(grey.Slice((bottom - 1) * width, width), step: 1)))
        {
            bottom--;
        }

        if (top == bottom)
        {
            return 1;
        }

        // Columns only as far as the rows that are left.
        var rest = grey[(top * width)..(bottom * width)];
        bar = Tone(rest, width);
        while (left < right && IsOf(bar, Tone(rest[left..], width)))
        {
            left++;
        }

        bar = Tone(rest[(width - 1)..], width);
        while (right > left && IsOf(bar, Tone(rest[(right - 1)..], width)))
        {
            right--;
        }

        return 1 - ((bottom - top) * (double)(right - left) / ((double)width * height));
    }

    private static bool IsOf(double? bar, double? tone) => bar is { } b && tone is { } t && Math.Abs(b - t) <= MostStep;

    /// <summary>The mean of a line of one tone; null where it has several.</summary>
    private static double? Tone(ReadOnlySpan<byte> line, int step)
    {
        long sum = 0, squares = 0, count = 0;
        for (var i = 0; i < line.Length; i += step)
        {
            int value = line[i];
            sum += value;
            squares += value * value;
            count++;
        }

        return (squares * count) - (sum * sum) <= count * count * MostDeviation * MostDeviation ? sum / (double)count : null;
    }
}
