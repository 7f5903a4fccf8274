namespace FractureDashboard.ML.Training;

/// <summary>
/// Looks for a learning rate: it grows from step to step by a constant factor until the loss has clearly risen
/// (Smith, WACV 2017). The one suggested is where the smoothed loss falls most steeply, but at most a tenth of that
/// where it is lowest, which is already at the edge.
/// </summary>
public static class LearningRateSearch
{
    /// <summary>The first rate.</summary>
    public const double Lowest = 1e-6;

    /// <summary>The last rate.</summary>
    public const double Highest = 1;

    /// <summary>Steps from <see cref="Lowest"/> to <see cref="Highest"/>.</summary>
    public const int Steps = 120;

    private const double Smoothing = 0.9;
    private const double Divergence = 3;
    private const int Reach = 5;

    /// <summary>The rate of a step.</summary>
    /// <param name="step">From 0.</param>
    /// <returns>From <see cref="Lowest"/> to <see cref="Highest"/>, rising by a constant factor.</returns>
    public static double RateOf(int step) => Lowest * Math.Pow(Highest / Lowest, step / (Steps - 1.0));

    /// <summary>Losses with their noise taken out: an exponential average without bias towards its start.</summary>
    /// <param name="losses">Of the steps so far.</param>
    /// <returns>As many values.</returns>
    public static IReadOnlyList<double> Smooth(IReadOnlyList<double> losses)
    {
        ArgumentNullException.ThrowIfNull(losses);
        var smooth = new double[losses.Count];
        double average = 0, weight = 0;
        for (var i = 0; i < losses.Count; i++)
        {
            average = (Smoothing * average) + ((1 - Smoothing) * losses[i]);
            weight = (Smoothing * weight) + (1 - Smoothing);
            smooth[i] = average / weight;
        }

        return smooth;
    }

    /// <summary>True when a higher rate can bring nothing more.</summary>
    /// <param name="losses">Of the steps so far.</param>
    /// <returns>True when the newest loss is no number, or the smoothed one far above its lowest.</returns>
    public static bool HasDiverged(IReadOnlyList<double> losses)
    {
        ArgumentNullException.ThrowIfNull(losses);
        if (losses.Count > 0 && !double.IsFinite(losses[^1]))
        {
            return true;
        }

        var smooth = Smooth(losses);
        return smooth.Count > 2 * Reach && smooth[^1] > Divergence * smooth.Min();
    }

    /// <summary>The suggestion.</summary>
    /// <param name="losses">Of all steps; what is not finite is left out.</param>
    /// <returns>A rate, or null when the loss never fell.</returns>
    public static double? Suggest(IReadOnlyList<double> losses)
    {
        ArgumentNullException.ThrowIfNull(losses);
        var smooth = Smooth([.. losses.TakeWhile(double.IsFinite)]);
        if (smooth.Count <= 2 * Reach)
        {
            return null;
        }

        // Only up to the lowest point: a fall after a divergence says nothing.
        var lowest = Enumerable.Range(0, smooth.Count).MinBy(i => smooth[i]);
        var steepest = Enumerable.Range(Reach, Math.Max(0, lowest - (2 * Reach) + 1)).Select(i => (i, Fall: smooth[i - Reach] - smooth[i + Reach])).DefaultIfEmpty().MaxBy(x => x.Fall);
        return steepest.Fall > 0 ? Math.Min(RateOf(steepest.i), RateOf(lowest) / 10) : null;
    }
}
