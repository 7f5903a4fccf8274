using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FractureDashboard.ML.Models;

/// <summary>
/// A small residual network that standardises each image by itself, so that exposure matters little. Its output is the
/// logit of P(fractured).
/// </summary>
internal sealed class CompactResNet : Module<Tensor, Tensor>, IStochasticNetwork, IFeatureNetwork
{
    private readonly Conv2d conv1;
    private readonly BatchNorm2d bn1;
    private readonly Sequential layers;
    private readonly SeededDropout dropout;
    private readonly Linear fc;

    public CompactResNet(ModelInput input)
        : base(CompactResNetPlan.Name)
    {
        var widths = CompactResNetPlan.Widths;
        conv1 = Layers.Convolution(input.Channels, widths[0], 3, CompactResNetPlan.StemStride);
        bn1 = BatchNorm2d(widths[0]);
        layers = Sequential();
        var from = widths[0];
        foreach (var (to, stride) in widths.Zip(CompactResNetPlan.Strides))
        {
            layers.append(new BasicBlock(from, to, stride));
            from = to;
        }

        dropout = new SeededDropout(CompactResNetPlan.Dropout);
        fc = Linear(from, 1);
        RegisterComponents();
    }

    /// <inheritdoc />
    public MapGrid Grid => new(CompactResNetPlan.StemStride * CompactResNetPlan.Strides.Aggregate((a, b) => a * b), Offset: 0);

    /// <inheritdoc />
    public bool WeighsPositions => false;

    public void BeginStep(int seed, int epoch, int step) => dropout.BeginStep(seed, epoch, step);

    /// <param name="input">[B, C, S, S], float in [0, 1].</param>
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
        x = functional.relu(bn1.call(conv1.call(Layers.Standardize(x))), inplace: true);
        return layers.call(x).MoveToOuterDisposeScope();
    }

    /// <inheritdoc />
    public Tensor Head(Tensor maps)
    {
        using var scope = NewDisposeScope();
        return fc.call(dropout.call(Embedding(maps))).squeeze(1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc />
    public Tensor Embedding(Tensor maps) => maps.mean([2, 3]); // [B, C]
}
