using FractureDashboard.ML.Weights;
using static TorchSharp.torch;

namespace FractureDashboard.ML.Training;

/// <summary>
/// The exponential moving average of a network's weights (Polyak and Juditsky, 1992), statistics of norms included. It is
/// often better than the weights themselves, and what is then validated and kept.
/// </summary>
internal sealed class WeightAverage : IDisposable
{
    private readonly double decay;
    private readonly List<(string Name, Tensor Live, Tensor Mean)> pairs;
    private long updates;

    /// <summary>Starts with the network's weights.</summary>
    /// <param name="network">On its device.</param>
    /// <param name="decay">In (0, 1); lower in the first updates, so that the start is forgotten.</param>
    public WeightAverage(nn.Module network, double decay)
    {
        this.decay = decay;
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        pairs = [.. network.state_dict().Select(e => (e.Key, e.Value, e.Value.detach().clone().DetachFromDisposeScope()))];
    }

    /// <summary>Optimizer steps taken in.</summary>
    public long Updates => updates;

    /// <summary>Takes in the weights after an optimizer step.</summary>
    public void Update()
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        updates++;
        var share = 1 - Math.Min(decay, (1.0 + updates) / (10.0 + updates));
        foreach (var (_, live, mean) in pairs)
        {
            if (live.is_floating_point())
            {
                mean.mul_(1 - share).add_(live, alpha: share);
            }
            else
            {
                mean.copy_(live);
            }
        }
    }

    /// <summary>Puts the average into the network until disposed; then the weights are back, bit for bit.</summary>
    public IDisposable Applied() => new Swap(pairs);

    /// <summary>The average as arrays.</summary>
    public IEnumerable<NamedArray> Export() => pairs.Select(p => ModelWeights.ToArray(p.Name, p.Mean));

    /// <summary>Takes back an exported average.</summary>
    /// <param name="arrays">By name.</param>
    /// <param name="takenIn">Value of <see cref="Updates"/>.</param>
    /// <exception cref="InvalidDataException">An array is missing or has another shape.</exception>
    public void Import(IReadOnlyDictionary<string, NamedArray> arrays, long takenIn)
    {
        foreach (var (name, _, mean) in pairs)
        {
            ModelWeights.CopyTo(arrays.TryGetValue(name, out var array) ? array : throw new InvalidDataException($"the average of '{name}' is missing"), mean);
        }

        updates = takenIn;
    }

    /// <inheritdoc />
    public void Dispose() => pairs.ForEach(p => p.Mean.Dispose());

    private sealed class Swap : IDisposable
    {
        private readonly List<(Tensor Live, Tensor Kept)> kept = [];

        public Swap(List<(string Name, Tensor Live, Tensor Mean)> pairs)
        {
            using var noGrad = no_grad();
            using var scope = NewDisposeScope();
            foreach (var (_, live, mean) in pairs)
            {
                kept.Add((live, live.detach().clone().DetachFromDisposeScope()));
                live.copy_(mean);
            }
        }

        public void Dispose()
        {
            using var noGrad = no_grad();
            using var scope = NewDisposeScope();
            foreach (var (live, was) in kept)
            {
                live.copy_(was);
                was.Dispose();
            }
        }
    }
}
