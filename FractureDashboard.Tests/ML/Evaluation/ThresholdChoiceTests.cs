using CsCheck;
using FractureDashboard.ML.Evaluation;

namespace FractureDashboard.Tests.ML.Evaluation;

public sealed class ThresholdChoiceTests
{
    private static readonly ScoreSet Validation = ScoreCases.Set([0.9, 0.8, 0.6, 0.3], [0.7, 0.5, 0.4, 0.2, 0.1]);

    public static TheoryData<ThresholdRule, double> ByHand => new()
    {
        // J: 0.5 at two fractures, 0.75 - 0.2 = 0.55 at three, 1 - 0.6 = 0.4 at all.
        { ThresholdRule.Youden, 0.55 },

        // F1: 0.67 at two, 6/8 = 0.75 at three with one alarm, 8/11 at all.
        { ThresholdRule.F1, 0.55 },
        { ThresholdRule.SensitivityAtLeast(0.75), 0.55 },
        { ThresholdRule.SensitivityAtLeast(0.76), 0.25 },
        { ThresholdRule.SensitivityAtLeast(0), 0.75 },
        { ThresholdRule.SpecificityAtLeast(0.8), 0.55 },
        { ThresholdRule.SpecificityAtLeast(0.81), 0.75 },
        { ThresholdRule.SpecificityAtLeast(0), 0.25 },

        // Per image missed m of 4 and alarmed a of 5 at even prevalence: ratio x m/4 + a/5.
        { ThresholdRule.Cost(1, 0.5), 0.55 },
        { ThresholdRule.Cost(10, 0.5), 0.25 },
        { ThresholdRule.Cost(0.1, 0.5), 0.75 },
        { ThresholdRule.Cost(1, 0.9), 0.25 },
        { ThresholdRule.Cost(1), 0.55 },
    };

    [Theory]
    [MemberData(nameof(ByHand), DisableDiscoveryEnumeration = true)]
    public void Thresholds_by_hand(ThresholdRule rule, double threshold)
    {
        var choice = ThresholdChoice.On(Validation.Tally, rule);

        Assert.Equal(threshold, choice.Threshold!.Value, 12);
        Assert.Equal(ConfusionMatrix.At(Validation.Tally, threshold), choice.ChosenOn!.Matrix);
        Assert.Null(choice.AppliedTo);
    }

    [Fact]
    public void The_choice_is_applied_to_other_images_as_it_is()
    {
        var test = ScoreCases.Set([0.54, 0.56], [0.99]);
        var choice = ThresholdChoice.On(Validation.Tally, ThresholdRule.Youden).ApplyTo(test.Tally);

        Assert.Equal(new ConfusionMatrix(1, 1, 0, 1), choice.AppliedTo!.Matrix);
        Assert.Equal(new ConfusionMatrix(3, 1, 4, 1), choice.ChosenOn!.Matrix);
    }

    [Fact]
    public void Among_equals_the_more_sensitive_is_taken()
    {
        // Youden's J is 0.5 at 0.9 and at 0.4.
        Assert.Equal(0.3, ThresholdChoice.On(ScoreCases.Set([0.9, 0.4], [0.6, 0.2]).Tally, ThresholdRule.Youden).Threshold!.Value, 12);
    }

    [Fact]
    public void Beyond_the_last_score_the_threshold_lies_midway_to_the_end_or_just_beyond_it()
    {
        var certain = ThresholdChoice.On(ScoreCases.Set([0.5], [1]).Tally, ThresholdRule.SpecificityAtLeast(1));
        Assert.Equal(Math.BitIncrement(1.0), certain.Threshold);
        Assert.Equal(0, certain.ChosenOn!.Matrix.CalledFractured);

        Assert.Equal(0.9, ThresholdChoice.On(ScoreCases.Set([0.5], [0.8]).Tally, ThresholdRule.SpecificityAtLeast(1)).Threshold!.Value, 12);
        Assert.Equal(0, ThresholdChoice.On(ScoreCases.Set([0], [0.8]).Tally, ThresholdRule.SensitivityAtLeast(1)).Threshold);
    }

    [Fact]
    public void Neighbouring_numbers_are_parted()
    {
        // The middle of two neighbours rounds to the lower one in one of these cases and to the upper one in the other.
        foreach (var lower in new[] { 0.3, Math.BitIncrement(0.3) })
        {
            var choice = ThresholdChoice.On(ScoreCases.Set([Math.BitIncrement(lower)], [lower]).Tally, ThresholdRule.Youden);

            Assert.Equal(Math.BitIncrement(lower), choice.Threshold);
            Assert.Equal(new ConfusionMatrix(1, 0, 1, 0), choice.ChosenOn!.Matrix);
        }
    }

