using System.Text.Json.Serialization;

namespace FractureDashboard.ML.Evaluation;

/// <summary>Bounds between which a value is believed to lie.</summary>
/// <param name="Low">The lower bound.</param>
/// <param name="High">The upper bound.</param>
public readonly record struct Interval(double Low, double High);

/// <summary>A metric with its doubt. What is undefined is null and says why; no number here is NaN or infinite.</summary>
/// <param name="Value">The metric; null where it is undefined.</param>
/// <param name="Interval">Its 95 % interval by formula, which takes the images for independent; null where there is no formula or none that holds.</param>
/// <param name="BySource">Its 95 % interval by drawing whole sources (<see cref="ClusterBootstrap"/>); null where none was asked for or none exists.</param>
/// <param name="Reason">Sentences that say why there is no value, or no interval though one was to be expected; null where nothing is missing.</param>
public sealed record Estimate(double? Value, Interval? Interval = null, Interval? BySource = null, string? Reason = null)
{
    /// <summary>Whether there is a value.</summary>
    [JsonIgnore]
    public bool IsDefined => Value is not null;

    /// <summary>A metric that is undefined.</summary>
    /// <param name="reason">A sentence that says why.</param>
    /// <returns>The estimate without a value.</returns>
    public static Estimate Undefined(string reason) => new(null, Reason: reason);

    /// <summary>A metric without an interval, or the reason why there is none.</summary>
    /// <param name="value">The metric, or null.</param>
    /// <param name="reason">Why it is undefined, should it be.</param>
    /// <returns>The estimate.</returns>
    public static Estimate Of(double? value, string reason) => value is null ? Undefined(reason) : new(value);

    /// <summary>A share with its Wilson interval.</summary>
    /// <param name="successes">How many have the property, 0 to <paramref name="total"/>.</param>
    /// <param name="total">Out of how many.</param>
    /// <param name="reason">Why it is undefined, should <paramref name="total"/> be 0.</param>
    /// <returns>The estimate.</returns>
    public static Estimate Share(int successes, int total, string reason) =>
        total == 0 ? Undefined(reason) : new((double)successes / total, WilsonInterval.Of(successes, total));

    /// <summary>The same with the interval by source.</summary>
    /// <param name="drawn">What the bootstrap found for this metric.</param>
    /// <returns>The estimate; unchanged where it has no value.</returns>
    public Estimate With(BootstrapInterval drawn)
    {
        ArgumentNullException.ThrowIfNull(drawn);
        return Value is null ? this : this with { BySource = drawn.Interval, Reason = Reason is null ? drawn.Reason : drawn.Reason is null ? Reason : $"{Reason} {drawn.Reason}" };
    }
}
