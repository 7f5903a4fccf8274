using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FractureDashboard.ML.Models;

/// <summary>
/// torchvision's <c>resnet18</c> with one output, the logit of P(fractured): same names, shapes and arithmetic, so that
/// its weights load. Normalises as those weights want.
/// </summary>
internal sealed class ResNet18 : Module<Tensor, Tensor>, IFeatureNetwork
{
    private readonly Conv2d conv1;
    private readonly BatchNorm2d bn1;
    private readonly Sequential layer1;
    private readonly Sequential layer2;
    private readonly Sequential layer3;
    private readonly Sequential layer4;
    private readonly Linear fc;

    public ResNet18()
        : base(ResNet18Plan.Name)
    {
        var widths = ResNet18Plan.Widths;
        conv1 = Layers.Convolution(3, widths[0], 7, 2);
        bn1 = BatchNorm2d(widths[0]);
        layer1 = Stage(0);
        layer2 = Stage(1);
        layer3 = Stage(2);
        layer4 = Stage(3);
        fc = Linear(widths[^1], 1);
        RegisterComponents();
    }

    /// <inheritdoc />
    public MapGrid Grid => new(32, Offset: 0);

    /// <inheritdoc />
    public bool WeighsPositions => false;

    /// <param name="input">[B, 1 or 3, S, S], float in [0, 1].</param>
    /// <returns>Logits, [B].</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return Head(Features(input)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc />
    public Tensor Features(Tensor x)
    {
        using var scope = NewDisposeScope();
        x = functional.relu(bn1.call(conv1.call(Layers.NormalizeImageNet(x))), inplace: true);
        x = functional.max_pool2d(x, 3, 2, 1);
        return layer4.call(layer3.call(layer2.call(layer1.call(x)))).MoveToOuterDisposeScope();
    }

    /// <inheritdoc />
    public Tensor Head(Tensor maps)
    {
        using var scope = NewDisposeScope();
        return fc.call(Embedding(maps)).squeeze(1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc />
    public Tensor Embedding(Tensor maps) => maps.mean([2, 3]); // [B, 512]

    private static Sequential Stage(int stage)
    {
        var widths = ResNet18Plan.Widths;
        var from = widths[Math.Max(0, stage - 1)];
        var blocks = Sequential();
        for (var block = 0; block < ResNet18Plan.BlocksPerStage; block++)
        {
            blocks.append(new BasicBlock(from, widths[stage], ResNet18Plan.Stride(stage, block)));
            from = widths[stage];
        }

        return blocks;
    }
}
