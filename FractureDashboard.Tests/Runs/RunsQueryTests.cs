using FractureDashboard.Runs.History;
using FractureDashboard.Storage;

namespace FractureDashboard.Tests.Runs;

public sealed class RunsQueryTests : IAsyncLifetime
{
    private RunStore store = null!;

    public async ValueTask InitializeAsync() => store = await RunStore.CreateAsync();

    public ValueTask DisposeAsync() => store.DisposeAsync();

    [Theory]
    [InlineData("100%", "100% sure")]
    [InlineData("a_b", "a_b")]
    [InlineData(@"c\d", @"c\d")]
    [InlineData("SURE", "100% sure")]
    public async Task Text_is_taken_literally(string text, string expected)
    {
        foreach (var name in (string[])["100% sure", "100 percent", "a_b", "axb", @"c\d", "cxd"])
        {
            await store.AddRunAsync(name);
        }

        Assert.Equal([expected], await NamesAsync(new RunFilter(text)));
    }

    [Fact]
    public async Task Text_finds_names_tags_and_notes()
    {
        await store.AddRunAsync("by name: wrist");
        await store.AddRunAsync("by tag", set: r => r.Tags = ",wrist,");
        await store.AddRunAsync("by notes", set: r => r.Notes = "the left Wrist only");
        await store.AddRunAsync("none");

        Assert.Equal(["by name: wrist", "by notes", "by tag"], (await NamesAsync(new RunFilter("wrist"))).Order());
    }

    [Fact]
    public async Task Tag_is_a_whole_tag_and_no_pattern()
    {
        await store.AddRunAsync("whole", set: r => r.Tags = ",a,hand,");
        await store.AddRunAsync("longer", set: r => r.Tags = ",handle,");
        await store.AddRunAsync("pattern", set: r => r.Tags = ",h%d,");

        Assert.Equal(["whole"], await NamesAsync(new RunFilter(Tag: "hand")));
        Assert.Equal(["pattern"], await NamesAsync(new RunFilter(Tag: "h%d")));
    }

    [Fact]
    public async Task State_and_data_set_narrow_together()
    {
        await store.AddRunAsync("a", RunState.Failed);
        await store.AddRunAsync("b", RunState.Failed, r => r.DatasetName = "Hips");
        await store.AddRunAsync("c", RunState.Completed, r => r.DatasetName = "Hips");

        Assert.Equal(["b"], await NamesAsync(new RunFilter(State: RunState.Failed, Dataset: "Hips")));
    }

    [Theory]
    [InlineData(RunSort.Accuracy, true, "high", "low", "none")]
    [InlineData(RunSort.Accuracy, false, "low", "high", "none")]
    [InlineData(RunSort.Loss, true, "low", "high", "none")]
    [InlineData(RunSort.Loss, false, "high", "low", "none")]
    [InlineData(RunSort.Test, true, "high", "low", "none")]
    [InlineData(RunSort.Name, false, "high", "low", "none")]
    [InlineData(RunSort.Duration, true, "low", "high", "none")]
    [InlineData(RunSort.Created, false, "none", "low", "high")]
    public async Task Order_is_the_databases_and_runs_without_a_value_come_last(RunSort sort, bool descending, params string[] expected)
    {
        var day = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        await store.AddRunAsync("none", set: r => r.CreatedUtc = day);
        await store.AddRunAsync("low", set: r => (r.BestValidationAccuracy, r.BestValidationLoss, r.TestAccuracyWithoutTwins, r.TrainedSeconds, r.CreatedUtc) = (0.6, 0.9, 0.5, 90, day.AddDays(1)));
        await store.AddRunAsync("high", set: r => (r.BestValidationAccuracy, r.BestValidationLoss, r.TestAccuracyWithoutTwins, r.TrainedSeconds, r.CreatedUtc) = (0.9, 0.2, 0.8, 60, day.AddDays(2)));

        Assert.Equal(expected, await NamesAsync(new RunFilter(Sort: sort, Descending: descending)));
    }

    [Fact]
    public async Task Names_sort_without_regard_to_case()
    {
        foreach (var name in (string[])["b", "A", "C"])
        {
            await store.AddRunAsync(name);
        }

        Assert.Equal(["A", "b", "C"], await NamesAsync(new RunFilter(Sort: RunSort.Name, Descending: false)));
    }

    [Theory]
    [MemberData(nameof(Sorts))]
    public async Task Pages_hold_every_run_once_in_every_order(RunSort sort)
    {
        for (var i = 0; i < (2 * RunFilter.PageSize) + 3; i++)
        {
            await store.AddRunAsync($"Run {i % 4}", set: r => r.BestValidationAccuracy = i % 3 == 0 ? null : i % 5);
        }

        var query = new RunsQuery(store.Databases);
        var ids = new List<int>();
        for (var page = 1; page <= 3; page++)
        {
            var found = await query.ListAsync(new RunFilter(Sort: sort, Page: page), CancellationToken.None);
            Assert.Equal((2 * RunFilter.PageSize) + 3, found.Total);
            ids.AddRange(found.Runs.Select(r => r.Id));
        }

        Assert.Equal((2 * RunFilter.PageSize) + 3, ids.Distinct().Count());
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    public static TheoryData<RunSort> Sorts() => [.. Enum.GetValues<RunSort>()];

    [Fact]
    public async Task A_page_beyond_the_last_is_the_last()
    {
        await store.AddRunAsync("only");

        var found = await new RunsQuery(store.Databases).ListAsync(new RunFilter(Page: 99), CancellationToken.None);

        Assert.Equal(1, found.Page);
        Assert.Single(found.Runs);
    }

    [Fact]
    public async Task Facets_offer_what_is_in_use()
    {
        await store.AddRunAsync(set: r => (r.Tags, r.DatasetName) = (",b,a,", "Hips"));
        await store.AddRunAsync(set: r => (r.Tags, r.DatasetName) = (",c,a,", "Arms"));

        var facets = await new RunsQuery(store.Databases).FacetsAsync(CancellationToken.None);

        Assert.Equal(["a", "b", "c"], facets.Tags);
        Assert.Equal(["Arms", "Hips"], facets.Datasets);
    }

    private async Task<IEnumerable<string>> NamesAsync(RunFilter filter) =>
        (await new RunsQuery(store.Databases).ListAsync(filter, CancellationToken.None)).Runs.Select(r => r.Name);
}
