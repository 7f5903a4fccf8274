using FractureDashboard.ML.Explanation;

namespace FractureDashboard.ML.Quality;

/// <summary>
/// Images that a trained model finds unlike all others: far from their tenth nearest image of another radiograph, by the
/// median and the median absolute deviation of that distance.
/// </summary>
internal static class EmbeddingOutlierRule
{
    // Distances of a hundredth are alike to the eye; without this a set of near copies would make all others stand out.
    private const double LeastDeviation = 0.01;

    /// <summary>The findings: at most a small share, the farthest first; none in a set of a few images.</summary>
    /// <param name="images">The images.</param>
    /// <param name="embeddings">What the model makes of them.</param>
    /// <param name="sources">The source of each content.</param>
    public static IEnumerable<QualityFinding> Of(ScannedImages images, JudgedEmbeddings embeddings, IReadOnlyList<SourceAssignment> sources)
    {
        var places = Enumerable.Range(0, embeddings.Index.Count).ToDictionary(i => embeddings.Index.Hashes[i], StringComparer.Ordinal);
        var contents = images.Contents.Where(c => places.ContainsKey(c.Hash) && !PictureRules.IsBlank(c.Pixels)).ToList();
        if (contents.Count < QualityThresholds.LeastImages)
        {
            return [];
        }

        var distances = OutOfDistribution.OwnDistances(
            embeddings.Index, ContentEmbeddings.SourcesOf(embeddings.Index.Hashes, sources), OutOfDistribution.DefaultNeighbour, embeddings.Index.Count, CancellationToken.None);
        var scale = RobustScale.Of(contents.Select(c => (double)distances[places[c.Hash]]), LeastDeviation);
        return from judged in contents
                   .Select(c => (Content: c, Far: (distances[places[c.Hash]] - scale.Median) / scale.Deviation))
                   .Where(c => c.Far >= QualityThresholds.OutlierDistance)
                   .OrderByDescending(c => c.Far)
                   .ThenBy(c => c.Content.Hash, StringComparer.Ordinal)
                   .Take((int)Math.Ceiling(QualityThresholds.MostOutliers * contents.Count))
               from image in judged.Content.Images
               select FileRules.Finding(
                   QualityRule.Outlier,
                   image.File,
                   image.Facts,
                   $"Unlike all others to the model of {embeddings.Model}: its distance to the nearest images of other radiographs lies {judged.Far:0.0} robust deviations above the median of the set.",
                   judged.Far);
    }
}
