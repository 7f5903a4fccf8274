using FractureDashboard.ML.Datasets;
using static TorchSharp.torch;

namespace FractureDashboard.ML.Training;

/// <summary>What training makes small: binary cross-entropy, and what the options add to it.</summary>
internal sealed class Objective
{
    private readonly ObjectiveOptions options;
    private readonly float positiveWeight;
    private readonly float negativeWeight;

    /// <summary>Prepares the class weights.</summary>
    /// <param name="options">The options.</param>
    /// <param name="samples">The training split, of both classes.</param>
    public Objective(ObjectiveOptions options, IReadOnlyList<Sample> samples)
    {
        this.options = options;
        var positives = samples.Count(s => s.Label == Label.Fractured);

        // As scikit-learn's "balanced": the mean weight over all images is 1.
        (positiveWeight, negativeWeight) = options.ClassWeights
            ? (samples.Count / (2f * positives), samples.Count / (2f * (samples.Count - positives)))
            : (1, 1);
    }

    /// <summary>The mean loss of a batch.</summary>
    /// <param name="logits">[B].</param>
    /// <param name="targets">[B], from 0 (not fractured) to 1 (fractured); between them where images were mixed.</param>
    /// <returns>A scalar, nats, in the caller's dispose scope.</returns>
    public Tensor Loss(Tensor logits, Tensor targets)
    {
        using var scope = NewDisposeScope();
        var wanted = options.LabelSmoothing == 0 ? targets : targets * (1 - options.LabelSmoothing) + (options.LabelSmoothing / 2);
        if (options is { FocalGamma: 0, ClassWeights: false })
        {
            return nn.functional.binary_cross_entropy_with_logits(logits, wanted).MoveToOuterDisposeScope();
        }

        var losses = nn.functional.binary_cross_entropy_with_logits(logits, wanted, reduction: nn.Reduction.None);
        if (options.FocalGamma > 0)
        {
            // (1 - p_t)^gamma, where p_t is the probability given to the target.
            var probability = logits.sigmoid();
            losses = losses * (wanted * (1 - probability) + (1 - wanted) * probability).clamp(1e-6, 1).pow(options.FocalGamma);
        }

        if (options.ClassWeights)
        {
            losses = losses * (targets * positiveWeight + (1 - targets) * negativeWeight);
        }

        return losses.mean().MoveToOuterDisposeScope();
    }
}
