using System.Text.RegularExpressions;
using FractureDashboard.ML.Quality;

namespace FractureDashboard.Tests.ML.Quality;

public sealed partial class QualityRulesTests
{
    [Fact]
    public void Every_rule_is_described_once_in_the_order_of_the_numbers() => Assert.Equal(Enum.GetValues<QualityRule>(), QualityRules.All.Select(r => r.Rule));

    [Fact]
    public void Codes_are_words_joined_by_hyphens_and_lead_back_to_their_rules() => Assert.All(QualityRules.All, r =>
    {
        Assert.Matches(Kebab(), r.Code);
        Assert.Equal(r.Rule, QualityRules.Parse(r.Code));
        Assert.Equal(r.Rule, QualityRules.Parse(r.Code.ToUpperInvariant()));
        Assert.Same(r, QualityRules.Of(r.Rule));
    });

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("no-such-rule")]
    [InlineData("17")]
    public void What_is_no_code_is_no_rule(string? code) => Assert.Null(QualityRules.Parse(code));

    [Fact]
    public void Explanations_and_remedies_are_sentences() => Assert.All(QualityRules.All, r =>
    {
        Assert.EndsWith(".", r.Explanation, StringComparison.Ordinal);
        Assert.EndsWith(".", r.Remedy, StringComparison.Ordinal);
        Assert.False(r.Title.EndsWith('.'));
        Assert.True(r.Explanation.Length > 60 && r.Remedy.Length > 15);
    });

    [Fact]
    public void Errors_are_what_makes_training_or_evaluation_wrong() => Assert.Equal(
        [
            QualityRule.Unreadable, QualityRule.Empty, QualityRule.NotAnImage, QualityRule.Truncated, QualityRule.Damaged, QualityRule.TooLarge,
            QualityRule.ExactDuplicateAcrossClasses, QualityRule.ExactDuplicateAcrossSplits, QualityRule.NearDuplicateAcrossSplits, QualityRule.SourceAcrossSplits,
        ],
        QualityRules.All.Where(r => r.DefaultSeverity == QualitySeverity.Error).Select(r => r.Rule));

    [GeneratedRegex("^[a-z]+(-[a-z]+)*$")]
    private static partial Regex Kebab();
}
