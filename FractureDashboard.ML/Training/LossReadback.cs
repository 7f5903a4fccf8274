using TorchSharp;
using static TorchSharp.torch;

namespace FractureDashboard.ML.Training;

/// <summary>A step as read back.</summary>
/// <param name="Loss">Mean loss of the batch.</param>
/// <param name="Correct">Images on the right side of 0.5.</param>
/// <param name="Samples">The batch's images.</param>
/// <param name="Details">Rate, gradient and times.</param>
internal readonly record struct StepOutcome(double Loss, int Correct, IReadOnlyList<Sample> Samples, StepDetails Details);

/// <summary>
/// Brings losses back from the device. Each read makes the host wait for a GPU, so there several steps are read at once;
/// on the CPU nothing is gained by waiting.
/// </summary>
/// <param name="device">Where the losses are.</param>
internal sealed class LossReadback(Device device) : IDisposable
{
    private readonly int interval = device.type == DeviceType.CPU ? 1 : 10;
    private readonly List<(Tensor Values, Sample[] Samples, StepDetails Details)> pending = [];

    /// <summary>True when it is time to read.</summary>
    public bool IsDue => pending.Count >= interval;

    /// <summary>Takes a step's loss, number of right answers and gradient norm; they stay on the device.</summary>
    /// <param name="loss">Mean loss, scalar.</param>
    /// <param name="logits">[B].</param>
    /// <param name="targets">[B].</param>
    /// <param name="norm">Gradient norm, scalar; null in a batch that only accumulates.</param>
    /// <param name="samples">The batch's images.</param>
    /// <param name="details">Rate and times; the norm is filled in later.</param>
    public void Add(Tensor loss, Tensor logits, Tensor targets, Tensor? norm, Sample[] samples, StepDetails details)
    {
        using var scope = NewDisposeScope();
        var correct = logits.detach().ge(0).eq(targets.ge(0.5)).sum().to(ScalarType.Float32);
        pending.Add((stack([loss.detach(), correct, norm ?? zeros_like(correct)]).DetachFromDisposeScope(), samples, details));
    }

    /// <summary>Reads what is pending and empties it.</summary>
    /// <returns>The steps, oldest first.</returns>
    public IReadOnlyList<StepOutcome> Read()
    {
        if (pending.Count == 0)
        {
            return [];
        }

        using var scope = NewDisposeScope();
        var values = stack(pending.Select(p => p.Values)).to(CPU).contiguous().data<float>().ToArray(); // [steps, 3]
        var steps = pending.Select((p, i) => new StepOutcome(values[3 * i], (int)values[(3 * i) + 1], p.Samples, p.Details with { GradientNorm = values[(3 * i) + 2] })).ToArray();
        Clear();
        return steps;
    }

    /// <inheritdoc />
    public void Dispose() => Clear();

    private void Clear()
    {
        pending.ForEach(p => p.Values.Dispose());
        pending.Clear();
    }
}
