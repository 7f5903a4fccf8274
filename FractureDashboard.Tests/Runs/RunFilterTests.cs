using CsCheck;
using FractureDashboard.Runs.History;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.WebUtilities;

namespace FractureDashboard.Tests.Runs;

public sealed class RunFilterTests
{
    [Fact]
    public void Every_filter_comes_back_from_its_address() =>
        Gen.Select(Gen.String[0, 20], Gen.Enum<RunState>().Nullable(), Gen.String[0, 20], Gen.Enum<RunSort>(), Gen.Bool, Gen.Int[1, 50])
            .Sample((text, state, tag, sort, descending, page) =>
            {
                var filter = new RunFilter(text.Trim(), state, "", tag.Trim().ToLowerInvariant(), sort, descending, page);

                Assert.Equal(filter, Read(filter.ToUrl()));
            });

    [Fact]
    public void The_plain_history_has_a_plain_address() => Assert.Equal("/runs", new RunFilter().ToUrl());

    [Theory]
    [InlineData("7", "weight", "x")]
    [InlineData("", "-", null)]
    [InlineData("none", "99", null)]
    public void What_cannot_be_read_counts_as_absent(string state, string sort, string? text)
    {
        var filter = RunFilter.Parse(text, state, null, null, sort, -3);

        Assert.Equal(new RunFilter(text ?? ""), filter);
    }

    [Fact]
    public void A_second_click_on_a_column_turns_the_order_round()
    {
        var first = new RunFilter(Page: 4).SortedBy(RunSort.Loss);

        Assert.Equal((RunSort.Loss, false, 1), (first.Sort, first.Descending, first.Page));
        Assert.True(first.SortedBy(RunSort.Loss).Descending);
    }

    private static RunFilter Read(string url)
    {
        var query = QueryHelpers.ParseQuery(url.Contains('?') ? url[url.IndexOf('?')..] : "");
        string? Get(string key) => query.TryGetValue(key, out var value) ? value.ToString() : null;
        return RunFilter.Parse(Get("q"), Get("state"), Get("dataset"), Get("tag"), Get("sort"), int.TryParse(Get("page"), out var p) ? p : null);
    }
}
