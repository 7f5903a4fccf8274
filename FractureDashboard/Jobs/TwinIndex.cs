using FractureDashboard.ML.Datasets;

namespace FractureDashboard.Jobs;

/// <summary>Finds held-out images that the training has seen byte for byte.</summary>
internal static class TwinIndex
{
    /// <summary>Validation and test images whose content hash also occurs in the training split.</summary>
    /// <param name="images">The manifest.</param>
    /// <returns>Relative paths.</returns>
    public static IReadOnlySet<string> HeldOutImagesWithTwinInTrain(IReadOnlyList<ImageRecord> images)
    {
        var trained = images.Where(i => i.Split == Split.Train).Select(i => i.ContentHash).ToHashSet(StringComparer.Ordinal);
        return images.Where(i => i.Split != Split.Train && trained.Contains(i.ContentHash)).Select(i => i.RelativePath).ToHashSet(StringComparer.Ordinal);
    }
}
