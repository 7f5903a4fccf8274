using FractureDashboard.ML.Runtime;

namespace FractureDashboard.ML.Datasets;

/// <summary>How much of a data set each split gets.</summary>
/// <param name="Train">Share of the training split, above 0.</param>
/// <param name="Validation">Share of the validation split, above 0.</param>
/// <param name="Test">Share of the test split, above 0.</param>
public readonly record struct SplitShares(double Train, double Validation, double Test)
{
    /// <summary>70, 15 and 15 of 100.</summary>
    public static SplitShares Usual { get; } = new(0.70, 0.15, 0.15);

    /// <summary>The share of one split.</summary>
    /// <param name="split">The split.</param>
    public double Of(Split split) => split switch
    {
        Split.Train => Train,
        Split.Validation => Validation,
        _ => Test,
    };
}

/// <summary>
/// Splits a data set so that no source (<see cref="ImageRecord.Group"/>; an image without one is its content) lies in
/// two splits: what is measured on the held-out ones is then no memory of the training split.
/// </summary>
public static class HonestSplit
{
    private static readonly Split[] Splits = [Split.Train, Split.Validation, Split.Test];

    /// <summary>
    /// Deals the sources out, class by class, in a random order; each goes to the split that lacks the largest part of
    /// what it shall have. No split has more images of a class than its share and one source. A source of both classes
    /// counts as the one it has more of.
    /// </summary>
    /// <param name="images">The images; their splits so far do not matter.</param>
    /// <param name="shares">How much each split gets, in images of each class.</param>
    /// <param name="seed">Decides the order. The same images and seed make the same splits, in whatever order the images come.</param>
    /// <param name="oneOfEachHeldOutSource">Keeps a single image (the first by path) of each source in validation and test, so that a source with many copies counts no more than another.</param>
    /// <returns>The images that are left, in their order, with their new splits.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A share is not above 0, or a class has fewer than three sources.</exception>
    public static IReadOnlyList<ImageRecord> Assign(IReadOnlyList<ImageRecord> images, SplitShares shares, int seed, bool oneOfEachHeldOutSource = false)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (!(shares.Train > 0 && shares.Validation > 0 && shares.Test > 0 && double.IsFinite(shares.Train + shares.Validation + shares.Test)))
        {
            throw new ArgumentOutOfRangeException(nameof(shares), shares, "Every share must be above 0.");
        }

        var splitOf = new Dictionary<string, Split>(StringComparer.Ordinal);
        foreach (var (label, sources) in GroupedFolds.SourcesByClass(images))
        {
            if (sources.Count < Splits.Length)
            {
                throw new ArgumentOutOfRangeException(nameof(images), sources.Count, $"The class '{FolderNames.For(label)}' has too few sources for three splits.");
            }

            Deal(sources, shares, SplitMix64.For(seed, (long)RandomPurpose.HonestSplit, (long)label), splitOf);
        }

        var kept = oneOfEachHeldOutSource
            ? images.Where(i => splitOf[GroupedFolds.SourceOf(i)] != Split.Train)
                .GroupBy(GroupedFolds.SourceOf, StringComparer.Ordinal)
                .ToDictionary(s => s.Key, s => s.Select(i => i.RelativePath).Min(StringComparer.Ordinal)!, StringComparer.Ordinal)
            : [];
        return [.. images
            .Where(i => !kept.TryGetValue(GroupedFolds.SourceOf(i), out var first) || string.Equals(first, i.RelativePath, StringComparison.Ordinal))
            .Select(i => i with { Split = splitOf[GroupedFolds.SourceOf(i)] })];
    }

    private static void Deal(IReadOnlyList<(string Name, int Count)> sources, SplitShares shares, SplitMix64 random, Dictionary<string, Split> splitOf)
    {
        var total = shares.Train + shares.Validation + shares.Test;
        var wanted = Splits.ToDictionary(s => s, s => shares.Of(s) / total * sources.Sum(x => x.Count));
        var load = Splits.ToDictionary(s => s, _ => 0);
        var order = random.Permutation(sources.Count);
        for (var i = 0; i < order.Length; i++)
        {
            // The last ones go where there is nothing yet, whatever the shares: an empty split would be of no use.
            var empty = Splits.Where(s => load[s] == 0).ToArray();
            var open = empty.Length >= order.Length - i ? empty : Splits;
            var split = open.MaxBy(s => (wanted[s] - load[s]) / wanted[s]);
            var (name, count) = sources[order[i]];
            splitOf.Add(name, split);
            load[split] += count;
        }
    }
}
