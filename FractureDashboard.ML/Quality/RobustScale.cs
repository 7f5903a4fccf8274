namespace FractureDashboard.ML.Quality;

/// <summary>Middle and spread of numbers, of which nearly half may be anything without moving them far.</summary>
/// <param name="Median">The middle number; of an even count the mean of the two.</param>
/// <param name="Deviation">Median absolute deviation times 1.4826, which is the standard deviation where the numbers are normal.</param>
internal readonly record struct RobustScale(double Median, double Deviation)
{
    private const double Normal = 1.4826;

    /// <summary>Of numbers.</summary>
    /// <param name="values">At least one.</param>
    /// <param name="least">The deviation is at least this, so that numbers which hardly differ make nobody stand out.</param>
    public static RobustScale Of(IEnumerable<double> values, double least)
    {
        var sorted = values.Order().ToArray();
        var median = Middle(sorted);
        var deviations = sorted.Select(v => Math.Abs(v - median)).Order().ToArray();
        return new(median, Math.Max(least, Normal * Middle(deviations)));
    }

    /// <summary>How many deviations a number lies from the middle, without its sign.</summary>
    public double Distance(double value) => Math.Abs(value - Median) / Deviation;

    private static double Middle(double[] sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}
