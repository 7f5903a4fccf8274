namespace FractureDashboard.ML.Evaluation;

/// <summary>What a model is worth at one threshold. Shares of images have Wilson intervals.</summary>
/// <param name="Threshold">Scores at or above it are called fractured.</param>
/// <param name="Matrix">What became of the images.</param>
/// <param name="Accuracy">Share of images called rightly.</param>
/// <param name="BalancedAccuracy">The mean of sensitivity and specificity.</param>
/// <param name="F1">The harmonic mean of precision and recall.</param>
/// <param name="Mcc">Matthews' correlation coefficient, -1 to 1.</param>
/// <param name="Sensitivity">Share of fractured images called so.</param>
/// <param name="Specificity">Share of images without fracture called so.</param>
/// <param name="PositivePredictiveValue">Share of images called fractured that are, at the prevalence of these images.</param>
/// <param name="NegativePredictiveValue">Share of images called not fractured that are not, at the prevalence of these images.</param>
public sealed record OperatingPoint(
    double Threshold,
    ConfusionMatrix Matrix,
    Estimate Accuracy,
    Estimate BalancedAccuracy,
    Estimate F1,
    Estimate Mcc,
    Estimate Sensitivity,
    Estimate Specificity,
    Estimate PositivePredictiveValue,
    Estimate NegativePredictiveValue)
{
    internal const string NoImages = "There are no images.";
    internal const string NoFractured = "There are no fractured images.";
    internal const string NoNotFractured = "There are no images without a fracture.";
    internal const string NoneCalledFractured = "No image is called fractured at this threshold.";
    internal const string NoneCalledNotFractured = "Every image is called fractured at this threshold.";

    /// <summary>Measures images at a threshold.</summary>
    /// <param name="tally">Their scores; there may be none.</param>
    /// <param name="threshold">Scores at or above it are called fractured.</param>
    /// <returns>The measures; those that are undefined say why.</returns>
    public static OperatingPoint At(ScoreTally tally, double threshold)
    {
        var matrix = ConfusionMatrix.At(tally, threshold);
        var empty = matrix.Images == 0;
        var oneClass = OneClass(tally);
        return new(
            threshold,
            matrix,
            Estimate.Share(matrix.TruePositives + matrix.TrueNegatives, matrix.Images, NoImages),
            Estimate.Of(matrix.BalancedAccuracy, oneClass ?? NoImages),
            Estimate.Of(matrix.F1, empty ? NoImages : "There are neither fractured images nor images called so."),
            Estimate.Of(matrix.Mcc, oneClass ?? (matrix.CalledFractured == 0 ? NoneCalledFractured : NoneCalledNotFractured)),
            Estimate.Share(matrix.TruePositives, matrix.Fractured, empty ? NoImages : NoFractured),
            Estimate.Share(matrix.TrueNegatives, matrix.NotFractured, empty ? NoImages : NoNotFractured),
            Estimate.Share(matrix.TruePositives, matrix.CalledFractured, empty ? NoImages : NoneCalledFractured),
            Estimate.Share(matrix.TrueNegatives, matrix.CalledNotFractured, empty ? NoImages : NoneCalledNotFractured));
    }

    /// <summary>Says which class is missing, or that both are; null where there are images of both.</summary>
    internal static string? OneClass(ScoreTally tally) => (tally.Fractured, tally.NotFractured) switch
    {
        (0, 0) => NoImages,
        (0, _) => NoFractured,
        (_, 0) => NoNotFractured,
        _ => null,
    };
}
