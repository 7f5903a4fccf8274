namespace FractureDashboard.ML.Training;

/// <summary>Which epoch is the best, and when to give up waiting for a better one. Functions of the metrics alone, so that a resume needs no more.</summary>
internal static class BestEpoch
{
    /// <summary>The monitored metric of an epoch; null where it is not defined.</summary>
    public static double? ValueOf(SelectionOptions selection, EpochMetrics epoch) => selection.Monitor switch
    {
        MonitoredMetric.ValidationAccuracy => epoch.ValidationAccuracy,
        MonitoredMetric.ValidationAuc => epoch.ValidationAuc,
        _ => epoch.ValidationLoss,
    };

    /// <summary>True when an epoch's metric is better than a value, or the first there is.</summary>
    /// <param name="selection">What decides.</param>
    /// <param name="epoch">The epoch.</param>
    /// <param name="best">The best value so far.</param>
    /// <param name="by">By how much it must be better.</param>
    public static bool Beats(SelectionOptions selection, EpochMetrics epoch, double? best, double by = 0)
    {
        if (ValueOf(selection, epoch) is not { } value)
        {
            return false;
        }

        return best is not { } known || (selection.Monitor == MonitoredMetric.ValidationLoss ? value < known - by : value > known + by);
    }

    /// <summary>The best value of some epochs; null when there is none.</summary>
    public static double? Of(SelectionOptions selection, IEnumerable<EpochMetrics> epochs) =>
        epochs.Aggregate((double?)null, (best, epoch) => Beats(selection, epoch, best) ? ValueOf(selection, epoch) : best);

    /// <summary>True when early stopping is on and the last epochs, as many as its patience, brought no improvement worth the name.</summary>
    public static bool ShouldStop(SelectionOptions selection, IReadOnlyList<EpochMetrics> epochs)
    {
        if (selection.EarlyStoppingPatience == 0)
        {
            return false;
        }

        double? best = null;
        var waited = 0;
        foreach (var epoch in epochs)
        {
            if (Beats(selection, epoch, best, selection.MinimumImprovement))
            {
                best = ValueOf(selection, epoch);
                waited = 0;
            }
            else
            {
                waited++;
            }
        }

        return waited >= selection.EarlyStoppingPatience;
    }
}
