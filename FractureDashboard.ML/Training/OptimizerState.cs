using System.Globalization;
using FractureDashboard.ML.Weights;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FractureDashboard.ML.Training;

/// <summary>What an optimizer remembers, as arrays and back. One place for each of its kinds.</summary>
internal static class OptimizerState
{
    /// <summary>Copies the memory of every parameter.</summary>
    /// <param name="optimizer">Adam, AdamW or SGD.</param>
    /// <returns>The arrays, and the number of steps of each parameter.</returns>
    public static (IReadOnlyList<NamedArray> Arrays, IReadOnlyList<long> Steps) Export(optim.Optimizer optimizer)
    {
        var arrays = new List<NamedArray>();
        var steps = new List<long>();
        foreach (var (state, i) in States(optimizer))
        {
            steps.Add(Steps(state));
            arrays.AddRange(Parts(state).Where(p => p.Tensor is not null).Select(p => ModelWeights.ToArray(Name(p.Name, i), p.Tensor!)));
        }

        return (arrays, steps);
    }

    /// <summary>Gives an optimizer the memory of another.</summary>
    /// <param name="optimizer">Of the same kind and over the same parameters.</param>
    /// <param name="arrays">By name.</param>
    /// <param name="steps">Of each parameter.</param>
    /// <exception cref="InvalidDataException">They belong to another optimizer.</exception>
    public static void Import(optim.Optimizer optimizer, IReadOnlyDictionary<string, NamedArray> arrays, IReadOnlyList<long> steps)
    {
        var states = States(optimizer).ToList();
        if (steps.Count != states.Count)
        {
            throw new InvalidDataException("it belongs to another optimizer");
        }

        foreach (var (state, i) in states)
        {
            switch (state)
            {
                case Adam.State adam:
                    adam.step = steps[i];
                    break;
                case AdamW.State adamW:
                    adamW.step = steps[i];
                    break;
                case SGD.State sgd when arrays.TryGetValue(Name("momentum", i), out var momentum):
                    // Made at the first step only.
                    sgd.momentum_buffer ??= empty([.. momentum.Shape]).to(DeviceOf(optimizer)).DetachFromDisposeScope();
                    break;
            }

            foreach (var (name, tensor) in Parts(state).Where(p => p.Tensor is not null))
            {
                ModelWeights.CopyTo(arrays.TryGetValue(Name(name, i), out var array) ? array : throw new InvalidDataException($"'{Name(name, i)}' is missing"), tensor!);
            }
        }
    }

    private static IEnumerable<(object State, int Index)> States(optim.Optimizer optimizer) =>
        ((OptimizerHelper)optimizer).state_dict().State.Select((s, i) => ((object)s, i));

    private static long Steps(object state) => state switch
    {
        Adam.State s => s.step,
        AdamW.State s => s.step,
        _ => 0,
    };

    private static (string Name, Tensor? Tensor)[] Parts(object state) => state switch
    {
        Adam.State s => [("exp_avg", s.exp_avg), ("exp_avg_sq", s.exp_avg_sq)],
        AdamW.State s => [("exp_avg", s.exp_avg), ("exp_avg_sq", s.exp_avg_sq)],
        SGD.State s => [("momentum", s.momentum_buffer)],
        _ => throw new ArgumentException($"The state of {state.GetType()} is not known.", nameof(state)),
    };

    private static string Name(string part, int index) => string.Create(CultureInfo.InvariantCulture, $"{part}.{index}");

    private static Device DeviceOf(optim.Optimizer optimizer) => optimizer.parameters().First().device;
}
