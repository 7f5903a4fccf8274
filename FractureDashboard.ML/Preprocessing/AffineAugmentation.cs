using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace FractureDashboard.ML.Preprocessing;

/// <summary>Turns, shears, zooms and mirrors a batch on its device: bilinear, border pixels replicated.</summary>
internal static class AffineAugmentation
{
    /// <summary>Applies one draw to each image.</summary>
    /// <param name="images">[B, C, S, S], float.</param>
    /// <param name="draws">One for each image.</param>
    /// <returns>[B, C, S, S] in channels-last memory, in the caller's dispose scope.</returns>
    public static Tensor Apply(Tensor images, ReadOnlySpan<AffineDraw> draws)
    {
        var shape = images.shape;
        if (shape.Length != 4 || shape[0] != draws.Length)
        {
            throw new ArgumentException($"{draws.Length} draws do not go with images of shape [{string.Join(", ", shape)}].", nameof(draws));
        }

        using var scope = NewDisposeScope();
        var theta = empty(draws.Length, 2, 3);
        var matrices = MemoryMarshal.Cast<byte, float>(theta.bytes);
        for (var i = 0; i < draws.Length; i++)
        {
            draws[i].WriteMatrix(matrices[(6 * i)..]);
        }

        var grid = nn.functional.affine_grid(theta.to(images.device), shape, align_corners: false);
        var moved = nn.functional.grid_sample(images, grid, GridSampleMode.Bilinear, GridSamplePaddingMode.Border, align_corners: false);

        // The sampler writes channel by channel; the network wants channels last.
        return moved.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }
}
