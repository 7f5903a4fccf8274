namespace FractureDashboard.ML.Training;

/// <summary>How the learning rate changes over a run.</summary>
public enum ScheduleKind
{
    /// <summary>It does not.</summary>
    Constant = 0,

    /// <summary>Half a cosine down to <see cref="ScheduleOptions.FinalFraction"/> (Loshchilov and Hutter, ICLR 2017).</summary>
    Cosine = 1,

    /// <summary>Times <see cref="ScheduleOptions.Factor"/> every <see cref="ScheduleOptions.Epochs"/> epochs.</summary>
    Step = 2,

    /// <summary>Up from a 25th to the full rate in the first 30 %, then a cosine down (Smith and Topin, 2018); needs no warm-up.</summary>
    OneCycle = 3,

    /// <summary>Times <see cref="ScheduleOptions.Factor"/> after <see cref="ScheduleOptions.Epochs"/> epochs without a better monitored metric.</summary>
    ReduceOnPlateau = 4,
}

/// <summary>The learning-rate schedule; the learning rate of the options is its peak.</summary>
/// <param name="Kind">Its shape.</param>
/// <param name="WarmupEpochs">Epochs (also parts of one) over which the rate rises linearly from zero; 0 to 100.</param>
/// <param name="Epochs">Step: epochs between two steps. Plateau: patience. 1 to 1000.</param>
/// <param name="Factor">Step and plateau: what the rate is multiplied by; in (0, 1).</param>
/// <param name="FinalFraction">Cosine and plateau: the lowest rate as a share of the full one; 0 to 1.</param>
public sealed record ScheduleOptions(
    ScheduleKind Kind = ScheduleKind.Constant, double WarmupEpochs = 0, int Epochs = 3, double Factor = 0.1, double FinalFraction = 0)
{
    /// <summary>Checks every range.</summary>
    /// <returns>One entry for each field out of range.</returns>
    public IEnumerable<OptionProblem> Validate()
    {
        if (!Enum.IsDefined(Kind))
        {
            yield return new(nameof(ScheduleKind), "Choose one of the schedules.");
        }

        if (!(WarmupEpochs is >= 0 and <= 100))
        {
            yield return new(nameof(WarmupEpochs), "Warm-up must be between 0 and 100 epochs.");
        }

        if (Epochs is < 1 or > 1000)
        {
            yield return new("ScheduleEpochs", "Epochs of the schedule must be between 1 and 1000.");
        }

        if (!(Factor is > 0 and < 1))
        {
            yield return new(nameof(Factor), "The factor of the schedule must be between 0 and 1, both excluded.");
        }

        if (!(FinalFraction is >= 0 and <= 1))
        {
            yield return new(nameof(FinalFraction), "The lowest learning rate must be a share between 0 and 1 of the full one.");
        }
    }
}
