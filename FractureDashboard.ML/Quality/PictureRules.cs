namespace FractureDashboard.ML.Quality;

/// <summary>What is wrong with a picture by itself: its size, its tones, its contours, its borders.</summary>
internal static class PictureRules
{
    /// <summary>True when there is nothing to see, so that no other rule about the picture has anything to say.</summary>
    public static bool IsBlank(PixelStatistics pixels) =>
        pixels.Uniform >= QualityThresholds.BlankShare || pixels.Deviation < QualityThresholds.BlankDeviation;

    /// <summary>The findings.</summary>
    public static IEnumerable<QualityFinding> Of(PlacedFile file, FileFacts facts, PixelStatistics pixels)
    {
        var (shorter, longer) = (Math.Min(facts.Width, facts.Height), Math.Max(facts.Width, facts.Height));
        if (shorter < QualityThresholds.SmallestSide)
        {
            yield return FileRules.Finding(
                QualityRule.TooSmall, file, facts, $"The image has {facts.Width} x {facts.Height} pixels; below {QualityThresholds.SmallestSide} a side little can be seen.", 1.0 / shorter);
        }

        var aspect = longer / (double)Math.Max(1, shorter);
        if (aspect > QualityThresholds.MostAspect)
        {
            yield return FileRules.Finding(
                QualityRule.ExtremeAspect, file, facts, $"The image has {facts.Width} x {facts.Height} pixels: one side is {aspect:0.0} times as long as the other.", aspect);
        }

        if (IsBlank(pixels))
        {
            yield return FileRules.Finding(
                QualityRule.Blank, file, facts, $"{pixels.Uniform:0.0 %} of the image is of one tone; its brightness deviates by {pixels.Deviation:0.0 %} of the range.", pixels.Uniform);
            yield break;
        }

        foreach (var finding in Tones(file, facts, pixels))
        {
            yield return finding;
        }

        if (IsBlurred(pixels))
        {
            yield return FileRules.Finding(
                QualityRule.Blurred, file, facts, $"Neighbouring pixels differ by {pixels.Sharpness:0.0 %} of the image's own contrast.", 1 - pixels.Sharpness);
        }

        if (facts.Markers is { } markers and >= QualityThresholds.MarkerShare)
        {
            yield return FileRules.Finding(QualityRule.BurntInMarkers, file, facts, $"What looks like burnt-in letters or tags takes {markers:0.0 %} of the image.", markers);
        }

        if (pixels.Border >= QualityThresholds.BorderShare)
        {
            yield return FileRules.Finding(
                QualityRule.Borders,
                file,
                facts,
                $"Bars of one tone along the edges take {pixels.Border:0 %} of the image.",
                pixels.Border,
                pixels.Border >= QualityThresholds.LargeBorderShare ? QualitySeverity.Warning : null);
        }
    }

    /// <summary>Blurred whatever the others are like.</summary>
    public static bool IsBlurred(PixelStatistics pixels) => pixels.Sharpness <= QualityThresholds.BlurredAtMost;

    private static IEnumerable<QualityFinding> Tones(PlacedFile file, FileFacts facts, PixelStatistics pixels)
    {
        if (pixels.Bright <= QualityThresholds.DarkAtMost)
        {
            yield return FileRules.Finding(
                QualityRule.VeryDark, file, facts, $"99 % of the pixels have at most {pixels.Bright:0 %} of full brightness; the mean is {pixels.Mean:0 %}.", 1 - pixels.Bright);
        }

        if (pixels.Dark >= QualityThresholds.BrightAtLeast)
        {
            yield return FileRules.Finding(
                QualityRule.VeryBright, file, facts, $"99 % of the pixels have at least {pixels.Dark:0 %} of full brightness; the mean is {pixels.Mean:0 %}.", pixels.Dark);
        }
        else if (pixels.Saturated >= QualityThresholds.WhiteShare)
        {
            yield return FileRules.Finding(QualityRule.VeryBright, file, facts, $"{pixels.Saturated:0 %} of the image is entirely white.", pixels.Saturated);
        }

        if (pixels.Bright - pixels.Dark <= QualityThresholds.LeastContrast)
        {
            yield return FileRules.Finding(
                QualityRule.LowContrast,
                file,
                facts,
                $"98 % of the pixels lie between {pixels.Dark:0 %} and {pixels.Bright:0 %} of full brightness.",
                1 - (pixels.Bright - pixels.Dark));
        }
    }
}
