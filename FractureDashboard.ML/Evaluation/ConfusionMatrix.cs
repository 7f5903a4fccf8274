using System.Text.Json.Serialization;

namespace FractureDashboard.ML.Evaluation;

/// <summary>What became of the images at a threshold. Shares whose denominator is 0 are null.</summary>
/// <param name="TruePositives">Fractured, called fractured.</param>
/// <param name="FalsePositives">Not fractured, called fractured.</param>
/// <param name="TrueNegatives">Not fractured, called not fractured.</param>
/// <param name="FalseNegatives">Fractured, called not fractured.</param>
public sealed record ConfusionMatrix(int TruePositives, int FalsePositives, int TrueNegatives, int FalseNegatives)
{
    /// <summary>All images.</summary>
    [JsonIgnore]
    public int Images => Fractured + NotFractured;

    /// <summary>Images that are fractured.</summary>
    [JsonIgnore]
    public int Fractured => TruePositives + FalseNegatives;

    /// <summary>Images that are not fractured.</summary>
    [JsonIgnore]
    public int NotFractured => TrueNegatives + FalsePositives;

    /// <summary>Images called fractured.</summary>
    [JsonIgnore]
    public int CalledFractured => TruePositives + FalsePositives;

    /// <summary>Images called not fractured.</summary>
    [JsonIgnore]
    public int CalledNotFractured => TrueNegatives + FalseNegatives;

    /// <summary>Share of images called rightly, 0 to 1.</summary>
    [JsonIgnore]
    public double? Accuracy => Share(TruePositives + TrueNegatives, Images);

    /// <summary>Share of fractured images called so (recall), 0 to 1.</summary>
    [JsonIgnore]
    public double? Sensitivity => Share(TruePositives, Fractured);

    /// <summary>Share of images without fracture called so, 0 to 1.</summary>
    [JsonIgnore]
    public double? Specificity => Share(TrueNegatives, NotFractured);

    /// <summary>Positive predictive value (precision): share of images called fractured that are, 0 to 1.</summary>
    [JsonIgnore]
    public double? PositivePredictiveValue => Share(TruePositives, CalledFractured);

    /// <summary>Negative predictive value: share of images called not fractured that are not, 0 to 1.</summary>
    [JsonIgnore]
    public double? NegativePredictiveValue => Share(TrueNegatives, CalledNotFractured);

    /// <summary>The mean of sensitivity and specificity, 0 to 1.</summary>
    [JsonIgnore]
    public double? BalancedAccuracy => (Sensitivity + Specificity) / 2;

    /// <summary>The harmonic mean of precision and recall, 0 to 1; null where there is neither a fractured image nor one called so.</summary>
    [JsonIgnore]
    public double? F1 => Share(2 * TruePositives, (2 * TruePositives) + FalsePositives + FalseNegatives);

    /// <summary>
    /// Matthews' correlation coefficient of label and call, -1 to 1 (Biochimica et Biophysica Acta 405, 1975); null
    /// where all images have one label or one call.
    /// </summary>
    [JsonIgnore]
    public double? Mcc
    {
        get
        {
            var product = (double)Fractured * NotFractured * CalledFractured * CalledNotFractured;
            return product == 0 ? null : (((double)TruePositives * TrueNegatives) - ((double)FalsePositives * FalseNegatives)) / Math.Sqrt(product);
        }
    }

    /// <summary>Counts what becomes of images.</summary>
    /// <param name="tally">Their scores.</param>
    /// <param name="threshold">Scores at or above it are called fractured.</param>
    /// <returns>The matrix.</returns>
    public static ConfusionMatrix At(ScoreTally tally, double threshold)
    {
        ArgumentNullException.ThrowIfNull(tally);
        int right = 0, wrong = 0;
        for (var i = 0; i < tally.Scores.Length && tally.Scores[i] >= threshold; i++)
        {
            right += tally.FracturedAt[i];
            wrong += tally.NotFracturedAt[i];
        }

        return new(right, wrong, tally.NotFractured - wrong, tally.Fractured - right);
    }

    private static double? Share(int part, int whole) => whole == 0 ? null : (double)part / whole;
}
