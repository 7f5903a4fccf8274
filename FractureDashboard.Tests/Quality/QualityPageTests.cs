using Bunit;
using FractureDashboard.Jobs;
using FractureDashboard.ML.Quality;
using FractureDashboard.Quality.History;
using FractureDashboard.Quality.Report;
using FractureDashboard.Storage;

namespace FractureDashboard.Tests.Quality;

public sealed class QualityPageTests : IAsyncLifetime
{
    private QualityStage stage = null!;

    public async ValueTask InitializeAsync() => stage = await QualityStage.OpenAsync();

    public ValueTask DisposeAsync() => stage.DisposeAsync();

    [Fact]
    public async Task A_set_that_was_never_scanned_says_so_and_can_be()
    {
        var page = stage.Open<QualityPage>("");
        QualityStage.Eventually(page, () => Assert.Contains("This data set was never scanned", page.Markup, StringComparison.Ordinal));

        await page.Find("[data-testid=scan-start]").ClickAsync(new());

        QualityStage.Eventually(page, () => Assert.Contains("Waiting for its turn", page.Find("[data-testid=scan-progress]").TextContent, StringComparison.Ordinal));
        Assert.Single(stage.QueuedScans);
    }

    [Fact]
    public async Task A_scan_that_waits_or_runs_can_be_cancelled_and_what_it_saw_is_kept()
    {
        await stage.Get<QualityQueue>().StartAsync(stage.Set.Id, CancellationToken.None);
        var page = stage.Open<QualityPage>("");
        QualityStage.Eventually(page, () => Assert.NotEmpty(page.FindAll("[data-testid=scan-cancel]")));

        await page.Find("[data-testid=scan-cancel]").ClickAsync(new());

        QualityStage.Eventually(page, () => Assert.NotEmpty(page.FindAll("[data-testid=scan-canceled]")));
        Assert.Contains("Never scanned to the end", page.Find("[data-testid=scan-state]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_progress_of_a_scan_and_its_newest_findings_are_shown_while_it_runs()
    {
        await stage.Get<QualityQueue>().StartAsync(stage.Set.Id, CancellationToken.None);
        await stage.ChangeAsync(db =>
        {
            db.QualityScans.First().State = ScanState.Running;
            return Task.CompletedTask;
        });
        using var activity = stage.Get<QualityActivities>().Begin(stage.Set.Id, 1);
        activity.Report(new ScanProgress(ScanPhase.Inspecting, 5, 12, 3, 1));
        activity.Found(new QualityFinding(QualityRule.Truncated, QualitySeverity.Error, new PlacedFile("train/fractured/a.png", null, null, 1, DateTime.UtcNow), null, "It ends early."));

        var page = stage.Open<QualityPage>("");

        QualityStage.Eventually(page, () => Assert.Contains("5 of 12, 3 unchanged since the last scan · 1 finding so far", page.Find("[data-testid=scan-progress]").TextContent, StringComparison.Ordinal));
        Assert.Contains("It ends early.", page.Find("[data-testid=newest]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clean_set_is_called_fit_for_both()
    {
        await stage.Databases.AddScanAsync(stage.Set.Id, [], new LeakageCount(8, 0, 0, 0, 0, 0, 12, 12, 0));

        var page = stage.Open<QualityPage>("");

        QualityStage.Eventually(page, () => Assert.Contains("Yes", page.Find("[data-testid=verdict-train] .qu-answer").TextContent, StringComparison.Ordinal));
        Assert.Equal("Yes", page.Find("[data-testid=verdict-judge] .qu-answer").TextContent);
        Assert.Empty(page.FindAll("[data-testid=check]"));
        Assert.Equal("0", page.Find("[data-testid=count-error]").TextContent);
    }

    [Fact]
    public async Task Findings_are_counted_by_check_and_lead_to_their_lists()
    {
        await stage.Databases.AddScanAsync(
            stage.Set.Id,
            [Findings.Of(QualityRule.Truncated, "train/fractured/a.png", severity: QualitySeverity.Error), Findings.Of(QualityRule.Blurred, "train/fractured/b.png")],
            new LeakageCount(8, 3, 3, 5, 2, 6, 8, 4, 2));

        var page = stage.Open<QualityPage>("");

        QualityStage.Eventually(page, () => Assert.Equal("3", page.Find("[data-testid=with-twin]").TextContent));
        Assert.Equal("5", page.Find("[data-testid=with-source]").TextContent);
        Assert.Contains("Repair it", page.Find("[data-testid=to-split]").TextContent, StringComparison.Ordinal);
        Assert.Equal("1", page.Find("[data-testid=count-warning]").TextContent);
        var check = page.Find("[data-rule=truncated]");
        Assert.Contains(QualityRules.Of(QualityRule.Truncated).Remedy, check.TextContent, StringComparison.Ordinal);
        Assert.Equal($"/datasets/{stage.Set.Id}/quality/findings?rule=truncated&split=train", check.QuerySelector("td.qu-wide a")!.GetAttribute("href"));
    }

    [Fact]
    public async Task A_scan_that_does_not_hold_any_more_says_so()
    {
        await stage.Databases.AddScanAsync(stage.Set.Id, [], change: s => s.IsOutdated = true);

        var page = stage.Open<QualityPage>("");

        QualityStage.Eventually(page, () => Assert.NotEmpty(page.FindAll("[data-testid=scan-outdated]")));
    }

    [Fact]
    public async Task A_failed_scan_says_why()
    {
        await stage.Databases.AddScanAsync(stage.Set.Id, [], change: s => (s.State, s.StateReason) = (ScanState.Failed, "The disk is full."));

        var page = stage.Open<QualityPage>("");

        QualityStage.Eventually(page, () => Assert.Contains("The disk is full.", page.Find("[data-testid=scan-failed]").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_notebook_is_shown_what_it_would_have_deleted()
    {
        // A sound image whose first bytes imghdr does not know, named as one that it looks at; and a broken one that it keeps.
        File.Move(Path.Combine(stage.Set.Root, "test/fractured/a.png"), Path.Combine(stage.Set.Root, "test/fractured/a.gone"));
        await File.WriteAllBytesAsync(Path.Combine(stage.Set.Root, "train/fractured/a.png"), Datasets.TestImages.Of("webp", 40), CancellationToken.None);
        await stage.Databases.AddScanAsync(stage.Set.Id, [Findings.Of(QualityRule.Truncated, "train/fractured/b.png", severity: QualitySeverity.Error)]);
        await stage.ChangeAsync(db =>
        {
            db.QualityFacts.AddRange(new[] { "train/fractured/a.png", "train/fractured/b.png", "test/fractured/a.png" }
                .Select(p => new QualityFactsRow { DatasetId = stage.Set.Id, RelativePath = p, Json = "{}", ModifiedUtc = DateTime.UtcNow }));
            return Task.CompletedTask;
        });

        var page = stage.Open<QualityPage>("");

        QualityStage.Eventually(page, () => Assert.Equal("1", page.Find("[data-testid=deleted-sound]").TextContent));
        Assert.Equal("1", page.Find("[data-testid=kept-broken]").TextContent);
        Assert.Equal("0", page.Find("[data-testid=deleted-broken]").TextContent);
        Assert.Contains("these 2 files", page.Find("[data-testid=notebook]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_set_is_said_to_be_unknown()
    {
        var page = stage.Open<QualityPage>("", id: 77);

        QualityStage.Eventually(page, () => Assert.Contains("There is no such data set", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_history_says_what_changed_from_scan_to_scan()
    {
        static string Counts(int open) => new QualityCounts([new QualityCount(QualityRule.Blurred, QualitySeverity.Warning, null, null, open, 0)]).ToJson();
        await stage.Databases.AddScanAsync(stage.Set.Id, [], change: s => s.CountsJson = Counts(5));
        await stage.Databases.AddScanAsync(stage.Set.Id, [], change: s => (s.State, s.StateReason) = (ScanState.Canceled, "Stopped."));
        await stage.Databases.AddScanAsync(stage.Set.Id, [], change: s => s.CountsJson = Counts(2));

        var page = stage.Open<ScansPage>("/history");

        QualityStage.Eventually(page, () => Assert.Equal(3, page.FindAll("[data-testid=scan-row]").Count));
        var rows = page.FindAll("[data-testid=scan-row]");
        Assert.Contains("−3 Blurred", rows[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("Stopped.", rows[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("the first one", rows[2].TextContent, StringComparison.Ordinal);
    }
}
