using FractureDashboard.ML.Datasets;

namespace FractureDashboard.ML.Quality;

/// <summary>
/// Labels that a model contradicts with confidence, as confident learning counts them (Northcutt, Jiang, Chuang 2021, section
/// 3.1): an image of one class is in doubt when the model gives the other class at least the probability that it gives on
/// average to the images labelled so.
/// </summary>
internal static class LabelErrorRule
{
    /// <summary>The findings; none where a class has too few scores to tell what confidence means.</summary>
    /// <param name="images">The images.</param>
    /// <param name="scores">What a finished run said of images that it was not trained on; null or empty where there is none.</param>
    public static IEnumerable<QualityFinding> Of(ScannedImages images, IReadOnlyList<HeldOutScore>? scores)
    {
        var byPath = (scores ?? []).Where(s => double.IsFinite(s.Score)).GroupBy(s => s.RelativePath, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last(), StringComparer.Ordinal);

        // The label that counts now: the run may have seen another.
        var scored = images.All
            .Where(i => byPath.ContainsKey(i.File.RelativePath))
            .Select(i => (Image: i, Label: i.File.Label ?? byPath[i.File.RelativePath].Label, byPath[i.File.RelativePath].Score))
            .ToList();
        var fractured = scored.Where(s => s.Label == Label.Fractured).Select(s => s.Score).ToList();
        var sound = scored.Where(s => s.Label == Label.NotFractured).Select(s => 1 - s.Score).ToList();
        if (Math.Min(fractured.Count, sound.Count) < QualityThresholds.LeastScores)
        {
            yield break;
        }

        var (fracturedMean, soundMean) = (fractured.Average(), sound.Average());
        foreach (var (image, label, score) in scored)
        {
            var (other, mean) = label == Label.Fractured ? (1 - score, soundMean) : (score, fracturedMean);
            if (other >= mean && other > 0.5)
            {
                var opposite = FolderNames.For(label == Label.Fractured ? Label.NotFractured : Label.Fractured);
                yield return FileRules.Finding(
                    QualityRule.LabelError,
                    image.File,
                    image.Facts,
                    $"Labelled {FolderNames.For(label)}; a model that was not trained on it says {opposite} with {other:0 %}, as surely as of images labelled so ({mean:0 %} on average).",
                    other);
            }
        }
    }
}
