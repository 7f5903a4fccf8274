using FractureDashboard.ML.Datasets;

namespace FractureDashboard.ML.Quality;

/// <summary>How much of the held-out splits of a list of images the training split gives away.</summary>
/// <param name="HeldOut">Validation and test images.</param>
/// <param name="WithTwin">Of them, those whose bytes are in train as well.</param>
/// <param name="WithSource">Of them, those whose source (<see cref="ImageRecord.Group"/>) is in train as well, twins included.</param>
/// <param name="Sources">Sources in all; an image without one is its content.</param>
/// <param name="SourcesAcrossSplits">Sources in more than one split.</param>
public sealed record SplitLeakage(int HeldOut, int WithTwin, int WithSource, int Sources, int SourcesAcrossSplits)
{
    /// <summary>Counts.</summary>
    /// <param name="images">The images of all splits.</param>
    /// <returns>The counts.</returns>
    public static SplitLeakage Of(IReadOnlyList<ImageRecord> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        var contents = new HashSet<string>(StringComparer.Ordinal);
        var trained = new HashSet<string>(StringComparer.Ordinal);
        foreach (var image in images.Where(i => i.Split == Split.Train))
        {
            contents.Add(image.ContentHash);
            trained.Add(GroupedFolds.SourceOf(image));
        }

        ImageRecord[] heldOut = [.. images.Where(i => i.Split != Split.Train)];
        int[] splits = [.. images.GroupBy(GroupedFolds.SourceOf, StringComparer.Ordinal).Select(s => s.Select(i => i.Split).Distinct().Count())];
        return new(
            heldOut.Length,
            heldOut.Count(i => contents.Contains(i.ContentHash)),
            heldOut.Count(i => contents.Contains(i.ContentHash) || trained.Contains(GroupedFolds.SourceOf(i))),
            splits.Length,
            splits.Count(s => s > 1));
    }
}
