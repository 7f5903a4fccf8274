using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FractureDashboard.ML.Models;

/// <summary>
/// Two 3x3 convolutions with batch norm and a shortcut around them (He et al., CVPR 2016). Where the shape changes the
/// shortcut is a 1x1 convolution with batch norm. Names as in torchvision.
/// </summary>
internal sealed class BasicBlock : Module<Tensor, Tensor>
{
    private readonly Conv2d conv1;
    private readonly BatchNorm2d bn1;
    private readonly Conv2d conv2;
    private readonly BatchNorm2d bn2;
    private readonly Sequential? downsample;

    public BasicBlock(int from, int to, int stride)
        : base(nameof(BasicBlock))
    {
        conv1 = Layers.Convolution(from, to, 3, stride);
        bn1 = BatchNorm2d(to);
        conv2 = Layers.Convolution(to, to, 3);
        bn2 = BatchNorm2d(to);
        if (stride != 1 || from != to)
        {
            downsample = Sequential(Layers.Convolution(from, to, 1, stride), BatchNorm2d(to));
        }

        RegisterComponents();
    }

    /// <summary>The norm that ends the residual branch.</summary>
    public BatchNorm2d LastNorm => bn2;

    /// <param name="input">[B, from, S, S].</param>
    /// <returns>[B, to, S / stride, S / stride], not negative.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = functional.relu(bn1.call(conv1.call(input)), inplace: true);
        x = bn2.call(conv2.call(x));
        x = x.add_(downsample?.call(input) ?? input);
        return functional.relu(x, inplace: true).MoveToOuterDisposeScope();
    }
}
