using FractureDashboard.ML.Runtime;

namespace FractureDashboard.ML.Preprocessing;

/// <summary>A rectangle of pixels.</summary>
/// <param name="Top">First row.</param>
/// <param name="Left">First column.</param>
/// <param name="Height">Rows; 0 when there is no rectangle.</param>
/// <param name="Width">Columns.</param>
internal readonly record struct PixelBox(int Top, int Left, int Height, int Width);

/// <summary>The random numbers of one image's change of pixel values, drawn apart from applying them.</summary>
/// <param name="Brightness">Factor on every pixel.</param>
/// <param name="Contrast">Factor on every pixel's distance from the image's mean.</param>
/// <param name="Gamma">Power to which pixels are raised.</param>
/// <param name="Noise">Standard deviation of the noise, pixels being in [0, 1].</param>
/// <param name="Erased">What is blanked.</param>
internal readonly record struct IntensityDraw(double Brightness, double Contrast, double Gamma, double Noise, PixelBox Erased)
{
    private const double LeastErased = 0.02;
    private const double MostErased = 0.2;

    // Zhong et al. draw the sides' ratio between 0.3 and its reciprocal; here evenly on a log scale, as tall as wide.
    private static readonly double MostElongated = Math.Log(1 / 0.3);

    /// <summary>The draw of one image in one epoch; depends on nothing else.</summary>
    /// <param name="options">The ranges.</param>
    /// <param name="side">Side of the image in pixels.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">From 1.</param>
    /// <param name="sample">Position of the image in the training manifest.</param>
    public static IntensityDraw For(AugmentationOptions options, int side, int seed, int epoch, int sample)
    {
        var random = SplitMix64.For(seed, (long)RandomPurpose.Intensity, epoch, sample);
        return new IntensityDraw(
            random.Between(1 - options.Brightness, 1 + options.Brightness),
            random.Between(1 - options.Contrast, 1 + options.Contrast),
            Math.Exp(random.Between(-options.Gamma, options.Gamma)),
            random.Between(0, options.Noise),
            random.Next() < options.Erasing ? Box(ref random, side) : default);
    }

    private static PixelBox Box(ref SplitMix64 random, int side)
    {
        var area = random.Between(LeastErased, MostErased) * side * side;
        var ratio = Math.Exp(random.Between(-MostElongated, MostElongated));
        var height = Math.Clamp((int)Math.Round(Math.Sqrt(area * ratio)), 1, side);
        var width = Math.Clamp((int)Math.Round(Math.Sqrt(area / ratio)), 1, side);
        return new PixelBox((int)(random.Next() * (side - height + 1)), (int)(random.Next() * (side - width + 1)), height, width);
    }
}
