using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FractureDashboard.ML.Models;

/// <summary>
/// The reference notebook's network: two blocks of two unpadded 3x3 convolutions (10 filters, ReLU) and a 2x2 max
/// pooling, then one dense unit. 31,101 parameters at 3x224x224. Its output is the logit of P(fractured).
/// </summary>
internal sealed class BaselineCnn : Module<Tensor, Tensor>, IFeatureNetwork
{
    private readonly Conv2d conv1;
    private readonly Conv2d conv2;
    private readonly Conv2d conv3;
    private readonly Conv2d conv4;
    private readonly Linear dense;

    public BaselineCnn(ModelInput input)
        : base(BaselineCnnPlan.Name)
    {
        var side = BaselineCnnPlan.FeatureSide(input.ImageSize);
        conv1 = Conv2d(input.Channels, BaselineCnnPlan.Filters, 3);
        conv2 = Conv2d(BaselineCnnPlan.Filters, BaselineCnnPlan.Filters, 3);
        conv3 = Conv2d(BaselineCnnPlan.Filters, BaselineCnnPlan.Filters, 3);
        conv4 = Conv2d(BaselineCnnPlan.Filters, BaselineCnnPlan.Filters, 3);
        dense = Linear((long)side * side * BaselineCnnPlan.Filters, 1);
        RegisterComponents();
    }

    /// <inheritdoc />
    public MapGrid Grid => BaselineCnnPlan.Grid;

    /// <inheritdoc />
    public bool WeighsPositions => true;

    /// <param name="input">[B, C, S, S], float in [0, 1]; fastest in channels-last memory.</param>
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
        x = functional.relu(conv1.call(x), inplace: true);
        x = functional.relu(conv2.call(x), inplace: true);
        x = functional.max_pool2d(x, 2);
        x = functional.relu(conv3.call(x), inplace: true);
        return functional.relu(conv4.call(x), inplace: true).MoveToOuterDisposeScope();
    }

    /// <inheritdoc />
    public Tensor Head(Tensor maps)
    {
        using var scope = NewDisposeScope();
        var x = functional.max_pool2d(maps, 2);

        // Height, width, channel, as Keras flattens; in channels-last memory that is a view.
        x = x.permute(0, 2, 3, 1).flatten(1);
        return dense.call(x).squeeze(1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc />
    public Tensor Embedding(Tensor maps)
    {
        using var scope = NewDisposeScope();
        var side = Math.Min(IFeatureNetwork.MostPooled, maps.shape[2]);
        return functional.adaptive_avg_pool2d(maps, side).flatten(1).MoveToOuterDisposeScope();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            conv1.Dispose();
            conv2.Dispose();
            conv3.Dispose();
            conv4.Dispose();
            dense.Dispose();
        }

        base.Dispose(disposing);
    }
}
