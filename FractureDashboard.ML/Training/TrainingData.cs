using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Preprocessing;
using FractureDashboard.ML.Runtime;

namespace FractureDashboard.ML.Training;

/// <summary>An image as training sees it.</summary>
/// <param name="Row">Its row in the tensor cache.</param>
/// <param name="Label">Its class, or the permuted one in a control run.</param>
/// <param name="RelativePath">Its path.</param>
/// <param name="Group">Its source where known, otherwise its content: what is equal in it is no independent evidence.</param>
internal readonly record struct Sample(int Row, Label Label, string RelativePath, string Group);

/// <summary>The samples of each split, and the images that had to be left out.</summary>
/// <param name="Train">Training samples in the manifest's order.</param>
/// <param name="Validation">Validation samples.</param>
/// <param name="Test">Test samples.</param>
/// <param name="LeftOut">Images that could not be decoded.</param>
internal sealed record TrainingData(IReadOnlyList<Sample> Train, IReadOnlyList<Sample> Validation, IReadOnlyList<Sample> Test, IReadOnlyList<SkippedFile> LeftOut)
{
    /// <summary>Sorts a manifest into splits.</summary>
    /// <param name="images">The manifest.</param>
    /// <param name="cache">Their pixels.</param>
    /// <param name="options">Decides whether the training labels are permuted.</param>
    /// <exception cref="EngineException">A split that training needs is empty, or training has one class only.</exception>
    public static TrainingData Sort(IReadOnlyList<ImageRecord> images, TensorCache cache, TrainingOptions options)
    {
        var splits = new[] { new List<Sample>(), new List<Sample>(), new List<Sample>() };
        var leftOut = new List<SkippedFile>();
        foreach (var image in images.OrderBy(i => i.RelativePath, StringComparer.Ordinal))
        {
            if (cache.RowOf(image.ContentHash) is { } row)
            {
                splits[(int)image.Split].Add(new Sample(row, image.Label, image.RelativePath, image.Group ?? image.ContentHash));
            }
            else
            {
                leftOut.Add(new SkippedFile(image.RelativePath, cache.Failures.GetValueOrDefault(image.ContentHash, "Its pixels are not in the cache.")));
            }
        }

        var train = options.ShuffleLabels ? WithPermutedLabels(splits[(int)Split.Train], options.Seed) : splits[(int)Split.Train];
        Require(train.Count > 0, "The data set has no readable image in its train split. Add images to train/fractured and train/not fractured and index it again.");
        Require(train.Select(s => s.Label).Distinct().Count() == 2, "The train split holds one class only. A classifier needs images of both.");
        Require(splits[(int)Split.Validation].Count > 0, "The data set has no readable image in its val split, so no epoch could be judged. Add some and index it again.");
        Require(
            options.Selection.Monitor != MonitoredMetric.ValidationAuc || splits[(int)Split.Validation].Select(s => s.Label).Distinct().Count() == 2,
            "The val split holds one class only, so the AUC that decides is not defined on it. Choose the validation loss, or add images of the other class.");
        return new TrainingData(train, splits[(int)Split.Validation], splits[(int)Split.Test], leftOut);
    }

    private static List<Sample> WithPermutedLabels(List<Sample> samples, int seed)
    {
        var order = SplitMix64.For(seed, (long)RandomPurpose.Labels).Permutation(samples.Count);
        return [.. samples.Select((s, i) => s with { Label = samples[order[i]].Label })];
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new EngineException(message);
        }
    }
}
