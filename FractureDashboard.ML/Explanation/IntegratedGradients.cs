using FractureDashboard.ML.Evaluation;
using FractureDashboard.ML.Models;
using static TorchSharp.torch;

namespace FractureDashboard.ML.Explanation;

/// <summary>
/// Integrated gradients (Sundararajan et al., ICML 2017): a pixel's value is its distance from a reference times the mean
/// gradient of the logit on the straight way between the two. All pixels together make the logit's difference; how far
/// they miss it tells whether the steps were enough.
/// </summary>
internal static class IntegratedGradients
{
    private const double Rounding = 1e-8;

    // Where image and reference score alike there is no difference to take a share of.
    private const double LeastDifference = 0.1;

    /// <summary>Walks from the reference to the image.</summary>
    /// <param name="network">In evaluation mode, its weights frozen.</param>
    /// <param name="x">[1, C, S, S], float in [0, 1].</param>
    /// <param name="options">Steps, reference, tolerance.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>A value for each pixel, in logits, smoothed; and the share of the difference that the sum misses before.</returns>
    public static (RawMap Map, double Incompleteness, int Steps) Draw(LoadedNetwork network, Tensor x, IntegratedGradientsOptions options, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var reference = ReferenceImages.Of(options.Baseline, x);
        var (logit, from) = (network.Logits(x)[0], network.Logits(reference)[0]);
        var side = (int)x.shape[2];
        for (var steps = options.Steps; ; steps = Math.Min(2 * steps, IntegratedGradientsOptions.MostSteps))
        {
            var values = Walk(network, x, reference, steps, cancellationToken);
            var difference = (double)logit - from;
            var missed = Math.Abs(values.Sum(v => (double)v) - difference) / Math.Max(Math.Abs(difference), LeastDifference);

            // Not finite: more steps would not help.
            if (!(missed > options.Tolerance) || steps == IntegratedGradientsOptions.MostSteps)
            {
                var smooth = Smoothing.Gaussian(values, side, side, options.Smoothing * side);
                return (new RawMap(smooth, side, side, new MapGrid(1, 0), Rounding, logit), missed, steps);
            }
        }
    }

    /// <summary>The attributions, summed over the channels: midpoints of equal steps.</summary>
    private static float[] Walk(LoadedNetwork network, Tensor x, Tensor reference, int steps, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var way = x.sub(reference);
        var sum = zeros_like(x);
        foreach (var chunk in Enumerable.Range(0, steps).Chunk(network.BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var shares = tensor(Array.ConvertAll(chunk, i => (float)((i + 0.5) / steps)), device: x.device).view(-1, 1, 1, 1);
            var points = reference.add(way.mul(shares)).detach();
            points.requires_grad = true;
            using (enable_grad())
            {
                network.Module.forward(points).sum().backward();
            }

            if (points.grad is { } gradient)
            {
                sum.add_(gradient.sum([0], keepdim: true));
            }
        }

        return LoadedNetwork.ToArray(way.mul(sum).div(steps).sum([0, 1])); // [S, S]
    }
}
