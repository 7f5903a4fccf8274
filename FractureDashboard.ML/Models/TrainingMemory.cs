using FractureDashboard.ML.Training;

namespace FractureDashboard.ML.Models;

/// <summary>
/// Memory that a training needs beyond the running program: an estimate from the architecture's plan, good enough to
/// refuse a batch that cannot fit before hours are lost. Usable without the native engine.
/// </summary>
/// <remarks>Measured against real steps on the CPU, the estimate is between 0.8 and 2 times the memory used.</remarks>
public static class TrainingMemory
{
    /// <summary>Maps of the largest size that a backward pass holds beside the activations: gradients around a norm, a convolution and a shortcut, and a copy in another layout.</summary>
    private const int WorkingMaps = 5;

    /// <summary>Copies of the input batch alive at once: as bytes, as floats, and after augmentation.</summary>
    private const int InputCopies = 2;

    /// <summary>Estimates the memory of a training step.</summary>
    /// <param name="options">Valid options.</param>
    /// <returns>Bytes.</returns>
    /// <exception cref="ArgumentException">The model does not exist.</exception>
    public static long Estimate(TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Fixed(options) + (options.BatchSize * PerImage(options));
    }

    /// <summary>The largest batch whose estimate fits.</summary>
    /// <param name="options">Options; their batch size does not matter.</param>
    /// <param name="availableBytes">Free memory.</param>
    /// <returns>Images; 0 when not even one fits.</returns>
    /// <exception cref="ArgumentException">The model does not exist.</exception>
    public static int LargestBatch(TrainingOptions options, long availableBytes)
    {
        ArgumentNullException.ThrowIfNull(options);
        return (int)Math.Clamp((availableBytes - Fixed(options)) / PerImage(options), 0, int.MaxValue);
    }

    /// <summary>Refuses a batch that cannot fit.</summary>
    /// <param name="options">Valid options.</param>
    /// <param name="availableBytes">Free memory.</param>
    /// <returns>The problem with the batch that would fit, or null.</returns>
    /// <exception cref="ArgumentException">The model does not exist.</exception>
    public static OptionProblem? Check(TrainingOptions options, long availableBytes)
    {
        ArgumentNullException.ThrowIfNull(options);
        var largest = LargestBatch(options, availableBytes);
        if (options.BatchSize <= largest)
        {
            return null;
        }

        var needs = FormattableString.Invariant(
            $"A batch of {options.BatchSize} images needs about {Gigabytes(Estimate(options))} GB of memory, and {Gigabytes(availableBytes)} GB are free.");
        return new OptionProblem(nameof(TrainingOptions.BatchSize), largest > 0
            ? $"{needs} At most {largest} would fit."
            : $"{needs} Not even one image would fit: choose a smaller image size or model, or stop other programs.");
    }

    /// <summary>Weights, gradients, the optimizer's moments and the moving average.</summary>
    private static long Fixed(TrainingOptions options)
    {
        var parameters = ModelRegistry.Get(options.Model).Cost(options.Input).Parameters;
        var copies = 2
            + options.Optimizer.Kind switch
            {
                OptimizerKind.Sgd => options.Optimizer.Momentum > 0 ? 1 : 0,
                _ => 2,
            }
            + (options.Optimizer.EmaDecay > 0 ? 1 : 0);
        return sizeof(float) * copies * parameters;
    }

    private static long PerImage(TrainingOptions options)
    {
        var plan = Architectures.Describe(options.Model, options.Input);
        var input = new FeatureMap(options.Input.Channels, options.ImageSize).Values;
        return plan.Cost.ActivationBytes + (WorkingMaps * plan.LargestMapBytes) + (InputCopies * sizeof(float) * input) + input;
    }

    private static double Gigabytes(long bytes) => Math.Round(bytes / 1e9, bytes < 1e10 ? 1 : 0);
}
