using System.Text.Json.Serialization;

namespace FractureDashboard.ML.Evaluation;

/// <summary>A point of a ROC curve.</summary>
/// <param name="FalsePositiveRate">Share of images without fracture called fractured: 1 - specificity.</param>
/// <param name="TruePositiveRate">Share of fractured images called so: sensitivity.</param>
/// <param name="Threshold">The lowest score called fractured; null at the start, where none is.</param>
public readonly record struct RocPoint(double FalsePositiveRate, double TruePositiveRate, double? Threshold);

/// <summary>Sensitivity against 1 - specificity over all thresholds.</summary>
/// <param name="Points">From (0, 0) to (1, 1), one for each different score; images of one score are crossed in one straight step. Empty where a class is missing.</param>
/// <param name="Auc">The area below it, ties counting half, with its 95 % interval after DeLong.</param>
public sealed record RocCurve(IReadOnlyList<RocPoint> Points, Estimate Auc)
{
    /// <summary>The points at which the curve turns: enough to draw the same line.</summary>
    [JsonIgnore]
    public IReadOnlyList<RocPoint> Corners =>
        [.. Points.Where((p, i) => i == 0 || i == Points.Count - 1 || !Collinear(Points[i - 1], p, Points[i + 1]))];

    /// <summary>Draws the curve.</summary>
    /// <param name="tally">Scores on any scale.</param>
    /// <returns>The curve.</returns>
    public static RocCurve Of(ScoreTally tally)
    {
        ArgumentNullException.ThrowIfNull(tally);
        var points = new List<RocPoint>();
        if (OperatingPoint.OneClass(tally) is null)
        {
            points.Add(new(0, 0, null));
            int right = 0, wrong = 0;
            for (var i = 0; i < tally.Scores.Length; i++)
            {
                right += tally.FracturedAt[i];
                wrong += tally.NotFracturedAt[i];
                points.Add(new((double)wrong / tally.NotFractured, (double)right / tally.Fractured, tally.Scores[i]));
            }
        }

        return new(points, DeLong.Of(tally).ToEstimate());
    }

    /// <summary>
    /// The area below the curve: the probability that a fractured image scores higher than one that is not, ties
    /// counting half (the Mann-Whitney statistic; Hanley and McNeil, Radiology 143, 1982).
    /// </summary>
    /// <param name="tally">Scores on any scale.</param>
    /// <returns>0 to 1; null where a class is missing.</returns>
    public static double? AreaOf(ScoreTally tally)
    {
        ArgumentNullException.ThrowIfNull(tally);
        if (tally.Fractured == 0 || tally.NotFractured == 0)
        {
            return null;
        }

        ReadOnlySpan<int> fractured = tally.FracturedAt, notFractured = tally.NotFracturedAt;
        double pairs = 0;
        long below = tally.NotFractured;
        for (var i = 0; i < fractured.Length; i++)
        {
            below -= notFractured[i];
            pairs += fractured[i] * (below + (notFractured[i] / 2.0));
        }

        return pairs / tally.Fractured / tally.NotFractured;
    }

    private static bool Collinear(RocPoint a, RocPoint b, RocPoint c) =>
        Math.Abs(((b.FalsePositiveRate - a.FalsePositiveRate) * (c.TruePositiveRate - b.TruePositiveRate))
            - ((c.FalsePositiveRate - b.FalsePositiveRate) * (b.TruePositiveRate - a.TruePositiveRate))) < 1e-15;
}
