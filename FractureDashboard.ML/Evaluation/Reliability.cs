namespace FractureDashboard.ML.Evaluation;

/// <summary>How scores are sorted into bins for a reliability diagram.</summary>
public enum Binning
{
    /// <summary>Bins of equal width over 0 to 1; a bin holds its lower bound, the last one 1 too.</summary>
    EqualWidth,

    /// <summary>Bins of about equally many images; images of one score are never parted, so there may be fewer bins.</summary>
    EqualMass,
}

/// <summary>Images of similar scores: what they were promised and what they are.</summary>
/// <param name="Low">Lower bound of the bin, or the lowest score in it where bins have equal mass.</param>
/// <param name="High">Upper bound of the bin, or the highest score in it where bins have equal mass.</param>
/// <param name="Images">How many images it holds, 1 or more.</param>
/// <param name="MeanScore">Their mean score: the share of fractures promised.</param>
/// <param name="Fractured">The share of them that is fractured, with its Wilson interval.</param>
public sealed record ReliabilityBin(double Low, double High, int Images, double MeanScore, Estimate Fractured);

/// <summary>A reliability diagram.</summary>
/// <param name="Bins">The bins that hold images, by rising score.</param>
/// <param name="ExpectedError">
/// Expected calibration error (ECE): the mean over images of |share fractured - mean score| of their bin (Naeini, Cooper
/// and Hauskrecht, AAAI 2015, for P(fractured), not for the confidence in the call); null without images. It depends on
/// the binning, and is above 0 by chance alone even for perfect scores.
/// </param>
/// <param name="LargestError">The largest of those differences (MCE); null without images.</param>
public sealed record Reliability(IReadOnlyList<ReliabilityBin> Bins, double? ExpectedError, double? LargestError)
{
    /// <summary>Sorts images into bins.</summary>
    /// <param name="tally">Scores from 0 to 1.</param>
    /// <param name="binning">How.</param>
    /// <param name="bins">Into how many, 1 or more.</param>
    /// <returns>The diagram.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no bin.</exception>
    public static Reliability Of(ScoreTally tally, Binning binning, int bins)
    {
        var found = Sums(tally, binning, bins);
        var list = found.Select(b => new ReliabilityBin(b.Low, b.High, b.Images, b.Promised / b.Images, Estimate.Share(b.Fractured, b.Images, OperatingPoint.NoImages))).ToArray();
        return new(list, ErrorOf(found, tally.Images), found.Count == 0 ? null : found.Max(b => Math.Abs(b.Fractured - b.Promised) / b.Images));
    }

    /// <summary>The expected calibration error alone.</summary>
    /// <param name="tally">Scores from 0 to 1.</param>
    /// <param name="binning">How to sort them.</param>
    /// <param name="bins">Into how many bins, 1 or more.</param>
    /// <returns>0 to 1; null without images.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no bin.</exception>
    public static double? ErrorOf(ScoreTally tally, Binning binning, int bins) => ErrorOf(Sums(tally, binning, bins), tally.Images);

    private static double? ErrorOf(List<Sum> found, int images) =>
        images == 0 ? null : found.Sum(b => Math.Abs(b.Fractured - b.Promised)) / images;

    private static List<Sum> Sums(ScoreTally tally, Binning binning, int bins)
    {
        ArgumentNullException.ThrowIfNull(tally);
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        var found = new List<Sum>(bins);
        var (last, before) = (-1, 0L);
        for (var i = tally.Scores.Length - 1; i >= 0; i--)
        {
            var images = tally.FracturedAt[i] + tally.NotFracturedAt[i];
            if (images == 0)
            {
                continue;
            }

            // A score belongs to the bin in which its first image falls when all are lined up.
            var score = tally.Scores[i];
            var bin = binning == Binning.EqualWidth ? ScoreBins.Of(score, bins) : (int)(before * bins / tally.Images);
            before += images;
            if (bin != last)
            {
                last = bin;
                found.Add(binning == Binning.EqualWidth ? new(ScoreBins.Edge(bin, bins), ScoreBins.Edge(bin + 1, bins), 0, 0, 0) : new(score, score, 0, 0, 0));
            }

            var sum = found[^1];
            found[^1] = sum with
            {
                High = Math.Max(sum.High, score),
                Images = sum.Images + images,
                Promised = sum.Promised + (images * score),
                Fractured = sum.Fractured + tally.FracturedAt[i],
            };
        }

        return found;
    }

    private readonly record struct Sum(double Low, double High, int Images, double Promised, int Fractured);
}
