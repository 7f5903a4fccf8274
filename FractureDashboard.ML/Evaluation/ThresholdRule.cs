using System.Text.Json.Serialization;

namespace FractureDashboard.ML.Evaluation;

/// <summary>What a threshold is chosen for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ThresholdCriterion>))]
public enum ThresholdCriterion
{
    /// <summary>Highest sensitivity + specificity - 1 (Youden, Cancer 3, 1950).</summary>
    Youden,

    /// <summary>Highest harmonic mean of precision and recall.</summary>
    F1,

    /// <summary>Highest specificity among thresholds with at least a given sensitivity.</summary>
    SensitivityAtLeast,

    /// <summary>Highest sensitivity among thresholds with at least a given specificity.</summary>
    SpecificityAtLeast,

    /// <summary>Lowest expected cost of an image.</summary>
    Cost,
}

/// <summary>How a threshold is chosen.</summary>
/// <param name="Criterion">What for.</param>
/// <param name="Target">The least sensitivity or specificity, 0 to 1; null for other criteria.</param>
/// <param name="CostRatio">What a missed fracture costs in false alarms, above 0; null for other criteria.</param>
/// <param name="Prevalence">Share of fractures where the model will be used, above 0 and below 1; null for that of the images chosen on.</param>
public sealed record ThresholdRule(ThresholdCriterion Criterion, double? Target = null, double? CostRatio = null, double? Prevalence = null)
{
    /// <summary>Highest sensitivity + specificity - 1.</summary>
    public static ThresholdRule Youden { get; } = new(ThresholdCriterion.Youden);

    /// <summary>Highest harmonic mean of precision and recall.</summary>
    public static ThresholdRule F1 { get; } = new(ThresholdCriterion.F1);

    /// <summary>Highest specificity among thresholds with at least a given sensitivity.</summary>
    /// <param name="target">0 to 1.</param>
    /// <returns>The rule.</returns>
    public static ThresholdRule SensitivityAtLeast(double target) => new(ThresholdCriterion.SensitivityAtLeast, target);

    /// <summary>Highest sensitivity among thresholds with at least a given specificity.</summary>
    /// <param name="target">0 to 1.</param>
    /// <returns>The rule.</returns>
    public static ThresholdRule SpecificityAtLeast(double target) => new(ThresholdCriterion.SpecificityAtLeast, target);

    /// <summary>Lowest expected cost: prevalence x ratio x (1 - sensitivity) + (1 - prevalence) x (1 - specificity).</summary>
    /// <param name="ratio">What a missed fracture costs in false alarms, above 0.</param>
    /// <param name="prevalence">Share of fractures where the model will be used, above 0 and below 1; null for that of the images chosen on.</param>
    /// <returns>The rule.</returns>
    public static ThresholdRule Cost(double ratio, double? prevalence = null) => new(ThresholdCriterion.Cost, CostRatio: ratio, Prevalence: prevalence);

    /// <summary>The rule in words.</summary>
    /// <returns>Such as "sensitivity at least 0.95".</returns>
    public string Describe() => Criterion switch
    {
        ThresholdCriterion.Youden => "highest sensitivity + specificity",
        ThresholdCriterion.F1 => "highest F1",
        ThresholdCriterion.SensitivityAtLeast => FormattableString.Invariant($"sensitivity at least {Target}"),
        ThresholdCriterion.SpecificityAtLeast => FormattableString.Invariant($"specificity at least {Target}"),
        _ => FormattableString.Invariant($"lowest cost, a missed fracture being worth {CostRatio} false alarms"),
    };

    /// <summary>Checks the numbers.</summary>
    /// <returns>A sentence that says which number is missing or out of its range; null where all are in order.</returns>
    public string? Problem() => Criterion switch
    {
        ThresholdCriterion.SensitivityAtLeast or ThresholdCriterion.SpecificityAtLeast when Target is not (>= 0 and <= 1) => "The least sensitivity or specificity must be from 0 to 1.",
        ThresholdCriterion.Cost when CostRatio is not > 0 || !double.IsFinite(CostRatio.Value) => "The cost of a missed fracture in false alarms must be above 0.",
        ThresholdCriterion.Cost when Prevalence is not (null or (> 0 and < 1)) => "The share of fractures must be above 0 and below 1.",
        _ => null,
    };
}
