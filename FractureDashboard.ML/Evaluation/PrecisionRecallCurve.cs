namespace FractureDashboard.ML.Evaluation;

/// <summary>A point of a precision-recall curve.</summary>
/// <param name="Recall">Share of fractured images called so.</param>
/// <param name="Precision">Share of images called fractured that are.</param>
/// <param name="Threshold">The lowest score called fractured; null at the start, where none is and precision is 1 by convention.</param>
public readonly record struct PrecisionRecallPoint(double Recall, double Precision, double? Threshold);

/// <summary>Precision against recall over all thresholds.</summary>
/// <param name="Points">From recall 0 to recall 1, one for each different score. Empty where no image is fractured.</param>
/// <param name="AveragePrecision">The mean of the precisions at each threshold, weighted by how much recall rises there.</param>
/// <param name="Prevalence">Share of fractured images: the precision of calling at random; null where there are no images.</param>
public sealed record PrecisionRecallCurve(IReadOnlyList<PrecisionRecallPoint> Points, Estimate AveragePrecision, double? Prevalence)
{
    /// <summary>Draws the curve.</summary>
    /// <param name="tally">Scores on any scale.</param>
    /// <returns>The curve.</returns>
    public static PrecisionRecallCurve Of(ScoreTally tally)
    {
        ArgumentNullException.ThrowIfNull(tally);
        var points = new List<PrecisionRecallPoint>();
        if (tally.Fractured > 0)
        {
            points.Add(new(0, 1, null));
            int right = 0, called = 0;
            for (var i = 0; i < tally.Scores.Length; i++)
            {
                right += tally.FracturedAt[i];
                called += tally.FracturedAt[i] + tally.NotFracturedAt[i];
                points.Add(new((double)right / tally.Fractured, (double)right / called, tally.Scores[i]));
            }
        }

        return new(
            points,
            Estimate.Of(AverageOf(tally), tally.Images == 0 ? OperatingPoint.NoImages : OperatingPoint.NoFractured),
            tally.Images == 0 ? null : (double)tally.Fractured / tally.Images);
    }

    /// <summary>
    /// Average precision as scikit-learn defines it: the sum over thresholds of (rise in recall) x (precision), without
    /// interpolation between them, which would be too kind (Davis and Goadrich, ICML 2006).
    /// </summary>
    /// <param name="tally">Scores on any scale.</param>
    /// <returns>0 to 1; null where no image is fractured.</returns>
    public static double? AverageOf(ScoreTally tally)
    {
        ArgumentNullException.ThrowIfNull(tally);
        if (tally.Fractured == 0)
        {
            return null;
        }

        ReadOnlySpan<int> fractured = tally.FracturedAt, notFractured = tally.NotFracturedAt;
        double sum = 0, right = 0, called = 0;
        for (var i = 0; i < fractured.Length; i++)
        {
            right += fractured[i];
            called += fractured[i] + notFractured[i];

            // A bootstrap may have drawn no image of the highest scores yet.
            sum += fractured[i] == 0 ? 0 : fractured[i] * right / called;
        }

        return sum / tally.Fractured;
    }
}
