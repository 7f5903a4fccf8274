using TorchSharp;
using static TorchSharp.torch;

namespace FractureDashboard.ML.Training;

/// <summary>
/// Brings losses back from the device. Each read makes the host wait for a GPU, so there several steps are read at once;
/// on the CPU nothing is gained by waiting.
/// </summary>
/// <param name="device">Where the losses are.</param>
internal sealed class LossReadback(Device device) : IDisposable
{
    private readonly int interval = device.type == DeviceType.CPU ? 1 : 10;
    private readonly List<Tensor> pending = [];
    private readonly List<int> sizes = [];

    /// <summary>True when it is time to read.</summary>
    public bool IsDue => pending.Count >= interval;

    /// <summary>Takes a step's loss and number of right answers; both stay on the device.</summary>
    /// <param name="loss">Mean loss, scalar.</param>
    /// <param name="logits">[B].</param>
    /// <param name="targets">[B].</param>
    public void Add(Tensor loss, Tensor logits, Tensor targets)
    {
        using var scope = NewDisposeScope();
        var correct = logits.detach().ge(0).eq(targets.ge(0.5)).sum().to(ScalarType.Float32);
        pending.Add(stack([loss.detach(), correct]).DetachFromDisposeScope());
        sizes.Add((int)targets.shape[0]);
    }

    /// <summary>Reads what is pending and empties it.</summary>
    /// <returns>Loss, right answers and images of each step, oldest first.</returns>
    public IReadOnlyList<(double Loss, int Correct, int Images)> Read()
    {
        if (pending.Count == 0)
        {
            return [];
        }

        using var scope = NewDisposeScope();
        var values = stack(pending).to(CPU).contiguous().data<float>().ToArray(); // [steps, 2]
        var steps = sizes.Select((images, i) => ((double)values[2 * i], (int)values[(2 * i) + 1], images)).ToArray();
        Clear();
        return steps;
    }

    /// <inheritdoc />
    public void Dispose() => Clear();

    private void Clear()
    {
        pending.ForEach(t => t.Dispose());
        pending.Clear();
        sizes.Clear();
    }
}
