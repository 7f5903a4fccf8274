namespace FractureDashboard.ML.Training;

/// <summary>The rule that turns gradients into steps.</summary>
public enum OptimizerKind
{
    /// <summary>Adam (Kingma and Ba, ICLR 2015); weight decay is added to the gradient.</summary>
    Adam = 0,

    /// <summary>AdamW (Loshchilov and Hutter, ICLR 2019); weight decay is applied to the weights.</summary>
    AdamW = 1,

    /// <summary>Stochastic gradient descent with Nesterov momentum.</summary>
    Sgd = 2,
}

/// <summary>The optimizer.</summary>
/// <param name="Kind">The rule.</param>
/// <param name="WeightDecay">Decay of weights with two or more dimensions (biases and norms are spared); 0 to 1.</param>
/// <param name="Momentum">SGD's momentum; 0 to 0.999.</param>
/// <param name="ClipNorm">Gradients are scaled down to this norm over all parameters; 0 is off, up to 1000.</param>
/// <param name="AccumulationSteps">Batches whose gradients make one optimizer step; 1 to 64.</param>
/// <param name="EmaDecay">Decay of the moving average of the weights, which is then what is validated and kept; 0 is off, below 1.</param>
public sealed record OptimizerOptions(
    OptimizerKind Kind = OptimizerKind.Adam,
    double WeightDecay = 0,
    double Momentum = 0.9,
    double ClipNorm = 0,
    int AccumulationSteps = 1,
    double EmaDecay = 0)
{
    /// <summary>Checks every range.</summary>
    /// <returns>One entry for each field out of range.</returns>
    public IEnumerable<OptionProblem> Validate()
    {
        if (!Enum.IsDefined(Kind))
        {
            yield return new(nameof(OptimizerKind), "Choose one of the optimizers.");
        }

        if (!(WeightDecay is >= 0 and <= 1))
        {
            yield return new(nameof(WeightDecay), "Weight decay must be between 0 and 1.");
        }

        if (!(Momentum is >= 0 and <= 0.999))
        {
            yield return new(nameof(Momentum), "Momentum must be between 0 and 0.999.");
        }

        if (!(ClipNorm is >= 0 and <= 1000))
        {
            yield return new(nameof(ClipNorm), "Gradient clipping must be between 0 (off) and 1000.");
        }

        if (AccumulationSteps is < 1 or > 64)
        {
            yield return new(nameof(AccumulationSteps), "Gradient accumulation must be between 1 (off) and 64 batches.");
        }

        if (!(EmaDecay is >= 0 and < 1))
        {
            yield return new(nameof(EmaDecay), "The decay of the weights' average must be 0 (off) or below 1.");
        }
    }
}
