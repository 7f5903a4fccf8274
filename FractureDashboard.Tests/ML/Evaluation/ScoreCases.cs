using CsCheck;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Evaluation;

namespace FractureDashboard.Tests.ML.Evaluation;

/// <summary>Scores with labels for tests.</summary>
internal static class ScoreCases
{
    /// <summary>Small sets with many ties, of both classes.</summary>
    public static Gen<ScoreSet> BothClasses { get; } = Gen.Select(Gen.Int[0, 12], Gen.Bool).List[2, 40]
        .Where(items => items.Any(i => i.Item2) && items.Any(i => !i.Item2))
        .Select(items => new ScoreSet([.. items.Select(i => i.Item1 / 12.0)], [.. items.Select(i => Of(i.Item2))]));

    /// <summary>Small sets of any kind, empty ones and those of one class among them.</summary>
    public static Gen<ScoreSet> Any { get; } = Gen.Select(Gen.Int[0, 12], Gen.Bool).List[0, 12]
        .Select(items => new ScoreSet([.. items.Select(i => i.Item1 / 12.0)], [.. items.Select(i => Of(i.Item2))]));

    /// <summary>A set written as "score of each fractured image" and "of each other".</summary>
    public static ScoreSet Set(double[] fractured, double[] notFractured) =>
        new([.. fractured, .. notFractured], [.. fractured.Select(_ => Label.Fractured), .. notFractured.Select(_ => Label.NotFractured)]);

    /// <summary>A set of sources of several images each, scores overlapping.</summary>
    public static ScoreSet Sources(int sources, int images)
    {
        var all = Enumerable.Range(0, sources * images).Select(i => (Source: i / images, Image: i % images)).ToArray();
        return new(
            [.. all.Select(i => Math.Round((((i.Source * 0.618034) + (i.Image * 0.01)) % 1 * 0.7) + (0.3 * (i.Source % 2)), 2))],
            [.. all.Select(i => (Label)(i.Source % 2))],
            [.. all.Select(i => $"s{i.Source}")]);
    }

    private static Label Of(bool fractured) => fractured ? Label.Fractured : Label.NotFractured;
}
