namespace FractureDashboard.ML.Explanation;

/// <summary>How far a model's scores of one image lie apart when something is changed that should not matter.</summary>
/// <param name="Mean">Mean P(fractured), 0 to 1.</param>
/// <param name="Deviation">Standard deviation of the scores (of the population).</param>
/// <param name="Lowest">The lowest score.</param>
/// <param name="Highest">The highest score.</param>
/// <param name="Scores">All of them.</param>
public sealed record ScoreSpread(double Mean, double Deviation, double Lowest, double Highest, IReadOnlyList<float> Scores)
{
    /// <summary>Summarises scores.</summary>
    /// <param name="scores">P(fractured), at least one.</param>
    /// <returns>The spread.</returns>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static ScoreSpread Of(IReadOnlyList<float> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        if (scores.Count == 0)
        {
            throw new ArgumentException("A spread needs scores.", nameof(scores));
        }

        var mean = scores.Average(s => (double)s);
        return new ScoreSpread(mean, Math.Sqrt(scores.Average(s => (s - mean) * (s - mean))), scores.Min(), scores.Max(), scores);
    }
}
