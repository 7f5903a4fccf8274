using CsCheck;
using FractureDashboard.Jobs;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Quality;

namespace FractureDashboard.Tests.Jobs;

public sealed class QualityCountsTests
{
    private static readonly Gen<QualityFinding> Findings = Gen.Select(
        OneOf(QualityRule.Empty, QualityRule.Blurred, QualityRule.ExactDuplicate),
        OneOf(QualitySeverity.Info, QualitySeverity.Error),
        OneOf<Split?>(null, Split.Train, Split.Test),
        OneOf<Label?>(null, Label.Fractured),
        Gen.Int[0, 4],
        (rule, severity, split, label, name) => new QualityFinding(rule, severity, new PlacedFile($"{name}", split, label, 1, default), null, "Seen."));

    [Fact]
    public void Every_finding_is_counted_once_and_survives_being_stored() => Findings.List[0, 30].Sample(findings =>
    {
        var ignored = new HashSet<(QualityRule, string)> { (QualityRule.Blurred, "1"), (QualityRule.Empty, "2") };

        var counts = QualityCounts.Of(findings, ignored);

        Assert.Equal(findings.Count, counts.Rows.Sum(c => c.Open + c.Ignored));
        Assert.Equal(findings.Count(f => ignored.Contains((f.Rule, f.File.RelativePath))), counts.Rows.Sum(c => c.Ignored));
        Assert.Equal(counts.Rows.Count, counts.Rows.Select(c => (c.Rule, c.Severity, c.Split, c.Label)).Distinct().Count());
        Assert.Equal(counts.Rows, QualityCounts.Parse(counts.ToJson())!.Rows);
    });

    [Fact]
    public void Differences_add_up_and_turn_with_the_order() => Gen.Select(Findings.List[0, 20], Findings.List[0, 20]).Sample((before, after) =>
    {
        var (older, newer) = (QualityCounts.Of(before, new HashSet<(QualityRule, string)>()), QualityCounts.Of(after, new HashSet<(QualityRule, string)>()));

        var there = QualityDifferences.Between(older, newer);
        var back = QualityDifferences.Between(newer, older);

        Assert.Equal(after.Count - before.Count, there.Sum(d => d.Change));
        Assert.Equal(there.Select(d => (d.Rule, d.Change)), back.Select(d => (d.Rule, -d.Change)));
        Assert.Empty(QualityDifferences.Between(older, older));
    });

    [Theory]
    [InlineData(null)]
    [InlineData("{")]
    public void What_cannot_be_read_is_nothing(string? json) => Assert.Null(QualityCounts.Parse(json));

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
