using FractureDashboard.ML.Evaluation;
using FractureDashboard.ML.Models;
using static TorchSharp.torch;

namespace FractureDashboard.ML.Explanation;

/// <summary>
/// Heat maps of a network's last convolutional map: a weighted sum of its channels. Only the head is passed backwards, so
/// a map costs little more than a score.
/// </summary>
internal static class GradCam
{
    private const double Rounding = 1e-8;

    /// <summary>Grad-CAM: a channel's weight is the mean gradient of the logit by it (Selvaraju et al., ICCV 2017, eq. 1 and 2).</summary>
    /// <param name="network">In evaluation mode, its weights frozen.</param>
    /// <param name="x">[1, C, S, S], float in [0, 1].</param>
    public static RawMap Plain(IFeatureNetwork network, Tensor x) => Draw(network, x, (_, gradient) => gradient.mean([2, 3], keepdim: true));

    /// <summary>
    /// Grad-CAM++: a channel's weight is the sum of its positive gradients, each weighted by g² / (2 g² + g³ ΣA)
    /// (Chattopadhay et al., WACV 2018, eq. 5 and 19, for networks that are piecewise linear in the map). The paper's
    /// factor exp(logit), the same everywhere, is left out: scaling takes it away, and it overflows.
    /// </summary>
    /// <param name="network">In evaluation mode, its weights frozen.</param>
    /// <param name="x">[1, C, S, S], float in [0, 1].</param>
    public static RawMap PlusPlus(IFeatureNetwork network, Tensor x) => Draw(network, x, (maps, gradient) =>
    {
        // g * g² / (2 g² + g³ ΣA) for g > 0, written without the powers, which vanish in 32 bits.
        var positive = gradient.relu();
        return positive.div(maps.sum([2, 3], keepdim: true).mul(positive).add(2)).sum([2, 3], keepdim: true);
    });

    private static RawMap Draw(IFeatureNetwork network, Tensor x, Func<Tensor, Tensor, Tensor> weigh)
    {
        using var scope = NewDisposeScope();
        Tensor maps; // [1, K, h, w]
        using (no_grad())
        {
            maps = network.Features(x).detach();
        }

        maps.requires_grad = true;
        double logit;
        using (enable_grad())
        {
            var answer = network.Head(maps);
            logit = answer.item<float>();
            answer.sum().backward();
        }

        using var noGrad = no_grad();
        var values = maps.detach();
        var weights = weigh(values, maps.grad ?? zeros_like(values)); // [1, K, 1, 1]
        var map = values.mul(weights).sum([1]);
        return new RawMap(LoadedNetwork.ToArray(map), (int)map.shape[2], (int)map.shape[1], network.Grid, Rounding, logit);
    }
}
