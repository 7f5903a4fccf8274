using FractureDashboard.ML.Runtime;

namespace FractureDashboard.ML.Preprocessing;

/// <summary>The random numbers of one batch's mixing, drawn apart from applying them.</summary>
/// <param name="Kept">How much of an image and of its target is kept, 0 to 1.</param>
/// <param name="Pasted">The partner's rectangle that is pasted in (CutMix), or null when the two are blended (mixup).</param>
/// <param name="Partners">For each image the position in the batch of the one that it is mixed with.</param>
internal sealed record MixingDraw(double Kept, PixelBox? Pasted, IReadOnlyList<int> Partners)
{
    /// <summary>The draw of one step; depends on nothing else.</summary>
    /// <param name="options">Says what is mixed; at least one of both must be on.</param>
    /// <param name="side">Side of the images in pixels.</param>
    /// <param name="count">Images in the batch.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">From 1.</param>
    /// <param name="step">Within the epoch.</param>
    public static MixingDraw For(AugmentationOptions options, int side, int count, int seed, int epoch, int step)
    {
        var random = SplitMix64.For(seed, (long)RandomPurpose.Mixing, epoch, step);
        var coin = random.Next();
        var cuts = options.CutMix > 0 && (options.Mixup <= 0 || coin < 0.5);
        var kept = Beta(ref random, cuts ? options.CutMix : options.Mixup);
        PixelBox? box = null;
        if (cuts)
        {
            box = Box(ref random, side, kept);
            kept = 1 - ((double)box.Value.Height * box.Value.Width / ((double)side * side));
        }

        return new MixingDraw(kept, box, random.Permutation(count));
    }

    /// <summary>A square of the share that is not kept, about any pixel, cut off at the border as in the paper.</summary>
    private static PixelBox Box(ref SplitMix64 random, int side, double kept)
    {
        var half = side * Math.Sqrt(1 - kept) / 2;
        var (row, column) = (random.Next() * side, random.Next() * side);
        var (top, left) = (Inside(row - half), Inside(column - half));
        return new PixelBox(top, left, Inside(row + half) - top, Inside(column + half) - left);

        int Inside(double at) => (int)Math.Round(Math.Clamp(at, 0, side));
    }

    /// <summary>Beta(alpha, alpha) as the share of one of two gamma variates.</summary>
    private static double Beta(ref SplitMix64 random, double alpha)
    {
        double x = Gamma(ref random, alpha), y = Gamma(ref random, alpha);

        // Of a tiny alpha both can underflow; the distribution is then a coin.
        return x + y > 0 ? x / (x + y) : random.Next() < 0.5 ? 0 : 1;
    }

    /// <summary>Gamma(alpha, 1) by Marsaglia and Tsang's rejection (ACM TOMS 26, 2000); below 1 by their power of a uniform number.</summary>
    private static double Gamma(ref SplitMix64 random, double alpha)
    {
        if (alpha < 1)
        {
            return Gamma(ref random, alpha + 1) * Math.Pow(1 - random.Next(), 1 / alpha);
        }

        var d = alpha - (1.0 / 3);
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var normal = Math.Sqrt(-2 * Math.Log(1 - random.Next())) * Math.Cos(2 * Math.PI * random.Next());
            var root = 1 + (c * normal);
            var v = root * root * root;
            if (v > 0 && Math.Log(1 - random.Next()) < (0.5 * normal * normal) + d - (d * v) + (d * Math.Log(v)))
            {
                return d * v;
            }
        }
    }
}
