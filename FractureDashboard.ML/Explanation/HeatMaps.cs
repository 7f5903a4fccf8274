using FractureDashboard.ML.Evaluation;
using FractureDashboard.ML.Imaging;
using static TorchSharp.torch;

namespace FractureDashboard.ML.Explanation;

/// <summary>Draws the heat map of an image by any method.</summary>
internal static class HeatMaps
{
    private const string Averaged =
        "This network gives every position a weight of its own, which Grad-CAM averages away; occlusion and integrated gradients point better.";

    /// <summary>Draws one.</summary>
    /// <param name="network">In evaluation mode, its weights frozen; left as it is.</param>
    /// <param name="image">Of the network's size.</param>
    /// <param name="method">How.</param>
    /// <param name="options">Settings.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such method, or an option is out of range.</exception>
    public static HeatMap Draw(LoadedNetwork network, PixelImage image, ExplanationMethod method, ExplanationOptions options, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var x = network.ToInput(image);
        string[] notes = network.Parts.WeighsPositions ? [Averaged] : [];
        return method switch
        {
            ExplanationMethod.GradCam => GradCam.Plain(network.Parts, x).ToHeatMap(image.Width, method, notes),
            ExplanationMethod.GradCamPlusPlus => GradCam.PlusPlus(network.Parts, x).ToHeatMap(image.Width, method, notes),
            ExplanationMethod.Occlusion => Occlusion.Draw(network, x, options.Occlusion, cancellationToken).ToHeatMap(image.Width, method),
            ExplanationMethod.IntegratedGradients => Integrate(network, x, options.IntegratedGradients, cancellationToken),
            _ => throw new ArgumentOutOfRangeException(nameof(method), method, "There is no such method."),
        };
    }

    private static HeatMap Integrate(LoadedNetwork network, Tensor x, IntegratedGradientsOptions options, CancellationToken cancellationToken)
    {
        var (map, missed, steps) = IntegratedGradients.Draw(network, x, options, cancellationToken);
        string[] notes = missed > options.Tolerance
            ? [FormattableString.Invariant($"The pixels' values miss the difference that they should add up to by {missed:0 %} after {steps} steps; take this map with care.")]
            : [];
        return map.ToHeatMap(network.Input.ImageSize, ExplanationMethod.IntegratedGradients, notes) with { Incompleteness = missed };
    }
}
