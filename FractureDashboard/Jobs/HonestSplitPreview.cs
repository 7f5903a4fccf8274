using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Quality;

namespace FractureDashboard.Jobs;

/// <summary>How a data set shall be split anew.</summary>
/// <param name="Shares">How much each split gets.</param>
/// <param name="Seed">Decides which source goes where.</param>
/// <param name="OneOfEachHeldOutSource">Keeps a single image of each source in validation and test, so that no radiograph counts more than another.</param>
/// <param name="DropExactCopies">Keeps a single file of each content, and none of a content that lies in both classes.</param>
public sealed record HonestSplitRequest(SplitShares Shares, int Seed, bool OneOfEachHeldOutSource, bool DropExactCopies);

/// <summary>What one split has of one class.</summary>
/// <param name="Split">The split.</param>
/// <param name="Label">The class.</param>
/// <param name="Images">Images.</param>
/// <param name="Sources">The radiographs that they come from.</param>
public sealed record SplitTally(Split Split, Label Label, int Images, int Sources);

/// <summary>A way to split.</summary>
/// <param name="Images">Images in all.</param>
/// <param name="Tallies">By split and class, all six of them.</param>
/// <param name="Leakage">What the training split gives away of the others.</param>
public sealed record SplitSide(int Images, IReadOnlyList<SplitTally> Tallies, SplitLeakage Leakage)
{
    /// <summary>Counts.</summary>
    /// <param name="images">The images, with their sources.</param>
    /// <returns>The side.</returns>
    public static SplitSide Of(IReadOnlyList<ImageRecord> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        var counted = images.ToLookup(i => (i.Split, i.Label));
        return new(
            images.Count,
            [.. from split in Enum.GetValues<Split>()
                from label in Enum.GetValues<Label>()
                let these = counted[(split, label)]
                select new SplitTally(split, label, these.Count(), these.Select(GroupedFolds.SourceOf).Distinct(StringComparer.Ordinal).Count())],
            SplitLeakage.Of(images));
    }
}

/// <summary>Images that a new split does without.</summary>
/// <param name="Why">Why, a sentence for people.</param>
/// <param name="Images">How many.</param>
public sealed record LeftOutOfSplit(string Why, int Images);

/// <summary>The old and the new split side by side.</summary>
/// <param name="Before">The folders as they are; null when there are no images.</param>
/// <param name="After">The new split; null when it cannot be made.</param>
/// <param name="LeftOut">What the new one does without, and why.</param>
/// <param name="Note">What should be known before it is made; null when there is nothing to say.</param>
/// <param name="Problem">Why it cannot be made, and what to do; null when it can.</param>
public sealed record HonestSplitPreview(SplitSide? Before, SplitSide? After, IReadOnlyList<LeftOutOfSplit> LeftOut, string? Note, string? Problem);

/// <summary>What came of making a version.</summary>
/// <param name="Version">Its number; of the one that was there already when it would be the same.</param>
/// <param name="Problem">Why there is none, and what to do.</param>
public sealed record HonestSplitResult(int? Version, string? Problem);
