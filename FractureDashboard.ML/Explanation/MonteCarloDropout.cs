using FractureDashboard.ML.Evaluation;
using FractureDashboard.ML.Models;
using static TorchSharp.torch;

namespace FractureDashboard.ML.Explanation;

/// <summary>
/// Monte Carlo dropout (Gal and Ghahramani, ICML 2016): dropout stays on, and the scores' spread tells how unsure the
/// model is. In all networks here dropout lies behind the last map, which is calculated once.
/// </summary>
internal static class MonteCarloDropout
{
    // Training counts epochs from 1, so no training step has this stream.
    private const int NoEpoch = 0;

    /// <summary>Scores an image with dropout.</summary>
    /// <param name="network">With dropout; left in evaluation mode.</param>
    /// <param name="x">[1, C, S, S], float in [0, 1].</param>
    /// <param name="passes">How often.</param>
    /// <param name="seed">Names the random stream.</param>
    /// <returns>As many P(fractured).</returns>
    public static float[] Score(LoadedNetwork network, Tensor x, int passes, int seed)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var maps = network.Parts.Features(x); // [1, K, h, w]
        SeededDropout[] layers = [.. network.Module.modules().OfType<SeededDropout>()];
        try
        {
            foreach (var layer in layers)
            {
                layer.train();
            }

            ((IStochasticNetwork)network.Parts).BeginStep(seed, NoEpoch, step: 0);
            var logits = network.Parts.Head(maps.expand(passes, maps.shape[1], maps.shape[2], maps.shape[3]));
            return Array.ConvertAll(LoadedNetwork.ToArray(logits), l => (float)BinaryMetrics.Sigmoid(l));
        }
        finally
        {
            foreach (var layer in layers)
            {
                layer.eval();
            }
        }
    }
}
