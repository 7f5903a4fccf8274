namespace FractureDashboard.ML.Evaluation;

/// <summary>The standard normal distribution, as far as intervals and tests need it.</summary>
internal static class NormalDistribution
{
    /// <summary>The 97.5th percentile: a 95 % interval reaches this many standard errors to either side.</summary>
    public const double Z95 = 1.959963984540054;

    /// <summary>Below this the series of the error function is used, above it the continued fraction; both are good to 1e-12 there.</summary>
    private const double SeriesEnd = 2.5;

    /// <summary>The probability of lying at least as far from 0 as <paramref name="z"/>, on either side.</summary>
    /// <param name="z">Standard errors.</param>
    /// <returns>0 to 1.</returns>
    public static double TwoSided(double z) => ComplementaryError(Math.Abs(z) / Math.Sqrt(2));

    /// <summary>erfc(x) for x of 0 or more: Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.6 and 7.1.14.</summary>
    private static double ComplementaryError(double x)
    {
        if (x < SeriesEnd)
        {
            double term = x, sum = x;
            for (var n = 1; term > sum * 1e-17; n++)
            {
                term *= 2 * x * x / ((2 * n) + 1);
                sum += term;
            }

            return 1 - (2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum);
        }

        var fraction = x;
        for (var k = 100; k >= 1; k--)
        {
            fraction = x + (k / 2.0 / fraction);
        }

        return Math.Exp(-x * x) / (Math.Sqrt(Math.PI) * fraction);
    }
}
