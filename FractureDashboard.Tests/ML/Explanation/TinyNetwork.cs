using FractureDashboard.ML.Evaluation;
using FractureDashboard.ML.Models;
using static TorchSharp.torch;

namespace FractureDashboard.Tests.ML.Explanation;

/// <summary>A network of two functions, small enough to be calculated by hand.</summary>
internal sealed class TinyNetwork : nn.Module<Tensor, Tensor>, IFeatureNetwork
{
    private readonly Func<Tensor, Tensor> features;
    private readonly Func<Tensor, Tensor> head;

    /// <param name="features">[B, C, S, S] to maps.</param>
    /// <param name="head">Maps to logits [B].</param>
    public TinyNetwork(Func<Tensor, Tensor> features, Func<Tensor, Tensor> head)
        : base(nameof(TinyNetwork))
    {
        this.features = features;
        this.head = head;
    }

    public MapGrid Grid => new(1, 0);

    public bool WeighsPositions => false;

    /// <summary>As loaded, for images of one channel.</summary>
    public static LoadedNetwork Load(int side, Func<Tensor, Tensor> logits) =>
        new(new TinyNetwork(x => x.alias(), logits), CPU, new ModelInput(side, 1), activationBytes: 1 << 20);

    public override Tensor forward(Tensor input) => Head(Features(input));

    public Tensor Features(Tensor x) => features(x);

    public Tensor Head(Tensor maps) => head(maps);

    public Tensor Embedding(Tensor maps) => maps.mean([2, 3]);
}
