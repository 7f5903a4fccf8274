using System.Runtime.InteropServices;
using FractureDashboard.ML.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FractureDashboard.ML.Models;

/// <summary>
/// Dropout (Srivastava et al., JMLR 2014), scaled in training so that evaluation changes nothing. The mask is drawn on
/// the CPU from a stream named by seed, epoch and step: the engine's process-wide generator could neither be resumed in
/// mid epoch nor kept from other threads.
/// </summary>
internal sealed class SeededDropout : Module<Tensor, Tensor>, IStochasticNetwork
{
    private readonly double probability;
    private (int Seed, int Epoch, int Step)? stream;

    /// <param name="probability">Share of the values set to zero; in [0, 1).</param>
    public SeededDropout(double probability)
        : base(nameof(SeededDropout))
    {
        this.probability = probability;
        RegisterComponents();
    }

    public void BeginStep(int seed, int epoch, int step) => stream = (seed, epoch, step);

    /// <param name="input">[B, F].</param>
    /// <returns>[B, F]; an alias of the input in evaluation mode, because a sequence disposes what it handed in.</returns>
    /// <exception cref="InvalidOperationException">In training mode, when <see cref="BeginStep"/> was not called since the last pass.</exception>
    public override Tensor forward(Tensor input)
    {
        if (!training)
        {
            return input.alias();
        }

        var (seed, epoch, step) = stream ?? throw new InvalidOperationException("BeginStep names the random stream before each training pass.");
        stream = null;
        var random = SplitMix64.For(seed, (long)RandomPurpose.Dropout, epoch, step);
        var kept = (float)(1 / (1 - probability));

        using var scope = NewDisposeScope();
        var mask = empty(input.shape, ScalarType.Float32);
        foreach (ref var value in MemoryMarshal.Cast<byte, float>(mask.bytes))
        {
            value = random.Next() < probability ? 0 : kept;
        }

        return input.mul(mask.to(input.device).to(input.dtype)).MoveToOuterDisposeScope();
    }
}
