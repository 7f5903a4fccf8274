namespace FractureDashboard.ML.Training;

/// <summary>What training images a batch is made of.</summary>
public enum SamplingKind
{
    /// <summary>Every image once an epoch, in random order.</summary>
    Shuffled = 0,

    /// <summary>Both classes equally often, drawn with replacement.</summary>
    BalancedClasses = 1,

    /// <summary>Both classes equally often, and within a class a source counts by the square root of its images, so that many copies of one radiograph do not rule.</summary>
    BalancedSources = 2,
}

/// <summary>What training aims at and how it deals with imbalance.</summary>
/// <param name="FocalGamma">Focusing exponent of the focal loss (Lin et al., ICCV 2017); 0 is plain cross-entropy, up to 5.</param>
/// <param name="LabelSmoothing">Targets are moved this far towards 0.5 on both sides: 1 becomes 1 - s / 2; 0 to 0.5.</param>
/// <param name="ClassWeights">Weights each class by the inverse of its share of the training images.</param>
/// <param name="Sampling">Which images an epoch shows.</param>
public sealed record ObjectiveOptions(
    double FocalGamma = 0, double LabelSmoothing = 0, bool ClassWeights = false, SamplingKind Sampling = SamplingKind.Shuffled)
{
    /// <summary>Checks every range.</summary>
    /// <returns>One entry for each field out of range.</returns>
    public IEnumerable<OptionProblem> Validate()
    {
        if (!(FocalGamma is >= 0 and <= 5))
        {
            yield return new(nameof(FocalGamma), "The focal loss' gamma must be between 0 (off) and 5.");
        }

        if (!(LabelSmoothing is >= 0 and <= 0.5))
        {
            yield return new(nameof(LabelSmoothing), "Label smoothing must be between 0 and 0.5.");
        }

        if (!Enum.IsDefined(Sampling))
        {
            yield return new(nameof(Sampling), "Choose one of the ways of sampling.");
        }

        if (ClassWeights && Sampling != SamplingKind.Shuffled)
        {
            yield return new(nameof(ClassWeights), "Choose class weights or balanced sampling: together they would correct the imbalance twice.");
        }
    }
}
