using Bunit;
using FractureDashboard.Jobs;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Quality;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Tests.Experiments;

/// <summary>The choice of a version, and what is said before a launch.</summary>
public sealed class LaunchGateTests : LaunchPageStage
{
    [Fact]
    public async Task Without_a_scan_the_page_says_so_and_leads_to_it()
    {
        var dataset = await Store.AddDatasetAsync(images: [("train/a", Split.Train, "1"), ("val/a", Split.Validation, "2")]);

        var page = Form("");

        Assert.Contains("has not been scanned", Text(page, "scan-warning"));
        Assert.Equal($"/datasets/{dataset}/quality", page.Find("[data-testid=warning-scan]").GetAttribute("href"));
        Assert.Empty(page.FindAll("[data-testid=twin-warning]"));
        Assert.False(page.Find("[data-testid=launch]").HasAttribute("disabled"));
    }

    [Fact]
    public async Task A_clean_scan_leaves_nothing_to_say()
    {
        var dataset = await Store.AddDatasetAsync(images: [("train/a", Split.Train, "1"), ("val/a", Split.Validation, "2")]);
        await ScanAsync(dataset, [("train/a", QualityRule.Blurred, QualitySeverity.Warning)], ("1", "x"), ("2", "y"));

        var page = Form("");

        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[data-testid=launch-counts]")));
        Assert.Empty(page.FindAll("[data-testid=quality-warning]"));
    }

    [Fact]
    public async Task Errors_and_leakage_are_named_with_numbers_and_ways_out_and_never_stop_a_launch()
    {
        var dataset = await Store.AddDatasetAsync(images: [.. Images, ("val/b", Split.Validation, "4")]);
        await ScanAsync(
            dataset,
            [
                ("train/a", QualityRule.Truncated, QualitySeverity.Error), ("train/a", QualityRule.Damaged, QualitySeverity.Error),
                ("train/b", QualityRule.Blank, QualitySeverity.Error), ("val/a", QualityRule.ExactDuplicateAcrossSplits, QualitySeverity.Error),
            ],
            ("1", "x"), ("2", "y"), ("3", "y"), ("4", "z"));

        var page = Form("");

        var leakage = Text(page, "twin-warning");
        Assert.Contains("1 of 3 validation and test images have a byte-identical twin", leakage);
        Assert.Contains("2 of 3 come from a radiograph that is in train", leakage);
        Assert.Contains("2 files have errors", Text(page, "error-warning"));
        Assert.Equal($"/datasets/{dataset}/quality/split", page.Find("[data-testid=warning-split]").GetAttribute("href"));
        Assert.Equal($"/datasets/{dataset}/quality", page.Find("[data-testid=warning-report]").GetAttribute("href"));

        // What is ignored is dealt with; the page hears of it.
        await new QualityIgnores(Store.Databases, Store.Live, TimeProvider.System).IgnoreAsync(dataset, QualityRule.Blank, ["train/b"], "fine", CancellationToken.None);
        page.WaitForAssertion(() => Assert.Contains("1 file has errors", page.Find("[data-testid=error-warning]").TextContent), TimeSpan.FromSeconds(10));

        await page.Find("[data-testid=launch]").ClickAsync();
        page.WaitForAssertion(() => Assert.Single(Store.Jobs.RunIds));
        Assert.NotNull((await Store.FindRunAsync(1)).QualityJson);
    }

    [Fact]
    public async Task A_version_in_the_address_is_chosen_counted_and_launched()
    {
        var (dataset, version) = await HonestAsync();

        var page = Form($"?dataset={dataset}&version={version}");

        page.WaitForAssertion(() => Assert.Contains("Honest split", page.Find("[data-field=Version]").InnerHtml), TimeSpan.FromSeconds(10));
        Assert.Empty(page.FindAll("[data-testid=twin-warning]"));
        var counts = page.FindAll("[data-testid=launch-counts] dd").Select(d => d.TextContent).ToArray();
        Assert.Equal(18, counts.Sum(c => int.Parse(c, System.Globalization.CultureInfo.InvariantCulture)));
        await page.Find("[data-testid=launch]").ClickAsync();
        page.WaitForAssertion(() => Assert.Single(Store.Jobs.RunIds));
        Assert.Equal(version, (await Store.FindRunAsync(1)).DatasetVersion);
    }

