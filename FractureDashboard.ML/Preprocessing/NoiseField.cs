using FractureDashboard.ML.Runtime;

namespace FractureDashboard.ML.Preprocessing;

/// <summary>
/// Gaussian noise from a seeded stream: each 64 random bits choose four of 65,536 equally likely quantiles of the normal
/// distribution, which lie between -4.3 and 4.3 standard deviations. Several times cheaper than a logarithm for each pixel.
/// </summary>
internal static class NoiseField
{
    private const int Quantiles = 1 << 16;
    private static readonly Lazy<float[]> Normal = new(Tabulate);

    /// <summary>Fills an image. Every channel of a pixel gets the same noise: a radiograph stays grey.</summary>
    /// <param name="target">S * S * channels numbers, channels interleaved.</param>
    /// <param name="channels">1 or 3.</param>
    /// <param name="deviation">Standard deviation.</param>
    /// <param name="random">The image's stream.</param>
    public static void Fill(Span<float> target, int channels, float deviation, SplitMix64 random)
    {
        var normal = Normal.Value;
        var bits = 0UL;
        for (int i = 0, pixel = 0; i < target.Length; i += channels, pixel++)
        {
            bits = pixel % 4 == 0 ? random.NextBits() : bits >> 16;
            var value = normal[(ushort)bits] * deviation;
            for (var c = 0; c < channels; c++)
            {
                target[i + c] = value;
            }
        }
    }

    /// <summary>The standard normal distribution at the middle of each of the equal shares, by inverting its integral.</summary>
    private static float[] Tabulate()
    {
        var table = new float[Quantiles];
        const double Step = 1.0 / 4096;
        double z = 0, integral = 0;
        for (var i = 0; i < Quantiles / 2; i++)
        {
            var wanted = (i + 0.5) / Quantiles;
            double slice;
            while (integral + (slice = Slice(z, Step)) < wanted)
            {
                integral += slice;
                z += Step;
            }

            var at = (float)(z + (Step * (wanted - integral) / slice));
            table[(Quantiles / 2) + i] = at;
            table[(Quantiles / 2) - 1 - i] = -at;
        }

        return table;
    }

    /// <summary>The integral of the normal density over a short piece, by Simpson's rule.</summary>
    private static double Slice(double from, double length) =>
        length / 6 * (Density(from) + (4 * Density(from + (length / 2))) + Density(from + length));

    private static double Density(double z) => Math.Exp(-0.5 * z * z) / Math.Sqrt(2 * Math.PI);
}
