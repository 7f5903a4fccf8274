using FractureDashboard.ML.Evaluation;

namespace FractureDashboard.Predict;

/// <summary>A share of judged answers.</summary>
/// <param name="Name">What is measured.</param>
/// <param name="Right">How many were right.</param>
/// <param name="Total">Out of how many.</param>
internal sealed record FeedbackMeasure(string Name, int Right, int Total)
{
    /// <summary>The share; null when there are none.</summary>
    public double? Share => Total == 0 ? null : (double)Right / Total;

    /// <summary>Its 95 % interval (Wilson) in words.</summary>
    public string Range
    {
        get
        {
            if (Total == 0)
            {
                return "–";
            }

            var interval = WilsonInterval.Of(Right, Total);
            return $"{interval.Low * 100:0.0} – {interval.High * 100:0.0} %";
        }
    }

    /// <summary>The measures of judged answers.</summary>
    /// <param name="matrix">Decisions against what the images show.</param>
    public static IReadOnlyList<FeedbackMeasure> Of(ConfusionMatrix matrix) =>
    [
        new("Decisions judged right", matrix.TruePositives + matrix.TrueNegatives, matrix.Images),
        new("Sensitivity", matrix.TruePositives, matrix.Fractured),
        new("Specificity", matrix.TrueNegatives, matrix.NotFractured),
        new("Right when called fractured", matrix.TruePositives, matrix.CalledFractured),
        new("Right when called not fractured", matrix.TrueNegatives, matrix.CalledNotFractured),
    ];
}
