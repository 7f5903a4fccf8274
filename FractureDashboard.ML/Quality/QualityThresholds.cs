namespace FractureDashboard.ML.Quality;

/// <summary>
/// Where the rules draw their lines. Chosen so that of some ten thousand radiographs of a published set only a few dozen are
/// named by each rule about pictures, and that these stand out to the eye. Brightness and shares are from 0 to 1.
/// </summary>
public static class QualityThresholds
{
    /// <summary>The shorter side below which an image is too small, pixels.</summary>
    public const int SmallestSide = 64;

    /// <summary>The longer side by the shorter above which an image is extreme.</summary>
    public const double MostAspect = 4;

    /// <summary>An image is blank when at least this share of it is of one tone,</summary>
    public const double BlankShare = 0.995;

    /// <summary>or when its brightness deviates by less than this (two of 255 levels).</summary>
    public const double BlankDeviation = 2 / 255.0;

    /// <summary>Very dark: 99 % of the pixels do not exceed this.</summary>
    public const double DarkAtMost = 0.3;

    /// <summary>Very bright: 99 % of the pixels exceed this,</summary>
    public const double BrightAtLeast = 0.6;

    /// <summary>or this share of the pixels is entirely white.</summary>
    public const double WhiteShare = 0.5;

    /// <summary>Low contrast: brightness of the 99th percentile less that of the first, at most.</summary>
    public const double LeastContrast = 0.2;

    /// <summary>Blurred whatever the others are like: <see cref="PixelStatistics.Sharpness"/> at most.</summary>
    public const double BlurredAtMost = 0.02;

    /// <summary>Blurred among sharper ones: below this share of the median sharpness,</summary>
    public const double BlurredShareOfMedian = 0.35;

    /// <summary>and below this.</summary>
    public const double BlurredAmongOthersAtMost = 0.06;

    /// <summary>Burnt-in markers: at least this share of the area.</summary>
    public const double MarkerShare = 0.05;

    /// <summary>Borders: at least this share of the area.</summary>
    public const double BorderShare = 0.3;

    /// <summary>Borders that leave less than half of the image.</summary>
    public const double LargeBorderShare = 0.5;

    /// <summary>An image is grey when at most this share of its pixels is coloured,</summary>
    public const double GreyAtMost = 0.01;

    /// <summary>and coloured when at least this share is.</summary>
    public const double ColouredAtLeast = 0.02;

    /// <summary>Colour stands out in a set of which at least this share is grey.</summary>
    public const double GreyMajority = 0.8;

    /// <summary>Distinct images below which nothing is judged by the others.</summary>
    public const int LeastImages = 20;

    /// <summary>Outlier: robust deviations from the median, averaged over the statistics, from which an image stands out.</summary>
    public const double OutlierDistance = 5;

    /// <summary>Outliers are at most this share of the distinct images, the farthest first.</summary>
    public const double MostOutliers = 0.01;

    /// <summary>Held-out scores of a class below which no label of the other is doubted.</summary>
    public const int LeastScores = 10;
}