    [Fact]
    public void Every_choice_keeps_its_promise_and_none_is_better() => Gen.Select(ScoreCases.BothClasses, Gen.Double[0, 1], Gen.Double[0.05, 20]).Sample((set, target, ratio) =>
    {
        // All that can be called fractured: nothing, or everything down to a score.
        ConfusionMatrix[] all = [.. set.Scores.Distinct().Append(2).OrderDescending().Select(t => ConfusionMatrix.At(set.Tally, t))];
        foreach (var rule in new[] { ThresholdRule.Youden, ThresholdRule.F1, ThresholdRule.SensitivityAtLeast(target), ThresholdRule.SpecificityAtLeast(target), ThresholdRule.Cost(ratio), ThresholdRule.Cost(ratio, 0.1) })
        {
            var choice = ThresholdChoice.On(set.Tally, rule);
            var matrix = choice.ChosenOn!.Matrix;
            var worth = Worth(rule, matrix);

            Assert.True(worth >= all.Max(m => Worth(rule, m)) - 1e-9, rule.Describe());
            Assert.DoesNotContain(all, m => m.TruePositives > matrix.TruePositives && Worth(rule, m) > worth - 1e-13);
            Assert.DoesNotContain(all, m => m.TruePositives >= matrix.TruePositives && m.FalsePositives <= matrix.FalsePositives && m != matrix);
            Assert.DoesNotContain(choice.Threshold!.Value, set.Scores.Where(s => s > 0 && s < 1));
            if (rule.Criterion == ThresholdCriterion.SensitivityAtLeast)
            {
                Assert.True(matrix.Sensitivity >= target);
            }
            else if (rule.Criterion == ThresholdCriterion.SpecificityAtLeast)
            {
                Assert.True(matrix.Specificity >= target);
            }
        }
    });

    [Theory]
    [InlineData(ThresholdCriterion.Youden, true, true)]
    [InlineData(ThresholdCriterion.Cost, true, true)]
    [InlineData(ThresholdCriterion.F1, true, false)]
    [InlineData(ThresholdCriterion.SensitivityAtLeast, true, false)]
    [InlineData(ThresholdCriterion.SpecificityAtLeast, false, true)]
    public void Without_the_classes_that_it_needs_a_rule_chooses_nothing_and_says_why(ThresholdCriterion criterion, bool needsFractured, bool needsOthers)
    {
        var rule = new ThresholdRule(criterion, 0.9, 2);
        var none = ThresholdChoice.On(ScoreCases.Set([], []).Tally, rule);

        Assert.Equal(!needsFractured, ThresholdChoice.On(ScoreCases.Set([], [0.5]).Tally, rule).Threshold is not null);
        Assert.Equal(!needsOthers, ThresholdChoice.On(ScoreCases.Set([0.5], []).Tally, rule).Threshold is not null);
        Assert.Equal((null, null, "There are no images."), (none.Threshold, none.ChosenOn, none.Reason));
        Assert.Same(none, none.ApplyTo(Validation.Tally));
    }

    public static TheoryData<ThresholdRule> Wrong =>
    [
        ThresholdRule.SensitivityAtLeast(1.1),
        ThresholdRule.SpecificityAtLeast(double.NaN),
        new ThresholdRule(ThresholdCriterion.SensitivityAtLeast),
        ThresholdRule.Cost(0),
        ThresholdRule.Cost(double.PositiveInfinity),
        ThresholdRule.Cost(1, 0),
        ThresholdRule.Cost(1, 1),
        new ThresholdRule(ThresholdCriterion.Cost),
    ];

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void A_rule_that_is_not_in_order_is_refused(ThresholdRule rule)
    {
        Assert.NotNull(rule.Problem());
        Assert.Throws<ArgumentException>(() => ThresholdChoice.On(Validation.Tally, rule));
    }

    /// <summary>What a rule wants as large as possible, written anew from the rates.</summary>
    private static double Worth(ThresholdRule rule, ConfusionMatrix m)
    {
        double sensitivity = m.Sensitivity!.Value, specificity = m.Specificity!.Value;
        var prevalence = rule.Prevalence ?? ((double)m.Fractured / m.Images);
        return rule.Criterion switch
        {
            ThresholdCriterion.Youden => sensitivity + specificity - 1,
            ThresholdCriterion.F1 => m.F1!.Value,
            ThresholdCriterion.SensitivityAtLeast => sensitivity >= rule.Target ? specificity : -1,
            ThresholdCriterion.SpecificityAtLeast => specificity >= rule.Target ? sensitivity : -1,
            _ => -((rule.CostRatio!.Value * prevalence * (1 - sensitivity)) + ((1 - prevalence) * (1 - specificity))),
        };
    }
}
