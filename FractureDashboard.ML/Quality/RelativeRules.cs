namespace FractureDashboard.ML.Quality;

/// <summary>What is odd about an image only because the others are different: colour among grey, blur among sharp ones.</summary>
internal static class RelativeRules
{
    /// <summary>The findings; none in a set of a few images.</summary>
    public static IEnumerable<QualityFinding> Of(ScannedImages images)
    {
        var contents = images.Contents.Where(c => !PictureRules.IsBlank(c.Pixels)).ToList();
        return contents.Count < QualityThresholds.LeastImages ? [] : [.. Coloured(contents), .. Blurred(contents)];
    }

    private static IEnumerable<QualityFinding> Coloured(List<ScannedContent> contents)
    {
        var grey = contents.Count(c => c.Pixels.Colour <= QualityThresholds.GreyAtMost) / (double)contents.Count;
        return grey < QualityThresholds.GreyMajority
            ? []
            : from content in contents
              where content.Pixels.Colour >= QualityThresholds.ColouredAtLeast
              from image in content.Images
              select FileRules.Finding(
                  QualityRule.Colour, image.File, image.Facts, $"{content.Pixels.Colour:0 %} of the pixels are coloured, in a set of which {grey:0 %} is grey.", content.Pixels.Colour);
    }

    private static IEnumerable<QualityFinding> Blurred(List<ScannedContent> contents)
    {
        var median = RobustScale.Of(contents.Select(c => c.Pixels.Sharpness), least: 0).Median;
        var limit = Math.Min(QualityThresholds.BlurredShareOfMedian * median, QualityThresholds.BlurredAmongOthersAtMost);

        // What is blurred by itself has its finding already.
        return from content in contents
               where content.Pixels.Sharpness <= limit && !PictureRules.IsBlurred(content.Pixels)
               from image in content.Images
               select FileRules.Finding(
                   QualityRule.Blurred,
                   image.File,
                   image.Facts,
                   $"Neighbouring pixels differ by {content.Pixels.Sharpness:0.0 %} of the image's own contrast; half of the images have {median:0.0 %} or more.",
                   1 - content.Pixels.Sharpness);
    }
}
