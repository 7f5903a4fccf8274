using FractureDashboard.ML.Training;
using static TorchSharp.torch;

namespace FractureDashboard.ML.Evaluation;

/// <summary>Runs a network over samples without gradients.</summary>
internal static class LogitScorer
{
    /// <summary>The logits of samples, in order.</summary>
    /// <param name="network">Left in evaluation mode.</param>
    /// <param name="loader">Brings the pixels.</param>
    /// <param name="samples">Which.</param>
    /// <param name="batchSize">Images at a time.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>One logit of P(fractured) for each sample.</returns>
    public static float[] Score(
        nn.Module<Tensor, Tensor> network, BatchLoader loader, IReadOnlyList<Sample> samples, int batchSize, CancellationToken cancellationToken)
    {
        network.eval();
        using var noGrad = no_grad();
        var all = samples.ToArray();
        var logits = new float[all.Length];
        for (var start = 0; start < all.Length; start += batchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var batch = all.AsSpan(start, Math.Min(batchSize, all.Length - start));
            var scores = network.forward(loader.Pixels(batch)).to(CPU).contiguous();
            scores.data<float>().CopyTo(logits, start);
        }

        return logits;
    }
}
