using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FractureDashboard.ML.Models;

/// <summary>
/// torchvision's <c>mobilenet_v2</c> of width 1.0 with one output, the logit of P(fractured): same names, shapes and
/// arithmetic, so that its weights load. Normalises as those weights want.
/// </summary>
internal sealed class MobileNetV2 : Module<Tensor, Tensor>, IStochasticNetwork, IFeatureNetwork
{
    private readonly Sequential features;
    private readonly Sequential classifier;

    public MobileNetV2()
        : base(MobileNetV2Plan.Name)
    {
        var blocks = MobileNetV2Plan.Blocks;
        features = Sequential(InvertedResidual.Unit(3, MobileNetV2Plan.StemWidth, 3, 2));
        foreach (var block in blocks)
        {
            features.append(new InvertedResidual(block));
        }

        features.append(InvertedResidual.Unit(blocks[^1].To, MobileNetV2Plan.LastWidth, 1));
        classifier = Sequential(new SeededDropout(MobileNetV2Plan.Dropout), Linear(MobileNetV2Plan.LastWidth, 1));
        RegisterComponents();
    }

    /// <inheritdoc />
    public MapGrid Grid => new(2 * MobileNetV2Plan.Blocks.Aggregate(1, (stride, block) => stride * block.Stride), Offset: 0);

    /// <inheritdoc />
    public bool WeighsPositions => false;

    public void BeginStep(int seed, int epoch, int step) => ((SeededDropout)classifier[0]).BeginStep(seed, epoch, step);

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
        return features.call(Layers.NormalizeImageNet(x)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc />
    public Tensor Head(Tensor maps)
    {
        using var scope = NewDisposeScope();
        return classifier.call(Embedding(maps)).squeeze(1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc />
    public Tensor Embedding(Tensor maps) => maps.mean([2, 3]); // [B, 1280]
}
