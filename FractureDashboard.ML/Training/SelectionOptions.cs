namespace FractureDashboard.ML.Training;

/// <summary>A validation metric that decides.</summary>
public enum MonitoredMetric
{
    /// <summary>Mean cross-entropy; lower is better.</summary>
    ValidationLoss = 0,

    /// <summary>Accuracy at 0.5; higher is better.</summary>
    ValidationAccuracy = 1,

    /// <summary>Area under the ROC curve; higher is better.</summary>
    ValidationAuc = 2,
}

/// <summary>Which weights are kept, and when to stop early.</summary>
/// <param name="Monitor">The metric that says which epoch was best; also what <see cref="ScheduleKind.ReduceOnPlateau"/> watches.</param>
/// <param name="EarlyStoppingPatience">Epochs without a better one after which the run ends; 0 is off, up to 1000.</param>
/// <param name="MinimumImprovement">By how much an epoch must beat the best to count as better for stopping; 0 to 1.</param>
public sealed record SelectionOptions(
    MonitoredMetric Monitor = MonitoredMetric.ValidationLoss, int EarlyStoppingPatience = 0, double MinimumImprovement = 0)
{
    /// <summary>Checks every range.</summary>
    /// <returns>One entry for each field out of range.</returns>
    public IEnumerable<OptionProblem> Validate()
    {
        if (!Enum.IsDefined(Monitor))
        {
            yield return new(nameof(Monitor), "Choose one of the metrics.");
        }

        if (EarlyStoppingPatience is < 0 or > 1000)
        {
            yield return new(nameof(EarlyStoppingPatience), "The patience of early stopping must be between 0 (off) and 1000 epochs.");
        }

        if (!(MinimumImprovement is >= 0 and <= 1))
        {
            yield return new(nameof(MinimumImprovement), "The least improvement must be between 0 and 1.");
        }
    }
}
