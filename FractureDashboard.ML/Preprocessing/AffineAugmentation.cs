using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace FractureDashboard.ML.Preprocessing;

/// <summary>Turns, shifts, shears, zooms and mirrors a batch on its device, bilinear.</summary>
internal static class AffineAugmentation
{
    /// <summary>Applies one draw to each image.</summary>
    /// <param name="images">[B, C, S, S], float.</param>
    /// <param name="draws">One for each image.</param>
    /// <param name="fill">What stands where nothing of the image is left.</param>
    /// <returns>[B, C, S, S] in channels-last memory, in the caller's dispose scope.</returns>
    public static Tensor Apply(Tensor images, ReadOnlySpan<AffineDraw> draws, AugmentationFill fill = AugmentationFill.Nearest)
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
        var padding = fill == AugmentationFill.Black ? GridSamplePaddingMode.Zeros : GridSamplePaddingMode.Border;
        var moved = nn.functional.grid_sample(images, grid, GridSampleMode.Bilinear, padding, align_corners: false);

        // The sampler writes channel by channel; the network wants channels last. Of a single channel that is only a name,
        // but one by which the engine chooses its convolutions.
        var last = shape[1] == 1 ? moved.view(shape[0], shape[2], shape[3], 1) : moved.permute(0, 2, 3, 1).contiguous();
        return last.permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }
}
