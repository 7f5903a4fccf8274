namespace FractureDashboard.ML.Evaluation;

/// <summary>A threshold chosen on one set of images, and what it is worth there and on another.</summary>
/// <param name="Rule">How it was chosen.</param>
/// <param name="Threshold">
/// The threshold, midway between the two neighbouring scores that it parts; midway to 0 or 1 beyond the last score. Where
/// no image may be called fractured though one has score 1, it is the next number above 1. Null where none could be chosen.
/// </param>
/// <param name="ChosenOn">What it is worth on the images it was chosen on.</param>
/// <param name="AppliedTo">What it is worth on other images: the honest figure. Null until <see cref="ApplyTo"/>.</param>
/// <param name="Reason">Why none could be chosen; null where one was.</param>
public sealed record ThresholdChoice(ThresholdRule Rule, double? Threshold, OperatingPoint? ChosenOn, OperatingPoint? AppliedTo, string? Reason)
{
    /// <summary>
    /// Chooses a threshold. Among thresholds that are equally good by the rule the lowest is taken, which has the higher
    /// sensitivity: a missed fracture is worse than a false alarm. Only with a least specificity, where equally good
    /// means equally sensitive, the highest is taken, which has the higher specificity. So no other threshold is better
    /// in one of the two and as good in the other.
    /// </summary>
    /// <param name="tally">Scores from 0 to 1, of validation images.</param>
    /// <param name="rule">How.</param>
    /// <returns>The choice.</returns>
    /// <exception cref="ArgumentException">The rule is not in order.</exception>
    public static ThresholdChoice On(ScoreTally tally, ThresholdRule rule)
    {
        ArgumentNullException.ThrowIfNull(tally);
        ArgumentNullException.ThrowIfNull(rule);
        if (rule.Problem() is { } problem)
        {
            throw new ArgumentException(problem, nameof(rule));
        }

        if (Missing(tally, rule.Criterion) is { } reason)
        {
            return new(rule, null, null, null, reason);
        }

        var threshold = ThresholdFor(tally.Scores, Best(tally, rule));
        return new(rule, threshold, OperatingPoint.At(tally, threshold), null, null);
    }

    /// <summary>Applies the threshold to other images.</summary>
    /// <param name="tally">Scores from 0 to 1, of test images.</param>
    /// <returns>The choice with <see cref="AppliedTo"/>; unchanged where there is no threshold.</returns>
    public ThresholdChoice ApplyTo(ScoreTally tally) => Threshold is { } threshold ? this with { AppliedTo = OperatingPoint.At(tally, threshold) } : this;

    private static string? Missing(ScoreTally tally, ThresholdCriterion criterion) => criterion switch
    {
        ThresholdCriterion.F1 or ThresholdCriterion.SensitivityAtLeast when tally.Fractured > 0 => null,
        ThresholdCriterion.SpecificityAtLeast when tally.NotFractured > 0 => null,
        _ => OperatingPoint.OneClass(tally),
    };

    /// <summary>How many of the different scores, from the top, are best called fractured.</summary>
    private static int Best(ScoreTally tally, ThresholdRule rule)
    {
        int best = 0, right = 0, wrong = 0;
        var bestWorth = double.NegativeInfinity;
        for (var called = 0; called <= tally.Scores.Length; called++)
        {
            if (called > 0)
            {
                right += tally.FracturedAt[called - 1];
                wrong += tally.NotFracturedAt[called - 1];
            }

            // What is equal but for rounding is equal. In this order sensitivity only rises and specificity only falls.
            var worth = Worth(tally, rule, right, wrong);
            if (worth > bestWorth + 1e-12 || (rule.Criterion != ThresholdCriterion.SpecificityAtLeast && worth >= bestWorth - 1e-12))
            {
                (best, bestWorth) = (called, Math.Max(worth, bestWorth));
            }
        }

        return best;
    }

    private static double Worth(ScoreTally tally, ThresholdRule rule, int right, int wrong)
    {
        var missed = tally.Fractured - right;
        double sensitivity = (double)right / tally.Fractured, specificity = (double)(tally.NotFractured - wrong) / tally.NotFractured;
        switch (rule.Criterion)
        {
            case ThresholdCriterion.F1:
                return 2.0 * right / ((2.0 * right) + wrong + missed);
            case ThresholdCriterion.SensitivityAtLeast:
                return sensitivity < rule.Target ? double.NegativeInfinity : tally.NotFractured == 0 ? 0 : specificity;
            case ThresholdCriterion.SpecificityAtLeast:
                return specificity < rule.Target ? double.NegativeInfinity : tally.Fractured == 0 ? 0 : sensitivity;
            case ThresholdCriterion.Cost:
                var prevalence = rule.Prevalence ?? ((double)tally.Fractured / tally.Images);
                double missing = rule.CostRatio!.Value * prevalence, alarming = 1 - prevalence;
                return -((missing * (1 - sensitivity)) + (alarming * (1 - specificity))) / (missing + alarming);
            default:
                return sensitivity + specificity - 1;
        }
    }

    private static double ThresholdFor(ReadOnlySpan<double> scores, int called)
    {
        if (called == 0 && scores[0] >= 1)
        {
            return Math.BitIncrement(1.0);
        }

        var upper = called == 0 ? 1 : scores[called - 1];
        var lower = called == scores.Length ? 0 : scores[called];
        var middle = lower + ((upper - lower) / 2);

        // Between neighbouring doubles there is no middle; the upper one parts them just as well.
        return middle > lower || called == scores.Length ? middle : upper;
    }
}
