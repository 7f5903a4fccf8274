namespace FractureDashboard.ML.Training;

/// <summary>The learning rate over a run, as training uses it. Needs no engine, so that a form can draw it.</summary>
public static class LearningRateCurve
{
    private const double OneCycleRise = 0.3;
    private const double OneCycleStart = 1 / 25.0;

    /// <summary>The rate at evenly spaced steps of a run; reduce-on-plateau is shown as if every epoch were better than the one before.</summary>
    /// <param name="options">The run's options.</param>
    /// <param name="stepsPerEpoch">Batches in an epoch, at least 1.</param>
    /// <param name="points">How many, at least 2; the first and the last step are among them.</param>
    /// <returns>Learning rates.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is too small.</exception>
    public static IReadOnlyList<double> Of(TrainingOptions options, int stepsPerEpoch, int points)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(stepsPerEpoch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 2);
        var last = ((long)options.Epochs * stepsPerEpoch) - 1;
        return [.. Enumerable.Range(0, points).Select(i => options.LearningRate * Factor(options, stepsPerEpoch, (long)Math.Round(last * (i / (points - 1.0))), []))];
    }

    /// <summary>What the full learning rate is multiplied by in a step.</summary>
    /// <param name="options">The run's options.</param>
    /// <param name="stepsPerEpoch">Batches in an epoch.</param>
    /// <param name="step">Batches done before, over the whole run.</param>
    /// <param name="epochs">Metrics of the epochs done, which a plateau is told by.</param>
    internal static double Factor(TrainingOptions options, int stepsPerEpoch, long step, IReadOnlyList<EpochMetrics> epochs)
    {
        var schedule = options.Schedule;
        double total = (double)options.Epochs * stepsPerEpoch;
        if (schedule.Kind == ScheduleKind.OneCycle)
        {
            return OneCycle(total <= 1 ? 1 : step / (total - 1));
        }

        var warmup = Math.Min(schedule.WarmupEpochs * stepsPerEpoch, total);
        if (step < warmup)
        {
            return (step + 1) / (warmup + 1);
        }

        return schedule.Kind switch
        {
            ScheduleKind.Cosine => HalfCosine(1, schedule.FinalFraction, (step - warmup) / Math.Max(1, total - 1 - warmup)),
            ScheduleKind.Step => Math.Pow(schedule.Factor, step / stepsPerEpoch / schedule.Epochs),
            ScheduleKind.ReduceOnPlateau => Plateau(options, epochs),
            _ => 1,
        };
    }

    private static double OneCycle(double at) => at < OneCycleRise
        ? HalfCosine(OneCycleStart, 1, at / OneCycleRise)
        : HalfCosine(1, 0, (at - OneCycleRise) / (1 - OneCycleRise));

    private static double HalfCosine(double from, double to, double at) => to + ((from - to) * (1 + Math.Cos(Math.PI * Math.Clamp(at, 0, 1))) / 2);

    private static double Plateau(TrainingOptions options, IReadOnlyList<EpochMetrics> epochs)
    {
        var factor = 1.0;
        var waited = 0;
        double? best = null;
        foreach (var epoch in epochs)
        {
            if (BestEpoch.Beats(options.Selection, epoch, best))
            {
                best = BestEpoch.ValueOf(options.Selection, epoch);
                waited = 0;
            }
            else if (++waited == options.Schedule.Epochs)
            {
                factor *= options.Schedule.Factor;
                waited = 0;
            }
        }

        return Math.Max(factor, options.Schedule.FinalFraction);
    }
}
