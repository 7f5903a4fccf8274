using static TorchSharp.torch;

namespace FractureDashboard.ML.Preprocessing;

internal static class BatchAugmentation
{
    public static Tensor Apply(Tensor x, AugmentationOptions o, int seed, int epoch, ReadOnlySpan<int> samples)
    {
        var draws = new AffineDraw[samples.Length];
        for (var i = 0; i < draws.Length; i++)
        {
            draws[i] = AffineDraw.For(o, seed, epoch, samples[i]);
        }

        return AffineAugmentation.Apply(x, draws);
    }
}
internal static class BatchMixing
{
    public static (Tensor X, Tensor Y) Apply(Tensor x, Tensor y, AugmentationOptions o, int seed, int epoch, int step) => (x, y);
}
