using FractureDashboard.ML.Evaluation;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Models;
using FractureDashboard.ML.Runtime;
using FractureDashboard.ML.Weights;
using static TorchSharp.torch;

namespace FractureDashboard.Tests.ML.Explanation;

/// <summary>Networks that nobody trained, and images that show nothing.</summary>
internal static class NetworkImages
{
    public static TheoryData<string> Models => [.. ModelRegistry.All.Select(m => m.Name)];

    /// <summary>A network whose residual branches are awake, which the usual start leaves at zero.</summary>
    public static LoadedNetwork Random(string model, int side, int channels)
    {
        var input = new ModelInput(side, channels);
        return new LoadedNetwork(Create(model, input), CPU, input, ModelRegistry.Get(model).Cost(input).ActivationBytes);
    }

    public static void Save(string model, ModelInput input, string path, int seed = 5)
    {
        using var network = Create(model, input, seed);
        ModelWeights.Save(network, path, model, input.ImageSize);
    }

    public static PixelImage Noise(int side, int channels, int seed)
    {
        var random = SplitMix64.For(seed);
        var pixels = new byte[side * side * channels];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)(random.Next() * 256);
        }

        return new PixelImage(side, side, channels, pixels);
    }

    private static nn.Module<Tensor, Tensor> Create(string model, ModelInput input, int seed = 5)
    {
        var network = Networks.Create(model, input, seed);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, parameter) in network.named_parameters())
        {
            if (parameter.dim() == 1 && name.EndsWith("weight", StringComparison.Ordinal))
            {
                parameter.fill_(0.7f);
            }
        }

        // Without statistics of its own signals a deep network passes hardly anything on.
        network.train();
        for (var step = 0; network is not BaselineCnn && step < 20; step++)
        {
            using var pass = NewDisposeScope();
            (network as IStochasticNetwork)?.BeginStep(seed, 1, step);
            // Two images: at 32 pixels the deepest map has one cell, and a batch norm needs two values for a variance.
            var noise = Noise(32, input.Channels, step).Pixels.Concat(Noise(32, input.Channels, step + 100).Pixels).ToArray();
            network.forward(tensor(noise, [2, 32, 32, input.Channels]).to(ScalarType.Float32).div_(255).permute(0, 3, 1, 2));
        }

        network.eval();
        return network;
    }
}
