namespace FractureDashboard.ML.Evaluation;

/// <summary>
/// The score interval of a share (Wilson, Journal of the American Statistical Association 22, 1927; method 3 of
/// Newcombe, Statistics in Medicine 17, 1998): it stays within 0 to 1, holds the share itself, and is usable for few
/// images and for shares of 0 and 1, where the textbook interval has no width.
/// </summary>
public static class WilsonInterval
{
    /// <summary>The 95 % interval.</summary>
    /// <param name="successes">How many have the property, 0 to <paramref name="total"/>.</param>
    /// <param name="total">Out of how many, 1 or more.</param>
    /// <returns>Bounds within 0 to 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The numbers are out of their ranges.</exception>
    public static Interval Of(int successes, int total)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(total, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, total);
        const double z = NormalDistribution.Z95;
        var share = (double)successes / total;
        var centre = (successes + (z * z / 2)) / (total + (z * z));
        var half = z * Math.Sqrt((share * (1 - share) * total) + (z * z / 4)) / (total + (z * z));

        // At the ends a bound equals the share, but for rounding.
        return new(successes == 0 ? 0 : centre - half, successes == total ? 1 : centre + half);
    }
}
