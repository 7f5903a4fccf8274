namespace FractureDashboard.ML.Quality;

/// <summary>
/// Pictures about their centre in polar coordinates with logarithmic radius: a rotation becomes a shift of angles, a zoom a
/// shift of rings, a flip a reversal of angles. Only the inscribed circle is sampled, so corners, whatever fills them, play
/// no part. Brightness, contrast and large shapes are taken out first: what is left is the texture that one radiograph
/// shares with its copies and not with other radiographs.
/// </summary>
internal static class LogPolarPatches
{
    /// <summary>Rings from the centre outwards.</summary>
    public const int Rings = 60;

    /// <summary>Angles of a ring.</summary>
    public const int Angles = 192;

    /// <summary>Each ring is larger than the one within by this factor.</summary>
    public const double Growth = 1.035;

    /// <summary>Longer side in pixels to which the filters below are fitted.</summary>
    public const int Side = 128;

    // The window of the finest detail, of the shapes taken out and of the contrast evened out, as pixels to both sides; and
    // the contrast in grey levels below which there is only noise to even out.
    private const int Fine = 1;
    private const int Coarse = 2;
    private const int Spread = 4;
    private const float Noise = 1;
    private const float Most = 3;
    private const double Outermost = 0.97;

    private static readonly double[] Cosines = [.. Enumerable.Range(0, Angles).Select(a => Math.Cos(2 * Math.PI * a / Angles))];
    private static readonly double[] Sines = [.. Enumerable.Range(0, Angles).Select(a => Math.Sin(2 * Math.PI * a / Angles))];

    /// <summary>Radius of each ring as a share of the inscribed circle's.</summary>
    public static IReadOnlyList<double> Radii { get; } = [.. Enumerable.Range(0, Rings).Select(k => Outermost / Math.Pow(Growth, Rings - 1 - k))];

    /// <summary>The patch of a picture.</summary>
    /// <param name="grey">Row by row, the longer side <see cref="Side"/> pixels.</param>
    /// <param name="width">Its width in pixels.</param>
    /// <param name="height">Its height in pixels.</param>
    /// <param name="patch">Filled with <see cref="Rings"/> by <see cref="Angles"/> values, about from -3 to 3.</param>
    public static void Sample(ReadOnlySpan<byte> grey, int width, int height, Span<float> patch)
    {
        var plain = new float[width * height];
        for (var i = 0; i < plain.Length; i++)
        {
            plain[i] = grey[i];
        }

        var (fine, coarse, spread, work) = (new float[plain.Length], new float[plain.Length], new float[plain.Length], new float[plain.Length]);
        BoxFilter.Mean(plain, fine, work, width, height, Fine);
        BoxFilter.Mean(plain, spread, work, width, height, Coarse);
        BoxFilter.Mean(spread, coarse, work, width, height, Coarse);
        for (var i = 0; i < plain.Length; i++)
        {
            fine[i] -= coarse[i];
            plain[i] = fine[i] * fine[i];
        }

        BoxFilter.Mean(plain, coarse, work, width, height, Spread);
        BoxFilter.Mean(coarse, spread, work, width, height, Spread);
        for (var i = 0; i < plain.Length; i++)
        {
            fine[i] = Math.Clamp(fine[i] / (MathF.Sqrt(Math.Max(0, spread[i])) + Noise), -Most, Most);
        }

        Unroll(fine, width, height, patch);
    }

    private static void Unroll(float[] band, int width, int height, Span<float> patch)
    {
        var circle = Math.Min(width, height) / 2.0;
        var (centreX, centreY) = ((width - 1) / 2.0, (height - 1) / 2.0);
        for (var ring = 0; ring < Rings; ring++)
        {
            var radius = circle * Radii[ring];
            for (var a = 0; a < Angles; a++)
            {
                var x = Math.Clamp(centreX + (radius * Cosines[a]), 0, width - 1);
                var y = Math.Clamp(centreY + (radius * Sines[a]), 0, height - 1);
                var (left, top) = ((int)x, (int)y);
                var (right, bottom) = (Math.Min(left + 1, width - 1), Math.Min(top + 1, height - 1));
                var (u, v) = ((float)(x - left), (float)(y - top));
                var upper = band[(top * width) + left] + (u * (band[(top * width) + right] - band[(top * width) + left]));
                var lower = band[(bottom * width) + left] + (u * (band[(bottom * width) + right] - band[(bottom * width) + left]));
                patch[(ring * Angles) + a] = upper + (v * (lower - upper));
            }
        }
    }
}
