namespace FractureDashboard.ML.Evaluation;

/// <summary>How the scores of each class are distributed.</summary>
/// <param name="Edges">Bounds of the bins, from 0 to 1, one more than there are bins. A bin holds its lower bound; the last one holds 1 too.</param>
/// <param name="Fractured">Fractured images in each bin.</param>
/// <param name="NotFractured">Images without fracture in each bin.</param>
public sealed record ScoreHistogram(IReadOnlyList<double> Edges, IReadOnlyList<int> Fractured, IReadOnlyList<int> NotFractured)
{
    /// <summary>Counts scores.</summary>
    /// <param name="tally">Scores from 0 to 1.</param>
    /// <param name="bins">How many bins of equal width, 1 or more.</param>
    /// <returns>The histogram.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no bin.</exception>
    public static ScoreHistogram Of(ScoreTally tally, int bins = 20)
    {
        ArgumentNullException.ThrowIfNull(tally);
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        int[] fractured = new int[bins], notFractured = new int[bins];
        for (var i = 0; i < tally.Scores.Length; i++)
        {
            var bin = ScoreBins.Of(tally.Scores[i], bins);
            fractured[bin] += tally.FracturedAt[i];
            notFractured[bin] += tally.NotFracturedAt[i];
        }

        return new([.. Enumerable.Range(0, bins + 1).Select(b => ScoreBins.Edge(b, bins))], fractured, notFractured);
    }
}
