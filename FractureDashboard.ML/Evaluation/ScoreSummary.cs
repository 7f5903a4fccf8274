using FractureDashboard.ML.Datasets;

namespace FractureDashboard.ML.Evaluation;

/// <summary>How good scores are.</summary>
/// <param name="Images">How many there are.</param>
/// <param name="Accuracy">Share on the right side of 0.5; null without images.</param>
/// <param name="AccuracyLow">Lower end of its 95 % interval, see <see cref="WilsonInterval"/>.</param>
/// <param name="AccuracyHigh">Upper end.</param>
/// <param name="Auc">Area under the ROC curve; null unless both classes are there.</param>
public sealed record ScoreSummary(int Images, double? Accuracy, double? AccuracyLow, double? AccuracyHigh, double? Auc)
{
    /// <summary>Of scores P(fractured) and labels.</summary>
    /// <param name="scores">The scores.</param>
    /// <returns>The summary.</returns>
    public static ScoreSummary Of(IEnumerable<(Label Label, double Score)> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        var all = scores.ToArray();
        if (all.Length == 0)
        {
            return new(0, null, null, null, null);
        }

        var values = Array.ConvertAll(all, s => s.Score);
        var labels = Array.ConvertAll(all, s => s.Label);
        var right = all.Count(s => s.Score >= 0.5 == (s.Label == Label.Fractured));
        var (low, high) = WilsonInterval.Of(right, all.Length);
        return new(all.Length, (double)right / all.Length, low, high, labels.Distinct().Count() == 2 ? BinaryMetrics.Auc(values, labels) : null);
    }
}
