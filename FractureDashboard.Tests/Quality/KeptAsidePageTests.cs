using Bunit;
using FractureDashboard.Jobs;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Quality;
using FractureDashboard.Quality.Aside;
using FractureDashboard.Quality.Sources;
using FractureDashboard.Quality.Splitting;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Tests.Quality;

public sealed class KeptAsidePageTests : IAsyncLifetime
{
    private const string A = "train/fractured/a.png";
    private const string B = "train/fractured/b.png";
    private QualityStage stage = null!;

    public async ValueTask InitializeAsync() => stage = await QualityStage.OpenAsync();

    public ValueTask DisposeAsync() => stage.DisposeAsync();

    [Fact]
    public async Task Files_put_aside_are_listed_with_their_reason_and_put_back_one_by_one_or_all()
    {
        await stage.Get<QuarantineService>().PutAsideAsync(stage.Set.Id, [A, B], "Broken", CancellationToken.None);
        await stage.WorkAsync();
        var page = stage.Open<AsideListPage>("/quarantine");
        QualityStage.Eventually(page, () => Assert.Equal(2, page.FindAll("[data-testid=aside-row]").Count));
        Assert.Contains("Broken", page.Find("[data-testid=aside-row]").TextContent, StringComparison.Ordinal);

        await page.Find("[data-testid=restore]").ClickAsync(new());
        await stage.UndoAsync("1 file is back in place.");
        stage.Says("1 file is put aside again.");
        await stage.WorkAsync();
        Assert.All(await stage.Get<QuarantineService>().FilesAsync(stage.Set.Id, CancellationToken.None), f => Assert.Equal("Broken", f.Reason));

        QualityStage.Eventually(page, () => Assert.Equal(2, page.FindAll("[data-testid=aside-row]").Count));
        await page.Find("[data-testid=restore-all]").ClickAsync(new());
        stage.Says("2 files are back in place.");
        Assert.True(File.Exists(Path.Combine(stage.Set.Root, A)));
        QualityStage.Eventually(page, () => Assert.Contains("No file is put aside", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Corrections_are_listed_and_taken_back_and_that_too()
    {
        await stage.Get<CorrectionService>().CorrectAsync(stage.Set.Id, [A, B], null, Label.NotFractured, "No fracture", CancellationToken.None);
        var page = stage.Open<AsideListPage>("/quarantine?list=corrections");
        QualityStage.Eventually(page, () => Assert.Equal(2, page.FindAll("[data-testid=aside-row]").Count));

        await page.Find("[data-testid=select-page]").ChangeAsync(new() { Value = true });
        await page.Find("[data-testid=restore-selected]").ClickAsync(new());

        stage.Says("2 images count as the folders say.");
        Assert.Equal(Label.Fractured, await LabelAsync());
        await stage.UndoAsync("2 images count as the folders say.");
        stage.Says("2 images are corrected again.");
        Assert.Equal(Label.NotFractured, await LabelAsync());
    }

    [Fact]
    public async Task Ignored_findings_are_listed_and_taken_back_and_that_too()
    {
        await stage.Databases.IgnoreAsync(stage.Set.Id, QualityRule.Blurred, A);
        var page = stage.Open<AsideListPage>("/quarantine?list=ignored");
        QualityStage.Eventually(page, () => Assert.Contains("Known.", page.Find("[data-testid=aside-row]").TextContent, StringComparison.Ordinal));

        await page.Find("[data-testid=restore]").ClickAsync(new());
        stage.Says("1 finding counts again.");
        QualityStage.Eventually(page, () => Assert.Contains("No finding is ignored", page.Markup, StringComparison.Ordinal));

        await stage.UndoAsync("1 finding counts again.");
        QualityStage.Eventually(page, () => Assert.Contains("Known.", page.Find("[data-testid=aside-row]").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sources_are_joined_and_parted_by_hand_and_undo_makes_them_what_they_were()
    {
        await AddSourcesAsync(i => i.RelativePath.StartsWith("train/fractured", StringComparison.Ordinal) ? "one" : i.RelativePath.Contains("unfractured", StringComparison.Ordinal) ? "two" : i.RelativePath);
        var before = await SourcesAsync();
        var page = stage.Open<SourcesPage>("/sources");
        QualityStage.Eventually(page, () => Assert.Equal("2 sources", page.Find("[data-testid=source-count]").TextContent));
        Assert.Contains("6 images: 2 in train, 2 in validation, 2 in test", page.Find("[data-testid=source]").TextContent, StringComparison.Ordinal);
        Assert.Contains("in several splits", page.Find("[data-testid=source]").TextContent, StringComparison.Ordinal);

        foreach (var box in page.FindAll("[data-testid=select-source]").Select((_, i) => i).ToList())
        {
            await page.FindAll("[data-testid=select-source]")[box].ChangeAsync(new() { Value = true });
        }

        await page.Find("[data-testid=merge]").ClickAsync(new());
        stage.Says("2 sources are one now.");
        QualityStage.Eventually(page, () => Assert.Equal("1 source", page.Find("[data-testid=source-count]").TextContent));
        await stage.UndoAsync("2 sources are one now.");
        Assert.Equal(before, await SourcesAsync());

        QualityStage.Eventually(page, () => Assert.Equal("2 sources", page.Find("[data-testid=source-count]").TextContent));
        await page.Find("[data-testid=select-image]").ChangeAsync(new() { Value = true });
        await page.Find("[data-testid=split-off]").ClickAsync(new());
        stage.Says("1 image is a source of their own now.");
        Assert.NotEqual(before, await SourcesAsync());
    }

    [Fact]
    public async Task Sources_are_narrowed_by_the_address()
    {
        await AddSourcesAsync(i => i.Split == Split.Train ? "train" : $"{i.Label}");

        var across = stage.Open<SourcesPage>("/sources?across=true");
        QualityStage.Eventually(across, () => Assert.Equal("2 sources", across.Find("[data-testid=source-count]").TextContent));
        var named = stage.Open<SourcesPage>("/sources?q=train/unf");
        QualityStage.Eventually(named, () => Assert.Equal("1 source", named.Find("[data-testid=source-count]").TextContent));
        var large = stage.Open<SourcesPage>("/sources?min=5");
        QualityStage.Eventually(large, () => Assert.Contains("No source matches", large.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_split_is_previewed_beside_the_old_one_made_and_can_be_trained_on()
    {
        // Each class has a source in two splits, and three more.
        await AddSourcesAsync(i => i.RelativePath.EndsWith("/a.png", StringComparison.Ordinal) && i.Split != Split.Test ? $"{i.Label}" : i.RelativePath);
        var page = stage.Open<SplitPage>("/split?one=false&distinct=false&seed=5");
        QualityStage.Eventually(page, () => Assert.Equal("2", page.Find("[data-testid=split-before] [data-testid=side-across]").TextContent));
        Assert.Equal("0", page.Find("[data-testid=split-after] [data-testid=side-across]").TextContent);
        Assert.Equal("12", page.Find("[data-testid=split-after] [data-testid=side-images]").TextContent);

        await page.Find("[data-testid=split-create]").ClickAsync(new());

        stage.Says("Version 2 was made.");
        QualityStage.Eventually(page, () => Assert.Contains("seed 5", page.Find("[data-testid=version-row]").TextContent, StringComparison.Ordinal));
        Assert.Equal($"/experiments/new?dataset={stage.Set.Id}&version=2", page.Find("[data-testid=version-train]").GetAttribute("href"));
        await page.Find("[data-testid=split-create]").ClickAsync(new());
        stage.Says("This split is version 2 already.");
    }

    [Fact]
    public void Without_a_scan_a_split_says_what_is_missing()
    {
        var page = stage.Open<SplitPage>("/split");

        QualityStage.Eventually(page, () => Assert.Contains("Scan the data set first", page.Find("[data-testid=split-problem]").TextContent, StringComparison.Ordinal));
        Assert.True(page.Find("[data-testid=split-create]").HasAttribute("disabled"));
    }

    private Task AddSourcesAsync(Func<DatasetImage, string> source) => stage.ChangeAsync(async db =>
    {
        var images = await db.Images.Where(i => i.DatasetId == stage.Set.Id).ToListAsync();
        db.ImageSources.AddRange(images.Select(i => new ImageSource { DatasetId = stage.Set.Id, ContentHash = i.ContentHash, Source = source(i), Confidence = 0.9 }));
    });

    private async Task<IReadOnlyList<string>> SourcesAsync()
    {
        await using var db = await stage.Databases.CreateDbContextAsync();
        return await db.ImageSources.OrderBy(s => s.ContentHash).Select(s => s.ContentHash + s.Source + s.Confidence + s.ByHand).ToListAsync();
    }

    private async Task<Label> LabelAsync()
    {
        await using var db = await stage.Databases.CreateDbContextAsync();
        return (await db.Images.SingleAsync(i => i.DatasetId == stage.Set.Id && i.RelativePath == A)).Label;
    }
}
