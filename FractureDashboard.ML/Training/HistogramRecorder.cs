using static TorchSharp.torch;

namespace FractureDashboard.ML.Training;

/// <summary>Distributions of a network's weights, and of what its layers make of a few fixed images.</summary>
internal static class HistogramRecorder
{
    /// <summary>Bins of every histogram.</summary>
    public const int Bins = 40;

    /// <summary>Images whose activations are counted.</summary>
    public const int Images = 8;

    /// <summary>Counts.</summary>
    /// <param name="network">Left in evaluation mode.</param>
    /// <param name="pixels">[B, C, S, S].</param>
    /// <returns>Weights in the network's order, then activations in the order of the layers.</returns>
    public static IReadOnlyList<Histogram> Record(nn.Module<Tensor, Tensor> network, Tensor pixels)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        network.eval();
        var histograms = network.named_parameters().Where(p => p.parameter.dim() > 1).Select(p => Count(p.name, false, p.parameter)).ToList();
        var hooks = new List<Action>();
        try
        {
            foreach (var (name, module) in network.named_modules())
            {
                if (module is nn.Module<Tensor, Tensor> layer && !layer.children().Any())
                {
                    hooks.Add(layer.register_forward_hook((_, _, output) =>
                    {
                        histograms.Add(Count(name, true, output));
                        return output;
                    }).remove);
                }
            }

            network.call(pixels);
        }
        finally
        {
            hooks.ForEach(remove => remove());
        }

        return histograms;
    }

    private static Histogram Count(string name, bool isActivation, Tensor values)
    {
        using var scope = NewDisposeScope();
        var flat = values.detach().to(ScalarType.Float32).reshape(-1);
        var facts = stack([flat.min(), flat.max(), flat.mean(), flat.std(unbiased: false)]).to(CPU).data<float>().ToArray();
        var (low, high) = ((double)facts[0], (double)facts[1]);
        if (!(double.IsFinite(low) && double.IsFinite(high) && high > low))
        {
            return new Histogram(name, isActivation, Finite(low), Finite(high), Finite(facts[2]), Finite(facts[3]), [flat.numel()]);
        }

        // Its own limits would have to be whole numbers; zero and zero stand for those of the data.
        var counts = flat.histc(Bins).to(CPU).data<float>().ToArray();
        return new Histogram(name, isActivation, low, high, facts[2], facts[3], [.. counts.Select(c => (long)c)]);
    }

    // JSON has no other numbers, and a diverged network is reported elsewhere.
    private static double Finite(double value) => double.IsFinite(value) ? value : 0;
}
