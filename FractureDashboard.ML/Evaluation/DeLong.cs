using FractureDashboard.ML.Datasets;

namespace FractureDashboard.ML.Evaluation;

/// <summary>An area under the ROC curve with its variance.</summary>
/// <param name="Auc">The area; null where a class is missing.</param>
/// <param name="Variance">Its variance; null where a class has fewer than two images.</param>
/// <param name="Interval">The 95 % interval: the area and 1.96 standard errors to either side, cut at 0 and 1.</param>
/// <param name="LogitInterval">The 95 % interval made on the logit of the area, which never needs cutting and is better near 1 (Pepe, The Statistical Evaluation of Medical Tests, 2003, section 5.2).</param>
/// <param name="Reason">Why something is null.</param>
public sealed record DeLongResult(double? Auc, double? Variance, Interval? Interval, Interval? LogitInterval, string? Reason)
{
    /// <summary>The area with <see cref="Interval"/>.</summary>
    /// <returns>The estimate.</returns>
    public Estimate ToEstimate() => new(Auc, Interval, Reason: Reason);
}

/// <summary>Two areas under ROC curves of the same images, compared.</summary>
/// <param name="First">Area of the first scores.</param>
/// <param name="Second">Area of the second scores.</param>
/// <param name="Difference">First less second, with its 95 % interval.</param>
/// <param name="Z">The difference in standard errors; null where there is no standard error.</param>
/// <param name="P">Two-sided probability of such a difference, or a larger one, if the areas were equal; null where it is undefined.</param>
/// <param name="Reason">Why something is null.</param>
public sealed record DeLongComparison(double? First, double? Second, Estimate Difference, double? Z, double? P, string? Reason);

/// <summary>
/// Variance of areas under ROC curves, and the test between two curves of the same images: DeLong, DeLong and
/// Clarke-Pearson (Biometrics 44, 1988), computed from ranks in O(n log n) as Sun and Xu showed (IEEE Signal Processing
/// Letters 21, 2014). The images are taken for independent; where several come from one source, ask
/// <see cref="ClusterBootstrap"/>.
/// </summary>
public static class DeLong
{
    /// <summary>Sums of squares of shares below this are rounding: they are multiples of 1 over the square of a number of pairs otherwise.</summary>
    private const double Nothing = 1e-24;

    /// <summary>The area, its variance and intervals.</summary>
    /// <param name="tally">Scores on any scale.</param>
    /// <returns>What can be computed, and why the rest cannot.</returns>
    public static DeLongResult Of(ScoreTally tally)
    {
        ArgumentNullException.ThrowIfNull(tally);
        if (RocCurve.AreaOf(tally) is not { } area)
        {
            return new(null, null, null, null, OperatingPoint.OneClass(tally));
        }

        if (tally.Fractured < 2 || tally.NotFractured < 2)
        {
            return new(area, null, null, null, "DeLong's interval needs at least two images of each class.");
        }

        var (above, below) = Placements(tally);
        double spreadFractured = 0, spreadNotFractured = 0;
        for (var i = 0; i < above.Length; i++)
        {
            spreadFractured += tally.FracturedAt[i] * Square(above[i] - area);
            spreadNotFractured += tally.NotFracturedAt[i] * Square(below[i] - area);
        }

        var variance = Variance(spreadFractured, tally.Fractured, spreadNotFractured, tally.NotFractured);
        if (variance < Nothing)
        {
            return new(area, 0, null, null, "The classes are told apart perfectly, wholly the wrong way round, or not at all; DeLong's method finds no variance and has no interval.");
        }

        var half = NormalDistribution.Z95 * Math.Sqrt(variance);
        var logit = Math.Log(area / (1 - area));
        var logitHalf = half / (area * (1 - area));
        return new(
            area,
            variance,
            new(Math.Max(0, area - half), Math.Min(1, area + half)),
            new(BinaryMetrics.Sigmoid(logit - logitHalf), BinaryMetrics.Sigmoid(logit + logitHalf)),
            null);
    }

    /// <summary>Tests whether two models rank the same images equally well.</summary>
    /// <param name="first">Scores of the first model, on any scale.</param>
    /// <param name="second">Scores of the second for the same images in the same order.</param>
    /// <param name="labels">The images' labels.</param>
    /// <returns>The comparison.</returns>
    /// <exception cref="ArgumentException">The lists differ in length.</exception>
    public static DeLongComparison Compare(IReadOnlyList<double> first, IReadOnlyList<double> second, IReadOnlyList<Label> labels)
    {
        var (tallyA, placesA) = ScoreTally.WithPlaces(first, labels);
        var (tallyB, placesB) = ScoreTally.WithPlaces(second, labels);
        if (RocCurve.AreaOf(tallyA) is not { } a || RocCurve.AreaOf(tallyB) is not { } b)
        {
            var missing = OperatingPoint.OneClass(tallyA)!;
            return new(null, null, Estimate.Undefined(missing), null, null, missing);
        }

        if (tallyA.Fractured < 2 || tallyA.NotFractured < 2)
        {
            const string few = "DeLong's test needs at least two images of each class.";
            return new(a, b, new(a - b, Reason: few), null, null, few);
        }

        var (aboveA, belowA) = Placements(tallyA);
        var (aboveB, belowB) = Placements(tallyB);
        double spreadFractured = 0, spreadNotFractured = 0;
        for (var i = 0; i < labels.Count; i++)
        {
            if (labels[i] == Label.Fractured)
            {
                spreadFractured += Square(aboveA[placesA[i]] - aboveB[placesB[i]] - (a - b));
            }
            else
            {
                spreadNotFractured += Square(belowA[placesA[i]] - belowB[placesB[i]] - (a - b));
            }
        }

        var variance = Variance(spreadFractured, tallyA.Fractured, spreadNotFractured, tallyA.NotFractured);
        if (variance < Nothing)
        {
            const string none = "The two rankings differ by the same for every image, so their difference has no variance.";
            return new(a, b, new(a - b, Reason: none), null, Math.Abs(a - b) < 1e-12 ? 1 : null, none);
        }

        var half = NormalDistribution.Z95 * Math.Sqrt(variance);
        var z = (a - b) / Math.Sqrt(variance);
        return new(a, b, new(a - b, new(Math.Max(-1, a - b - half), Math.Min(1, a - b + half))), z, NormalDistribution.TwoSided(z), null);
    }

    /// <summary>
    /// For each score: the share of images without fracture that lie below it, and the share of fractured images that
    /// lie above it, equals counting half. They are the structural components of DeLong for images with that score.
    /// </summary>
    private static (double[] Above, double[] Below) Placements(ScoreTally tally)
    {
        var above = new double[tally.Scores.Length];
        var below = new double[tally.Scores.Length];
        long higher = 0, lower = tally.NotFractured;
        for (var i = 0; i < above.Length; i++)
        {
            lower -= tally.NotFracturedAt[i];
            above[i] = (lower + (tally.NotFracturedAt[i] / 2.0)) / tally.NotFractured;
            below[i] = (higher + (tally.FracturedAt[i] / 2.0)) / tally.Fractured;
            higher += tally.FracturedAt[i];
        }

        return (above, below);
    }

    private static double Variance(double spreadFractured, int fractured, double spreadNotFractured, int notFractured) =>
        (spreadFractured / (fractured - 1) / fractured) + (spreadNotFractured / (notFractured - 1) / notFractured);

    private static double Square(double x) => x * x;
}
