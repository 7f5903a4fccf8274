using FractureDashboard.ML.Datasets;

namespace FractureDashboard.Evaluations;

/// <summary>A picture of the error gallery.</summary>
/// <param name="Image">The image; of several copies in one class the first by path.</param>
/// <param name="Copies">How many files of the same content and class were scored.</param>
public sealed record ErrorImage(ScoredImage Image, int Copies);

/// <summary>The images that a model gets wrong, or nearly so.</summary>
internal static class ErrorImages
{
    /// <summary>Pictures on a page.</summary>
    public const int PageSize = 24;

    /// <summary>Lists them. Copies would fill the gallery with one picture, so each content is shown once.</summary>
    /// <param name="images">The images judged.</param>
    /// <param name="order">The order.</param>
    /// <param name="threshold">Scores at or above it are called fractured.</param>
    /// <returns>For <see cref="ErrorOrder.Misclassified"/> only those on the wrong side; otherwise all.</returns>
    public static IReadOnlyList<ErrorImage> Of(IEnumerable<ScoredImage> images, ErrorOrder order, double threshold)
    {
        var pictures = images
            .Where(i => order != ErrorOrder.Misclassified || i.IsWrong(threshold))
            .GroupBy(i => (i.ContentHash, i.Label))
            .Select(g => new ErrorImage(g.First(), g.Count()));
        var ordered = order == ErrorOrder.LeastCertain
            ? pictures.OrderBy(p => Math.Abs(p.Image.Score - threshold))
            : pictures.OrderByDescending(p => p.Image.Loss);
        return [.. ordered.ThenBy(p => p.Image.RelativePath, StringComparer.Ordinal)];
    }

    /// <summary>What is wrong about an image, in words.</summary>
    public static string Verdict(ScoredImage image, double threshold) => (image.IsWrong(threshold), image.Label) switch
    {
        (true, Label.Fractured) => "missed fracture",
        (true, _) => "false alarm",
        _ => "right",
    };
}
