using FractureDashboard.ML.Runtime;

namespace FractureDashboard.ML.Datasets;

/// <summary>
/// Folds for a cross-validation that never divides a source (<see cref="ImageRecord.Group"/>; an image without one is
/// its content) and keeps the classes in proportion. The same images and seed make the same folds, in whatever order
/// the images come.
/// </summary>
public static class GroupedFolds
{
    /// <summary>
    /// Deals the sources out, class by class, the largest first, each to the fold that has the fewest images of the
    /// class; among equals to the one with the fewest images at all, then by chance. Within a class no fold has more
    /// images than another by more than the largest source. A source of both classes counts as the one it has more of.
    /// </summary>
    /// <param name="images">The images.</param>
    /// <param name="folds">How many, 2 or more.</param>
    /// <param name="seed">Decides between equals.</param>
    /// <returns>The fold of each image, from 0, in the images' order.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 2 folds, or a class has fewer sources than there are folds.</exception>
    public static IReadOnlyList<int> Assign(IReadOnlyList<ImageRecord> images, int folds, int seed)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        var foldOf = new Dictionary<string, int>(StringComparer.Ordinal);
        var total = new int[folds];
        foreach (var (label, sources) in SourcesByClass(images))
        {
            if (sources.Count < folds)
            {
                throw new ArgumentOutOfRangeException(nameof(folds), folds, $"There are only {sources.Count} sources of the class '{FolderNames.For(label)}'.");
            }

            var random = SplitMix64.For(seed, (long)RandomPurpose.Folds, (long)label);
            var load = new int[folds];
            foreach (var (name, count) in random.Permutation(sources.Count).Select(i => sources[i]).OrderByDescending(s => s.Count))
            {
                var chance = random.Permutation(folds);
                var fold = Enumerable.Range(0, folds).OrderBy(f => load[f]).ThenBy(f => total[f]).ThenBy(f => chance[f]).First();
                foldOf.Add(name, fold);
                load[fold] += count;
                total[fold] += count;
            }
        }

        return [.. images.Select(i => foldOf[SourceOf(i)])];
    }

    /// <summary>
    /// Makes a data set of one fold: it is tested on, one part of the rest is validated on (so that the choice of the
    /// best epoch never sees the fold), the other parts are trained on. No two of the three share a source.
    /// </summary>
    /// <param name="images">The images.</param>
    /// <param name="foldOf">The fold of each, of <see cref="Assign"/>.</param>
    /// <param name="fold">The fold to test on.</param>
    /// <param name="validationParts">Into how many parts of about equal size the rest is dealt, one of them for validation; 2 or more.</param>
    /// <param name="seed">As for <see cref="Assign"/>.</param>
    /// <returns>The images in their order, their splits set.</returns>
    /// <exception cref="ArgumentException">There is not one fold for each image.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A class of the rest has fewer sources than there are parts.</exception>
    public static IReadOnlyList<ImageRecord> HoldOut(IReadOnlyList<ImageRecord> images, IReadOnlyList<int> foldOf, int fold, int validationParts, int seed)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(foldOf);
        if (foldOf.Count != images.Count)
        {
            throw new ArgumentException($"{foldOf.Count} folds do not go with {images.Count} images.", nameof(foldOf));
        }

        var rest = images.Where((_, i) => foldOf[i] != fold).ToArray();
        var parts = Assign(rest, validationParts, seed);
        var next = 0;
        return [.. images.Select((image, i) => image with { Split = foldOf[i] == fold ? Split.Test : parts[next++] == 0 ? Split.Validation : Split.Train })];
    }

    /// <summary>What names an image's source.</summary>
    /// <param name="image">The image.</param>
    /// <returns>Its group, or its content where it has none.</returns>
    public static string SourceOf(ImageRecord image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return image.Group ?? image.ContentHash;
    }

    /// <summary>The sources of each class with the number of their images, ordered by name.</summary>
    internal static IEnumerable<(Label Label, IReadOnlyList<(string Name, int Count)> Sources)> SourcesByClass(IReadOnlyList<ImageRecord> images)
    {
        var all = images.GroupBy(SourceOf, StringComparer.Ordinal).Select(s => (Name: s.Key, Count: s.Count(), Label: ClassOf(s))).OrderBy(s => s.Name, StringComparer.Ordinal).ToArray();
        return Enum.GetValues<Label>().Select(l => (l, (IReadOnlyList<(string, int)>)[.. all.Where(s => s.Label == l).Select(s => (s.Name, s.Count))]));
    }

    private static Label ClassOf(IEnumerable<ImageRecord> source) => source.Average(i => (int)i.Label) >= 0.5 ? Label.Fractured : Label.NotFractured;
}
