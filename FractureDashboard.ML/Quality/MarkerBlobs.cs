namespace FractureDashboard.ML.Quality;

/// <summary>Something small and bright that touches nothing else that is.</summary>
/// <param name="Box">Around it.</param>
/// <param name="Count">Its pixels.</param>
/// <param name="Contrast">Levels from its ground to itself, medians of both.</param>
/// <param name="Unevenness">Levels between the darkest and the brightest tenth of its ground.</param>
/// <param name="Hardness">The steepest step at its edge over its contrast; 1 and more where the edge is as sharp as can be.</param>
internal readonly record struct MarkerBlob(PixelBox Box, int Count, int Contrast, int Unevenness, double Hardness)
{
    /// <summary>Looks like nothing in a body.</summary>
    public bool IsCertain => Contrast >= 48 && Unevenness <= 0.3 * Contrast && Hardness >= 0.45 && Fill >= 0.15;

    /// <summary>Could be part of a marker that is near.</summary>
    public bool IsLikely => Contrast >= 24 && Unevenness <= 0.9 * Contrast && Hardness >= 0.3;

    private double Fill => Count / (double)Box.Area;
}

/// <summary>Finds what rises above its surroundings.</summary>
internal static class MarkerBlobs
{
    private const int LeastPixels = 6;
    private const int Around = 4;

    // Letters are as strong as the strongest contrast of the image, or nearly so; noise is not.
    private const int LeastLift = 28;

    /// <summary>Finds the components of what is lifted.</summary>
    public static IReadOnlyList<MarkerBlob> Find(byte[] grey, byte[] lift, int width, int height)
    {
        var blobs = new List<MarkerBlob>();
        var seen = new bool[grey.Length];
        var pixels = new List<int>();
        for (var start = 0; start < lift.Length; start++)
        {
            if (lift[start] < LeastLift || seen[start])
            {
                continue;
            }

            Flood(lift, seen, width, height, start, pixels);
            if (pixels.Count >= LeastPixels && pixels.Count < grey.Length / 40)
            {
                blobs.Add(Measure(grey, lift, width, height, pixels));
            }
        }

        return blobs;
    }

    private static void Flood(byte[] lift, bool[] seen, int width, int height, int start, List<int> pixels)
    {
        pixels.Clear();
        pixels.Add(start);
        seen[start] = true;
        for (var next = 0; next < pixels.Count; next++)
        {
            var (y, x) = Math.DivRem(pixels[next], width);
            for (var ny = Math.Max(0, y - 1); ny <= Math.Min(height - 1, y + 1); ny++)
            {
                for (var nx = Math.Max(0, x - 1); nx <= Math.Min(width - 1, x + 1); nx++)
                {
                    var n = (ny * width) + nx;
                    if (!seen[n] && lift[n] >= LeastLift)
                    {
                        seen[n] = true;
                        pixels.Add(n);
                    }
                }
            }
        }
    }

    private static MarkerBlob Measure(byte[] grey, byte[] lift, int width, int height, List<int> pixels)
    {
        var (left, top, right, bottom) = (width, height, 0, 0);
        Span<int> inside = stackalloc int[256];
        Span<int> ground = stackalloc int[256];
        inside.Clear();
        ground.Clear();
        double steep = 0;
        var edges = 0;
        foreach (var p in pixels)
        {
            var (y, x) = Math.DivRem(p, width);
            (left, top, right, bottom) = (Math.Min(left, x), Math.Min(top, y), Math.Max(right, x + 1), Math.Max(bottom, y + 1));
            inside[grey[p]]++;
        }

        var box = PixelBox.Between(left, top, right, bottom);
        var near = box.Grown(Around, width, height);
        for (var y = near.Y; y < near.Bottom; y++)
        {
            for (var x = near.X; x < near.Right; x++)
            {
                var p = (y * width) + x;
                if (lift[p] < LeastLift)
                {
                    ground[grey[p]]++;
                }
            }
        }

        foreach (var p in pixels)
        {
            var step = Step(grey, lift, width, height, p);
            if (step >= 0)
            {
                steep += step;
                edges++;
            }
        }

        // The soft rim of a letter is ground by its lift; the upper quarter of the inside is what the letter was drawn with.
        var contrast = Math.Max(1, Quantile(inside, 0.6) - Quantile(ground, 0.5));
        return new MarkerBlob(box, pixels.Count, contrast, Quantile(ground, 0.85) - Quantile(ground, 0.15), edges == 0 ? 0 : steep / edges / contrast);
    }

    // How far it falls within two pixels across the edge; -1 for a pixel that lies within.
    private static int Step(byte[] grey, byte[] lift, int width, int height, int p)
    {
        var (y, x) = Math.DivRem(p, width);
        var step = -1;
        for (var direction = 0; direction < 4; direction++)
        {
            var (dx, dy) = direction switch { 0 => (1, 0), 1 => (-1, 0), 2 => (0, 1), _ => (0, -1) };
            if (x + dx < 0 || x + dx >= width || y + dy < 0 || y + dy >= height || lift[p + dx + (dy * width)] >= LeastLift)
            {
                continue;
            }

            var outer = p + dx + (dy * width);
            var (ix, iy) = (x - dx, y - dy);
            var inner = ix < 0 || ix >= width || iy < 0 || iy >= height ? p : p - dx - (dy * width);
            step = Math.Max(step, Math.Max(grey[inner], grey[p]) - grey[outer]);
        }

        return step;
    }

    private static int Quantile(ReadOnlySpan<int> histogram, double share)
    {
        var total = 0;
        foreach (var n in histogram)
        {
            total += n;
        }

        var seen = 0;
        for (var level = 0; level < histogram.Length; level++)
        {
            seen += histogram[level];
            if (seen > share * total)
            {
                return level;
            }
        }

        return 0;
    }
}
