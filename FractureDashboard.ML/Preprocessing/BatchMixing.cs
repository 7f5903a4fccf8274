using static TorchSharp.torch;

namespace FractureDashboard.ML.Preprocessing;

/// <summary>
/// Mixes the images of a batch and their targets: blended (mixup, Zhang et al., ICLR 2018) or with a rectangle of each
/// other's (CutMix, Yun et al., ICCV 2019).
/// </summary>
internal static class BatchMixing
{
    /// <summary>Draws and applies a step's mixing.</summary>
    /// <param name="images">[B, C, S, S], float in [0, 1], channels-last; left as it is.</param>
    /// <param name="targets">[B], 0 to 1.</param>
    /// <param name="options">Says what is mixed.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">From 1.</param>
    /// <param name="step">Within the epoch.</param>
    /// <returns>Images like those given and their targets [B], in the caller's dispose scope; the same ones where nothing is mixed.</returns>
    public static (Tensor Images, Tensor Targets) Apply(Tensor images, Tensor targets, AugmentationOptions options, int seed, int epoch, int step) =>
        options.IsMixing
            ? Apply(images, targets, MixingDraw.For(options, (int)images.shape[2], (int)images.shape[0], seed, epoch, step))
            : (images, targets);

    /// <summary>Applies a draw.</summary>
    /// <param name="images">[B, C, S, S], channels-last; left as it is.</param>
    /// <param name="targets">[B].</param>
    /// <param name="draw">What is done.</param>
    /// <returns>As in the other overload.</returns>
    public static (Tensor Images, Tensor Targets) Apply(Tensor images, Tensor targets, MixingDraw draw)
    {
        using var scope = NewDisposeScope();
        var partners = tensor(draw.Partners.Select(p => (long)p).ToArray(), device: images.device);
        var own = images.permute(0, 2, 3, 1); // [B, S, S, C], which keeps channels last through every operation
        Tensor mixed;
        if (draw.Pasted is { } box)
        {
            mixed = own.clone();
            Cut(mixed, box).copy_(Cut(own, box).index_select(0, partners));
        }
        else
        {
            mixed = own.index_select(0, partners).mul_(1 - draw.Kept).add_(own * draw.Kept);
        }

        var soft = (targets * draw.Kept).add_(targets.index_select(0, partners) * (1 - draw.Kept));
        return (mixed.permute(0, 3, 1, 2).MoveToOuterDisposeScope(), soft.MoveToOuterDisposeScope());
    }

    private static Tensor Cut(Tensor images, PixelBox box) => images.narrow(1, box.Top, box.Height).narrow(2, box.Left, box.Width);
}
