namespace FractureDashboard.ML.Evaluation;

/// <summary>Whether scores can be read as probabilities.</summary>
/// <param name="Brier">Mean square of score less label, 0 to 1 (Brier, Monthly Weather Review 78, 1950).</param>
/// <param name="LogLoss">Mean of -log P(label), nats.</param>
/// <param name="EqualWidth">Reliability in bins of equal width.</param>
/// <param name="EqualMass">Reliability in bins of equally many images.</param>
public sealed record Calibration(Estimate Brier, Estimate LogLoss, Reliability EqualWidth, Reliability EqualMass)
{
    /// <summary>
    /// Scores enter the logarithm of <see cref="LogLossOf"/> no nearer to 0 and 1 than this: the distance between 1 and
    /// the next double, as scikit-learn's <c>log_loss</c> clips. A certain and wrong score thus costs 36 nats.
    /// </summary>
    public const double Clip = 2.220446049250313e-16;

    /// <summary>Measures calibration.</summary>
    /// <param name="tally">Scores from 0 to 1; there may be none.</param>
    /// <param name="bins">How many bins, 1 or more.</param>
    /// <returns>The measures.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no bin.</exception>
    public static Calibration Of(ScoreTally tally, int bins = 10) => new(
        Estimate.Of(BrierOf(tally), OperatingPoint.NoImages),
        Estimate.Of(LogLossOf(tally), OperatingPoint.NoImages),
        Reliability.Of(tally, Binning.EqualWidth, bins),
        Reliability.Of(tally, Binning.EqualMass, bins));

    /// <summary>Brier score.</summary>
    /// <param name="tally">Scores from 0 to 1.</param>
    /// <returns>0 to 1; null without images.</returns>
    public static double? BrierOf(ScoreTally tally)
    {
        ArgumentNullException.ThrowIfNull(tally);
        var sum = 0.0;
        for (var i = 0; i < tally.Scores.Length; i++)
        {
            var score = tally.Scores[i];
            sum += (tally.FracturedAt[i] * (1 - score) * (1 - score)) + (tally.NotFracturedAt[i] * score * score);
        }

        return tally.Images == 0 ? null : sum / tally.Images;
    }

    /// <summary>
    /// Mean of -log P(label), scores clipped by <see cref="Clip"/>. The losses of a training are not clipped so
    /// (<see cref="BinaryMetrics.BinaryCrossEntropy"/>, <see cref="BinaryMetrics.BinaryCrossEntropyFromLogits"/>).
    /// </summary>
    /// <param name="tally">Scores from 0 to 1.</param>
    /// <returns>Nats, 0 or more; null without images.</returns>
    public static double? LogLossOf(ScoreTally tally)
    {
        ArgumentNullException.ThrowIfNull(tally);
        var sum = 0.0;
        for (var i = 0; i < tally.Scores.Length; i++)
        {
            var score = Math.Clamp(tally.Scores[i], Clip, 1 - Clip);
            sum -= tally.FracturedAt[i] == 0 ? 0 : tally.FracturedAt[i] * Math.Log(score);
            sum -= tally.NotFracturedAt[i] == 0 ? 0 : tally.NotFracturedAt[i] * Math.Log(1 - score);
        }

        return tally.Images == 0 ? null : sum / tally.Images;
    }
}
