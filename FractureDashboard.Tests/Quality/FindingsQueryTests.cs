using CsCheck;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Quality;
using FractureDashboard.Quality;
using FractureDashboard.Quality.Findings;
using Microsoft.AspNetCore.WebUtilities;

namespace FractureDashboard.Tests.Quality;

public sealed class FindingsQueryTests
{
    private static readonly Gen<FindingsQuery> Query = Gen.Select(
        Gen.Enum<QualityRule>().Nullable(), Gen.Enum<QualitySeverity>().Nullable(), Gen.Enum<Split>().Nullable(),
        Gen.Enum<Label>().Nullable(), Gen.String[Gen.Char['!', '~'], 0, 40], Gen.Enum<IgnoredChoice>(), Gen.Int[1, 900],
        (r, v, s, l, t, i, p) => new FindingsQuery(r, v, s, l, t, i, p));

    [Fact]
    public void An_address_brings_the_same_list_back() => Query.Sample(query =>
    {
        var read = QueryHelpers.ParseQuery(new Uri("http://x" + query.ToUrl(7)).Query);
        string? Part(string name) => read.TryGetValue(name, out var value) ? value.ToString() : null;
        return FindingsQuery.Parse(Part("rule"), Part("severity"), Part("split"), Part("label"), Part("q"), Part("ignored"), Part("page") is { } page ? int.Parse(page) : null) == query;
    });

    [Fact]
    public void What_cannot_be_read_counts_as_absent()
    {
        Assert.Equal(new FindingsQuery(), FindingsQuery.Parse("nonsense", "fatal", "training", "maybe", null, "yes", -3));
        Assert.Equal(200, FindingsQuery.Parse(null, null, null, null, new string('x', 999), null).Text.Length);
    }

    [Fact]
    public void An_export_has_the_filter_and_no_page() =>
        Assert.Equal("/datasets/3/quality/findings.csv?rule=blurred&split=test", new FindingsQuery(QualityRule.Blurred, Split: Split.Test, Page: 4).ToExportUrl(3, "csv"));

    [Theory]
    [InlineData("Blurred", "blurred")]
    [InlineData("Far too large", "far too large")]
    [InlineData("CMYK colours", "CMYK colours")]
    [InlineData("TensorFlow does not read it", "TensorFlow does not read it")]
    [InlineData("", "")]
    public void A_title_within_a_sentence_begins_small_unless_it_is_a_name(string title, string inline) => Assert.Equal(inline, QualityText.Inline(title));
}
