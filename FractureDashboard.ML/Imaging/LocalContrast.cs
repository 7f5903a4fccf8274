using NetVips;

namespace FractureDashboard.ML.Imaging;

/// <summary>
/// Contrast-limited adaptive histogram equalisation (Zuiderveld, Graphics Gems IV, 1994): each pixel is equalised in a window
/// about it, and no grey level is spread more than a few times. Done at the size that the network sees: the window is then the same
/// part of every picture, and the cost does not grow with the file.
/// </summary>
internal static class LocalContrast
{
    /// <summary>The window is this part of the longer side, as in the usual eight by eight tiles.</summary>
    public const int WindowsPerSide = 8;

    /// <summary>Most that contrast is multiplied by. Higher ones bring out the noise of even areas.</summary>
    public const int MaxSlope = 3;

    // Rec. 601, as wherever colour becomes grey.
    private static readonly double[,] Luma = { { 0.299, 0.587, 0.114 } };

    /// <summary>Equalises pixels that are decoded and scaled already.</summary>
    /// <param name="pixels">1 or 3 channels.</param>
    /// <returns>As many.</returns>
    public static PixelImage Equalise(PixelImage pixels)
    {
        using var image = VipsPipeline.FromPixels(pixels, Sizing.Original, 0, equalise: true);
        return ChannelConversion.ToPixels(image, pixels.Channels);
    }

    /// <summary>
    /// Equalises the luma. Colours get the change of their luma in each channel, so that a grey picture comes out the same
    /// whether it has one channel or three.
    /// </summary>
    /// <param name="image">8-bit, 1 or 3 bands.</param>
    /// <returns>The like; the caller disposes both.</returns>
    public static Image Equalise(Image image)
    {
        // Rows are needed more than once, and a streamed image gives them once.
        using var pixels = image.CopyMemory();
        var window = Math.Max(3, Math.Max(pixels.Width, pixels.Height) / WindowsPerSide);
        var (width, height) = (Math.Min(window, pixels.Width), Math.Min(window, pixels.Height));
        if (pixels.Bands == 1)
        {
            return pixels.HistLocal(width, height, maxSlope: MaxSlope);
        }

        using var weights = Image.NewFromArray(Luma);
        using var exact = pixels.Recomb(weights);
        using var rounded = exact.Rint();
        using var luma = rounded.Cast(Enums.BandFormat.Uchar);
        using var equalised = luma.HistLocal(width, height, maxSlope: MaxSlope);
        using var change = equalised - luma;
        using var sum = pixels + change;
        return sum.Cast(Enums.BandFormat.Uchar).Copy(interpretation: pixels.Interpretation);
    }
}
