namespace FractureDashboard.ML.Evaluation;

/// <summary>
/// What a call would be worth where fractures are as frequent as stated, rather than as frequent as among the images
/// measured: sensitivity and specificity are taken over, the predictive values follow by Bayes' theorem.
/// </summary>
/// <param name="Prevalence">The share of fractured images assumed, above 0 and below 1.</param>
/// <param name="Positive">Positive predictive value, with its interval.</param>
/// <param name="Negative">Negative predictive value, with its interval.</param>
public sealed record PredictiveValues(double Prevalence, Estimate Positive, Estimate Negative)
{
    /// <summary>
    /// Adjusts the predictive values. The 95 % intervals are the logit intervals of Mercaldo, Lau and Zhou (Statistics
    /// in Medicine 26, 2007, equations 8 to 11). Where a count of 0 leaves those undefined, half the square of the
    /// normal quantile is added to each count, as the paper does after Agresti and Coull, and the interval is extended
    /// to hold the value itself.
    /// </summary>
    /// <param name="matrix">What became of the images measured.</param>
    /// <param name="prevalence">Share of fractured images to assume, above 0 and below 1.</param>
    /// <returns>The adjusted values.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The prevalence is out of its range.</exception>
    public static PredictiveValues At(ConfusionMatrix matrix, double prevalence)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        if (!(prevalence is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(prevalence), prevalence, "A prevalence is above 0 and below 1.");
        }

        if (matrix.Fractured == 0 || matrix.NotFractured == 0)
        {
            var reason = matrix.Images == 0 ? OperatingPoint.NoImages : matrix.Fractured == 0 ? OperatingPoint.NoFractured : OperatingPoint.NoNotFractured;
            return new(prevalence, Estimate.Undefined(reason), Estimate.Undefined(reason));
        }

        return new(
            prevalence,
            Value(matrix.TruePositives, matrix.Fractured, matrix.FalsePositives, matrix.NotFractured, prevalence, OperatingPoint.NoneCalledFractured),
            Value(matrix.TrueNegatives, matrix.NotFractured, matrix.FalseNegatives, matrix.Fractured, 1 - prevalence, OperatingPoint.NoneCalledNotFractured));
    }

    /// <summary>The value of a call: <paramref name="right"/> of <paramref name="own"/> of its class get it, and <paramref name="wrong"/> of <paramref name="other"/> of the other.</summary>
    private static Estimate Value(int right, int own, int wrong, int other, double prevalence, string reason)
    {
        if (right + wrong == 0)
        {
            return Estimate.Undefined(reason);
        }

        double hit = (double)right / own * prevalence, miss = (double)wrong / other * (1 - prevalence);
        var value = hit / (hit + miss);

        // The logit needs some right and some wrong calls; its variance, if both shares are 1, is 0 by this formula.
        var usual = right > 0 && wrong > 0 && (right < own || wrong < other);
        var added = usual ? 0 : NormalDistribution.Z95 * NormalDistribution.Z95 / 2;
        double ownShare = (right + added) / (own + (2 * added)), otherShare = (wrong + added) / (other + (2 * added));
        var logit = Math.Log(ownShare * prevalence / (otherShare * (1 - prevalence)));
        var half = NormalDistribution.Z95 * Math.Sqrt(((1 - ownShare) / ownShare / (own + (2 * added))) + ((1 - otherShare) / otherShare / (other + (2 * added))));
        return new(value, new(Math.Min(value, BinaryMetrics.Sigmoid(logit - half)), Math.Max(value, BinaryMetrics.Sigmoid(logit + half))));
    }
}
