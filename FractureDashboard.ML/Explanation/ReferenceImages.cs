using static TorchSharp.torch;

namespace FractureDashboard.ML.Explanation;

/// <summary>Draws reference images.</summary>
internal static class ReferenceImages
{
    private const int BlurRounds = 3;

    /// <summary>The reference of an image.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="x">[1, C, S, S], float in [0, 1].</param>
    /// <returns>[1, C, S, S], in the caller's dispose scope.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such reference.</exception>
    public static Tensor Of(ReferenceImage kind, Tensor x)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var reference = kind switch
        {
            ReferenceImage.Black => zeros_like(x),
            ReferenceImage.Mean => zeros_like(x).add_(x.mean([2, 3], keepdim: true)),
            ReferenceImage.Blurred => Blurred(x),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such reference."),
        };
        return reference.MoveToOuterDisposeScope();
    }

    /// <summary>Three box blurs, which come close to a Gaussian of a sixteenth of the side.</summary>
    private static Tensor Blurred(Tensor x)
    {
        var radius = Math.Max(1, x.shape[2] / 16);
        var blurred = x;
        for (var round = 0; round < BlurRounds; round++)
        {
            blurred = nn.functional.avg_pool2d(blurred, (2 * radius) + 1, 1, radius, count_include_pad: false);
        }

        return blurred;
    }
}
