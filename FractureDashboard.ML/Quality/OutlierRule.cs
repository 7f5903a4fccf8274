namespace FractureDashboard.ML.Quality;

/// <summary>Images whose statistics lie far from those of all others, by median and median absolute deviation.</summary>
internal static class OutlierRule
{
    // Name, value, and the least deviation: differences that nobody would see.
    private static readonly (string Name, Func<PixelStatistics, double> Value, double Least)[] Statistics =
    [
        ("mean brightness", p => p.Mean, 0.02),
        ("contrast", p => p.Deviation, 0.02),
        ("brightness of the darkest part", p => p.Dark, 0.03),
        ("brightness of the brightest part", p => p.Bright, 0.03),
        ("share of the commonest tone", p => p.Uniform, 0.05),
        ("sharpness", p => Math.Log(p.Sharpness + 0.005), 0.2),
    ];

    /// <summary>The findings: at most a small share, the farthest first; none in a set of a few images.</summary>
    public static IEnumerable<QualityFinding> Of(ScannedImages images)
    {
        var contents = images.Contents.Where(c => !PictureRules.IsBlank(c.Pixels)).ToList();
        if (contents.Count < QualityThresholds.LeastImages)
        {
            return [];
        }

        var scales = Statistics.Select(s => RobustScale.Of(contents.Select(c => s.Value(c.Pixels)), s.Least)).ToArray();
        return from judged in contents
                   .Select(c => (Content: c, Distances: Statistics.Select((s, i) => scales[i].Distance(s.Value(c.Pixels))).ToArray()))
                   .Select(c => (c.Content, c.Distances, Distance: Math.Sqrt(c.Distances.Average(d => d * d))))
                   .Where(c => c.Distance >= QualityThresholds.OutlierDistance)
                   .OrderByDescending(c => c.Distance)
                   .ThenBy(c => c.Content.Hash, StringComparer.Ordinal)
                   .Take((int)Math.Ceiling(QualityThresholds.MostOutliers * contents.Count))
               let worst = Array.IndexOf(judged.Distances, judged.Distances.Max())
               from image in judged.Content.Images
               select FileRules.Finding(
                   QualityRule.Outlier,
                   image.File,
                   image.Facts,
                   $"Its statistics lie {judged.Distance:0.0} robust deviations from the median of the set, most of all its {Statistics[worst].Name} ({judged.Distances[worst]:0.0}).",
                   judged.Distance);
    }
}