    [Fact]
    public async Task A_picked_version_stands_in_the_address_and_in_the_pair()
    {
        var (dataset, version) = await HonestAsync();
        var page = Form("");
        Assert.Contains("twin in train", Text(page, "twin-warning"));

        await page.InvokeAsync(() => page.FindComponents<MudBlazor.MudSelect<int>>().Single().Instance.ValueChanged.InvokeAsync(version));

        Assert.EndsWith($"/experiments/new?dataset={dataset}&version={version}", Navigation.Uri);
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[data-testid=twin-warning]")), TimeSpan.FromSeconds(10));
        await page.Find("[data-testid=launch-both]").ClickAsync();
        page.WaitForAssertion(() => Assert.Equal(2, Store.Jobs.RunIds.Count));
        Assert.Equal((version, version), ((await Store.FindRunAsync(1)).DatasetVersion, (await Store.FindRunAsync(2)).DatasetVersion));
    }

    [Fact]
    public async Task Picking_keeps_what_was_filled_in()
    {
        var (_, version) = await HonestAsync();
        var page = Form("");
        await page.Find("input[data-testid=field-epochs]").InputAsync("3");

        await page.InvokeAsync(() => page.FindComponents<MudBlazor.MudSelect<int>>().Single().Instance.ValueChanged.InvokeAsync(version));

        Assert.Equal("3", page.Find("input[data-testid=field-epochs]").GetAttribute("value"));
    }

    [Fact]
    public async Task The_options_of_a_run_come_with_its_version()
    {
        var (dataset, version) = await HonestAsync();
        var run = await Store.AddRunAsync("Mine", set: r => (r.DatasetId, r.DatasetVersion) = (dataset, version));
        var plain = await Store.AddRunAsync("Plain", set: r => (r.DatasetId, r.DatasetVersion) = (dataset, 1));

        await Form($"?from={run}").Find("[data-testid=launch]").ClickAsync();
        await Form($"?from={plain}").Find("[data-testid=launch]").ClickAsync();

        Assert.Equal((version, 1), ((await Store.FindRunAsync(plain + 1)).DatasetVersion, (await Store.FindRunAsync(plain + 2)).DatasetVersion));
    }

    [Fact]
    public async Task A_version_that_is_gone_is_said_to_be()
    {
        var (dataset, _) = await HonestAsync();

        Assert.Contains("version asked for is no longer there", Text(Form($"?dataset={dataset}&version=77"), "launch-notice"));
    }

    /// <summary>Three radiographs a class, each in train twice and in validation once, and the honest split of them.</summary>
    private async Task<(int Dataset, int Version)> HonestAsync()
    {
        (string, Split, string)[] images = [.. from source in Enumerable.Range(0, 6) from copy in Enumerable.Range(0, 3)
            select ($"{source}-{copy}", copy == 2 ? Split.Validation : Split.Train, $"{source}")];
        var dataset = await Store.AddDatasetAsync(images: images);
        await Store.ChangeAsync(async db =>
        {
            foreach (var image in await db.Images.ToListAsync())
            {
                image.Label = image.RelativePath[0] < '3' ? Label.Fractured : Label.NotFractured;
            }
        });
        await ScanAsync(dataset, [], [.. Enumerable.Range(0, 6).Select(i => ($"{i}", $"s{i}"))]);
        await Store.ChangeAsync(db =>
        {
            db.DatasetVersions.Add(new DatasetVersion { DatasetId = dataset, Number = 1, Name = "Folders as found", Fingerprint = "f", ImageCount = 18 });
            return Task.CompletedTask;
        });
        var made = await new HonestSplits(Store.Databases, Store.Live, TimeProvider.System)
            .CreateAsync(dataset, new HonestSplitRequest(SplitShares.Usual, 1, OneOfEachHeldOutSource: false, DropExactCopies: false), CancellationToken.None);
        return (dataset, made.Version!.Value);
    }

    private Task ScanAsync(int dataset, (string Path, QualityRule Rule, QualitySeverity Severity)[] findings, params (string Hash, string Source)[] sources) => Store.ChangeAsync(async db =>
    {
        var scan = new QualityScanRow { DatasetId = dataset, DatasetVersion = 1, Fingerprint = "f", State = ScanState.Completed, FinishedUtc = DateTime.UtcNow };
        db.QualityScans.Add(scan);
        await db.SaveChangesAsync();
        db.QualityFindings.AddRange(findings.Select(f => new QualityFindingRow { ScanId = scan.Id, Rule = f.Rule, Severity = f.Severity, RelativePath = f.Path, Evidence = "Seen." }));
        db.ImageSources.AddRange(sources.Select(s => new ImageSource { DatasetId = dataset, ContentHash = s.Hash, Source = s.Source, Confidence = 1 }));
    });
}
