using FractureDashboard.ML.Datasets;

namespace FractureDashboard.ML.Evaluation;

/// <summary>
/// Divides every logit by one number so that scores can be read as probabilities (Guo, Pleiss, Sun and Weinberger, ICML
/// 2017). The order of the images, and so every ROC curve, stays as it is. Fit it on validation, apply it to test.
/// </summary>
/// <param name="Temperature">What logits are divided by: above 1 for scores that were too sure; 1 where nothing could be fitted.</param>
/// <param name="LossBefore">Mean -log P(label) of the images fitted on, nats; null without images.</param>
/// <param name="LossAfter">The same after scaling.</param>
/// <param name="Reason">Why nothing could be fitted; null where it could.</param>
public sealed record TemperatureScaling(double Temperature, double? LossBefore, double? LossAfter, string? Reason)
{
    /// <summary>The lowest temperature that is looked for; the highest is 1 over it.</summary>
    public const double Lowest = 0.01;

    /// <summary>Fits the temperature to scores, by their logits.</summary>
    /// <param name="validation">Scores of the validation split.</param>
    /// <returns>The scaling.</returns>
    public static TemperatureScaling Fit(ScoreSet validation)
    {
        ArgumentNullException.ThrowIfNull(validation);
        return Fit([.. validation.Scores.Select(Logit)], validation.Labels);
    }

    /// <summary>
    /// Fits the temperature that minimises the mean -log P(label). The loss is convex in 1/temperature, so its
    /// derivative has at most one zero, found by Newton's method within bounds that are halved where a step leaves them.
    /// There is none where all images are on their right side (the sharper the better, without end) and where the scores
    /// do not rise with the class; then the temperature stays 1.
    /// </summary>
    /// <param name="logits">Finite logits of P(fractured).</param>
    /// <param name="labels">As many labels.</param>
    /// <returns>The scaling.</returns>
    /// <exception cref="ArgumentException">The lists differ in length, or a logit is not finite.</exception>
    public static TemperatureScaling Fit(IReadOnlyList<double> logits, IReadOnlyList<Label> labels)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(labels);
        if (logits.Count != labels.Count || logits.Any(l => !double.IsFinite(l)))
        {
            throw new ArgumentException($"{labels.Count} labels need as many finite logits; there are {logits.Count(double.IsFinite)}.", nameof(logits));
        }

        if (logits.Count == 0)
        {
            return new(1, null, null, "There are no validation images.");
        }

        var before = Loss(logits, labels, 1);
        TemperatureScaling Unfitted(string reason) => new(1, before, before, reason);
        if (labels.Distinct().Count() < 2)
        {
            return Unfitted("All validation images are of one class; a temperature would follow their share, not the model.");
        }

        double low = Lowest, high = 1 / Lowest;
        if (Slopes(logits, labels, low).First >= 0)
        {
            return Unfitted("The validation scores do not rise from images without fracture to fractured ones; no temperature makes probabilities of them.");
        }

        if (Slopes(logits, labels, high).First <= 0)
        {
            return Unfitted("The validation images are all on their right side of 0.5, or all but; the loss falls with ever lower temperatures, so none is best.");
        }

        var sharpness = 1.0;
        for (var step = 0; step < 200 && high - low > 1e-14 * high; step++)
        {
            var (slope, curvature) = Slopes(logits, labels, sharpness);
            if (slope == 0)
            {
                break;
            }

            (low, high) = slope < 0 ? (sharpness, high) : (low, sharpness);
            var next = sharpness - (slope / curvature);
            next = next > low && next < high ? next : (low + high) / 2;
            if (Math.Abs(next - sharpness) <= 1e-15 * sharpness)
            {
                break;
            }

            sharpness = next;
        }

        return new(1 / sharpness, before, Loss(logits, labels, sharpness), null);
    }

    /// <summary>Scales a score.</summary>
    /// <param name="score">P(fractured), 0 to 1.</param>
    /// <returns>The calibrated score, 0 to 1; scores of exactly 0 and 1 count as the nearest ones that <see cref="Calibration.Clip"/> allows.</returns>
    public double Apply(double score) => Temperature == 1 ? score : BinaryMetrics.Sigmoid(Logit(score) / Temperature);

    /// <summary>Scales the scores of images.</summary>
    /// <param name="scores">Their scores.</param>
    /// <returns>The calibrated ones.</returns>
    public ScoreSet Apply(ScoreSet scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return scores.Rescored(Apply);
    }

    /// <summary>The logit of a score.</summary>
    /// <param name="score">0 to 1; clipped by <see cref="Calibration.Clip"/>.</param>
    /// <returns>log(score / (1 - score)), finite.</returns>
    public static double Logit(double score)
    {
        var p = Math.Clamp(score, Calibration.Clip, 1 - Calibration.Clip);
        return Math.Log(p) - double.LogP1(-p);
    }

    private static double Loss(IReadOnlyList<double> logits, IReadOnlyList<Label> labels, double sharpness)
    {
        var sum = 0.0;
        for (var i = 0; i < logits.Count; i++)
        {
            sum += BinaryMetrics.Softplus(sharpness * (labels[i] == Label.Fractured ? -logits[i] : logits[i]));
        }

        return sum / logits.Count;
    }

    /// <summary>First and second derivative of the loss by 1/temperature.</summary>
    private static (double First, double Second) Slopes(IReadOnlyList<double> logits, IReadOnlyList<Label> labels, double sharpness)
    {
        double first = 0, second = 0;
        for (var i = 0; i < logits.Count; i++)
        {
            // The probability of the wrong class, small where the image is on its right side, without cancellation.
            var towards = labels[i] == Label.Fractured ? logits[i] : -logits[i];
            var wrong = BinaryMetrics.Sigmoid(-sharpness * towards);
            first -= wrong * towards;
            second += wrong * (1 - wrong) * towards * towards;
        }

        return (first / logits.Count, second / logits.Count);
    }
}
