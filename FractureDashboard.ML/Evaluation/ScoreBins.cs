namespace FractureDashboard.ML.Evaluation;

/// <summary>Bins of equal width over 0 to 1; the last one holds 1 as well.</summary>
internal static class ScoreBins
{
    /// <summary>The lower bound of a bin.</summary>
    /// <param name="bin">Its number from 0; <paramref name="bins"/> for the upper bound of the last.</param>
    /// <param name="bins">How many bins.</param>
    public static double Edge(int bin, int bins) => (double)bin / bins;

    /// <summary>The bin of a score.</summary>
    /// <param name="score">0 to 1.</param>
    /// <param name="bins">How many bins.</param>
    public static int Of(double score, int bins)
    {
        // Multiplying may round across an edge, which the edges themselves then put right.
        var bin = Math.Min((int)(score * bins), bins - 1);
        return score < Edge(bin, bins) ? bin - 1 : bin + 1 < bins && score >= Edge(bin + 1, bins) ? bin + 1 : bin;
    }
}
