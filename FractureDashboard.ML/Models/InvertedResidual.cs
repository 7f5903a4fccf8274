using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FractureDashboard.ML.Models;

/// <summary>
/// Expand by a 1x1 convolution, filter each channel by a 3x3 one, project by a 1x1 one without activation; a shortcut
/// where the shape stays (Sandler et al., CVPR 2018). Names as in torchvision.
/// </summary>
internal sealed class InvertedResidual : Module<Tensor, Tensor>
{
    private readonly Sequential conv;
    private readonly bool hasShortcut;

    public InvertedResidual(InvertedBlock block)
        : base(nameof(InvertedResidual))
    {
        hasShortcut = block.HasShortcut;
        conv = Sequential();
        if (block.Expansion != 1)
        {
            conv.append(Unit(block.From, block.Hidden, 1));
        }

        conv.append(Unit(block.Hidden, block.Hidden, 3, block.Stride, block.Hidden));
        conv.append(Layers.Convolution(block.Hidden, block.To, 1));
        conv.append(BatchNorm2d(block.To));
        RegisterComponents();
    }

    /// <summary>Convolution, batch norm and ReLU6; in place the engine would copy its input, which the gradient needs.</summary>
    public static Sequential Unit(int from, int to, int kernel, int stride = 1, int groups = 1) =>
        Sequential(Layers.Convolution(from, to, kernel, stride, groups), BatchNorm2d(to), ReLU6());

    /// <param name="input">[B, from, S, S].</param>
    /// <returns>[B, to, S / stride, S / stride].</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = conv.call(input);
        return (hasShortcut ? x.add_(input) : x).MoveToOuterDisposeScope();
    }
}
