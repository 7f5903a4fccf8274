using Bunit;
using FractureDashboard.Jobs;
using FractureDashboard.Live;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Quality;
using FractureDashboard.Quality.Findings;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Tests.Quality;

public sealed class FindingsPageTests : IAsyncLifetime
{
    private const string A = "train/fractured/a.png";
    private const string B = "train/fractured/b.png";
    private const string Held = "test/fractured/a.png";
    private QualityStage stage = null!;

    public async ValueTask InitializeAsync()
    {
        stage = await QualityStage.OpenAsync();
        await stage.Databases.AddScanAsync(stage.Set.Id,
        [
            Findings.Of(QualityRule.Blurred, A),
            Findings.Of(QualityRule.Blurred, B),
            Findings.Of(QualityRule.Blurred, Held, split: Split.Test),
            Findings.Of(QualityRule.ExactDuplicateAcrossSplits, A, "g", severity: QualitySeverity.Error),
            Findings.Of(QualityRule.ExactDuplicateAcrossSplits, Held, "g", Split.Test, severity: QualitySeverity.Error),
        ]);
    }

    public ValueTask DisposeAsync() => stage.DisposeAsync();

    [Fact]
    public void The_address_decides_what_is_listed()
    {
        var page = Open("?rule=blurred&split=test");

        Assert.Equal("1 finding", Text(page, "finding-count"));
        Assert.Equal(Held, page.Find("[data-testid=finding]").GetAttribute("data-path"));
        Assert.Contains(QualityRules.Of(QualityRule.Blurred).Explanation, page.Find("[data-testid=rule-explained]").TextContent, StringComparison.Ordinal);
        Assert.EndsWith("findings.csv?rule=blurred&split=test", page.Find("[data-testid=export-csv]").GetAttribute("href"), StringComparison.Ordinal);
        Assert.StartsWith($"/datasets/{stage.Set.Id}/images/", page.Find("[data-testid=finding-image]").GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clearing_the_filter_keeps_the_check()
    {
        var page = Open("?rule=blurred&split=test");

        await page.Find("[data-testid=filter-clear]").ClickAsync(new());

        Assert.EndsWith("/quality/findings?rule=blurred", stage.Address, StringComparison.Ordinal);
    }

    [Fact]
    public void Copies_are_shown_side_by_side()
    {
        var page = Open("?rule=exact-duplicate-across-splits");

        Assert.Equal("2 findings in 1 group", Text(page, "finding-count"));
        Assert.Equal([A, Held], page.Find("[data-testid=finding-group]").QuerySelectorAll("[data-testid=finding]").Select(f => f.GetAttribute("data-path")));
        Assert.Contains("1 in train, 1 in test", page.Find("[data-testid=finding-group]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Findings_are_selected_one_by_one_by_page_and_all()
    {
        var page = Open("?rule=blurred");
        Assert.Equal("none selected", Text(page, "selected-count"));
        Assert.True(page.Find("[data-testid=act-aside]").HasAttribute("disabled"));

        await page.Find("[data-testid=select-finding]").ChangeAsync(new() { Value = true });
        Assert.Equal("1 selected", Text(page, "selected-count"));
        await page.Find("[data-testid=select-page]").ChangeAsync(new() { Value = true });
        Assert.Equal("3 selected", Text(page, "selected-count"));
        await page.Find("[data-testid=select-none]").ClickAsync(new());
        Assert.Equal("none selected", Text(page, "selected-count"));
        await page.Find("[data-testid=select-all]").ClickAsync(new());
        Assert.Equal("3 selected", Text(page, "selected-count"));
        Assert.False(page.Find("[data-testid=act-aside]").HasAttribute("disabled"));
    }

    [Fact]
    public async Task Files_are_put_aside_with_a_reason_and_undo_brings_them_back()
    {
        var before = QualityRoom.Hashes(stage.Set.Root);
        var page = Open("?rule=blurred&split=train");
        await page.Find("[data-testid=select-all]").ClickAsync(new());
        var acting = page.Find("[data-testid=act-aside]").ClickAsync(new());
        Assert.Contains("Nothing is deleted", stage.Dialog(), StringComparison.Ordinal);
        await stage.ConfirmAsync("Too blurred to read");
        await acting;

        stage.Says("2 files were put aside.");
        Assert.All(await stage.Get<QuarantineService>().FilesAsync(stage.Set.Id, CancellationToken.None), f => Assert.Equal("Too blurred to read", f.Reason));
        Assert.False(File.Exists(Path.Combine(stage.Set.Root, A)));
        QualityStage.Eventually(page, () => Assert.Contains("No finding matches the filter", page.Markup, StringComparison.Ordinal));

        await stage.UndoAsync("2 files were put aside.");

        stage.Says("2 files are back in place.");
        Assert.Equal(before, QualityRoom.Hashes(stage.Set.Root));
        QualityStage.Eventually(page, () => Assert.Equal("2 findings", Text(page, "finding-count")));
    }

    [Fact]
    public async Task Of_copies_the_held_out_one_is_kept()
    {
        var page = Open("?rule=exact-duplicate-across-splits&split=test");
        await page.Find("[data-testid=select-all]").ClickAsync(new());
        var acting = page.Find("[data-testid=act-keep-one]").ClickAsync(new());
        Assert.Contains("a test image before a validation image before a training image", stage.Dialog(), StringComparison.Ordinal);
        await stage.ConfirmAsync();
        await acting;

        stage.Says("1 file was put aside.");
        Assert.Equal(A, Assert.Single(await stage.Get<QuarantineService>().FilesAsync(stage.Set.Id, CancellationToken.None)).RelativePath);
    }

    [Fact]
    public async Task Ignored_findings_are_gone_until_that_is_taken_back()
    {
        await stage.Databases.IgnoreAsync(stage.Set.Id, QualityRule.Blank, A);
        var page = Open("?rule=blurred&split=train");
        await page.Find("[data-testid=select-finding]").ChangeAsync(new() { Value = true });
        var acting = page.Find("[data-testid=act-ignore]").ClickAsync(new());
        await stage.ConfirmAsync("It is meant to look so");
        await acting;

        stage.Says("1 finding is ignored now.");
        QualityStage.Eventually(page, () => Assert.Equal("1 finding", Text(page, "finding-count")));

        await stage.UndoAsync("1 finding is ignored now.");

        stage.Says("1 finding counts again.");
        QualityStage.Eventually(page, () => Assert.Equal("2 findings", Text(page, "finding-count")));
        await using var db = await stage.Databases.CreateDbContextAsync(CancellationToken.None);
        Assert.Equal(QualityRule.Blank, (await db.QualityIgnores.SingleAsync(CancellationToken.None)).Rule);
    }

    [Fact]
    public async Task An_image_gets_another_class_and_undo_gives_it_the_one_it_had()
    {
        // It was corrected before, so that "as before" is not what the folder says.
        Assert.Null(await stage.Get<CorrectionService>().CorrectAsync(stage.Set.Id, [A], Split.Validation, null, "Moved", CancellationToken.None));
        var page = Open("?rule=blurred&q=train/fractured/a");
        await page.Find("[data-testid=select-finding]").ChangeAsync(new() { Value = true });
        var acting = page.Find("[data-testid=act-move]").ClickAsync(new());
        stage.Dialog();
        await stage.ChooseAsync<Label?>("Class", Label.NotFractured);
        await stage.ChooseAsync<Split?>("Split", Split.Train);
        await stage.ConfirmAsync("No fracture to be seen");
        await acting;

        stage.Says("1 image counts as train, not fractured now.");
        Assert.Equal((Split.Train, Label.NotFractured), await PlaceAsync());

        await stage.UndoAsync("1 image counts as train");

        stage.Says("1 image counts as before.");
        Assert.Equal((Split.Validation, Label.Fractured), await PlaceAsync());
    }

    [Fact]
    public async Task An_action_waits_while_the_data_set_is_indexed()
    {
        var page = Open("?rule=blurred&q=train/fractured/a");
        await page.InvokeAsync(() => page.Find("[data-testid=select-finding]").ChangeAsync(new() { Value = true }));
        await stage.ChangeAsync(async db => (await db.Datasets.SingleAsync()).State = DatasetState.Working);
        var acting = QualityStage.ClickAsync(page, "[data-testid=act-aside]");
        await stage.ConfirmAsync("Too blurred to read");
        Assert.True(File.Exists(Path.Combine(stage.Set.Root, A)));

        await stage.ChangeAsync(async db => (await db.Datasets.SingleAsync()).State = DatasetState.Ready);
        stage.Get<LiveEvents>().Signal(Topics.Datasets);
        await acting;

        stage.Says("1 file was put aside.");
    }

    private static string Text(IRenderedComponent<FindingsPage> page, string testId) => page.Find($"[data-testid={testId}]").TextContent.Trim();

    private IRenderedComponent<FindingsPage> Open(string query)
    {
        var page = stage.Open<FindingsPage>("/findings" + query);
        QualityStage.Eventually(page, () => Assert.NotEmpty(page.FindAll("[data-testid=finding]")));
        return page;
    }

    private async Task<(Split, Label)> PlaceAsync()
    {
        await using var db = await stage.Databases.CreateDbContextAsync();
        var image = await db.Images.SingleAsync(i => i.DatasetId == stage.Set.Id && i.RelativePath == A);
        return (image.Split, image.Label);
    }
}
