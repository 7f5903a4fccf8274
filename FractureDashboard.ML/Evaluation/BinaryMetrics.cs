using FractureDashboard.ML.Datasets;

namespace FractureDashboard.ML.Evaluation;

/// <summary>Metrics of a binary classifier from scores P(fractured) and labels.</summary>
public static class BinaryMetrics
{
    /// <summary>The smallest and largest probability that enters a logarithm, as in Keras' <c>backend.epsilon()</c>.</summary>
    public const double Epsilon = 1e-7;

    /// <summary>Share of images on the right side of the threshold.</summary>
    /// <param name="scores">P(fractured), 0 to 1.</param>
    /// <param name="labels">As many labels.</param>
    /// <param name="threshold">Scores at or above it are called fractured.</param>
    /// <returns>0 to 1.</returns>
    /// <exception cref="ArgumentException">There are no scores, or not as many labels.</exception>
    public static double Accuracy(IReadOnlyList<double> scores, IReadOnlyList<Label> labels, double threshold = 0.5)
    {
        RequirePairs(scores, labels);
        var right = 0;
        for (var i = 0; i < scores.Count; i++)
        {
            right += scores[i] >= threshold == (labels[i] == Label.Fractured) ? 1 : 0;
        }

        return (double)right / scores.Count;
    }

    /// <summary>Mean binary cross-entropy, nats; probabilities are clipped to [<see cref="Epsilon"/>, 1 - <see cref="Epsilon"/>].</summary>
    /// <param name="scores">P(fractured), 0 to 1.</param>
    /// <param name="labels">As many labels.</param>
    /// <returns>The mean of -log P(label).</returns>
    /// <exception cref="ArgumentException">There are no scores, or not as many labels.</exception>
    public static double BinaryCrossEntropy(IReadOnlyList<double> scores, IReadOnlyList<Label> labels)
    {
        RequirePairs(scores, labels);
        var sum = 0.0;
        for (var i = 0; i < scores.Count; i++)
        {
            var p = Math.Clamp(scores[i], Epsilon, 1 - Epsilon);
            sum -= Math.Log(labels[i] == Label.Fractured ? p : 1 - p);
        }

        return sum / scores.Count;
    }

    /// <summary>Mean binary cross-entropy from logits, nats; exact for any size of logit.</summary>
    /// <param name="logits">Logits of P(fractured).</param>
    /// <param name="labels">As many labels.</param>
    /// <returns>The mean of log(1 + exp(-l)) over fractured images and of log(1 + exp(l)) over the others.</returns>
    /// <exception cref="ArgumentException">There are no logits, or not as many labels.</exception>
    public static double BinaryCrossEntropyFromLogits(IReadOnlyList<float> logits, IReadOnlyList<Label> labels)
    {
        RequirePairs(logits, labels);
        var sum = 0.0;
        for (var i = 0; i < logits.Count; i++)
        {
            sum += Softplus(labels[i] == Label.Fractured ? -logits[i] : logits[i]);
        }

        return sum / logits.Count;
    }

    /// <summary>P(fractured) of a logit.</summary>
    /// <param name="logit">The logit.</param>
    /// <returns>1 / (1 + exp(-logit)).</returns>
    public static double Sigmoid(double logit) => 1 / (1 + Math.Exp(-logit));

    /// <summary>log(1 + exp(x)) without overflow: the loss of an image whose logit is off by x.</summary>
    internal static double Softplus(double x) => Math.Max(x, 0) + double.LogP1(Math.Exp(-Math.Abs(x)));

    /// <summary>
    /// Area under the ROC curve: the probability that a fractured image scores higher than one that is not, ties
    /// counting half (the Mann-Whitney statistic; Hanley and McNeil, Radiology 143, 1982).
    /// </summary>
    /// <param name="scores">Scores on any scale.</param>
    /// <param name="labels">As many labels, of both classes.</param>
    /// <returns>0 to 1.</returns>
    /// <exception cref="ArgumentException">There are not as many labels, or only one class.</exception>
    public static double Auc(IReadOnlyList<double> scores, IReadOnlyList<Label> labels)
    {
        RequirePairs(scores, labels);
        return RocCurve.AreaOf(ScoreTally.Of(scores, labels))
            ?? throw new ArgumentException("The area under the ROC curve needs images of both classes.", nameof(labels));
    }

    private static void RequirePairs<T>(IReadOnlyList<T> scores, IReadOnlyList<Label> labels)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(labels);
        if (scores.Count == 0 || scores.Count != labels.Count)
        {
            throw new ArgumentException($"{scores.Count} scores do not go with {labels.Count} labels; both must be the same number, at least 1.", nameof(labels));
        }
    }
}
