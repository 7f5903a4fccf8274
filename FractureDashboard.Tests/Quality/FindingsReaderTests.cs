using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Quality;
using FractureDashboard.Quality.Findings;
using FractureDashboard.Quality.Report;
using FractureDashboard.Storage;
using FractureDashboard.Tests.Gallery;

namespace FractureDashboard.Tests.Quality;

public sealed class FindingsReaderTests : IAsyncLifetime
{
    private const QualityRule Twins = QualityRule.ExactDuplicateAcrossSplits;
    private GalleryDatabase database = null!;
    private FindingsReader reader = null!;
    private Dataset set = null!;

    public async ValueTask InitializeAsync()
    {
        database = await GalleryDatabase.CreateAsync();
        reader = new FindingsReader(database.Factory);
        set = await database.AddDatasetAsync([GalleryDatabase.Image("train/f/a.png", label: Label.Fractured), GalleryDatabase.Image("test/f/a.png", Split.Test, Label.Fractured)]);
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task Findings_come_in_pages_the_worst_first_and_a_late_page_is_the_last()
    {
        await ScanAsync(Enumerable.Range(0, 61).Select(i => Findings.Of(QualityRule.Blurred, $"train/f/{i:000}.png", score: i)));

        var first = await ListAsync(new(QualityRule.Blurred));
        Assert.Equal((61, 1, 2, 60), (first.Total, first.Page, first.Pages, first.Findings.Count));
        Assert.Equal("train/f/060.png", first.Findings[0].RelativePath);

        var late = await ListAsync(new(QualityRule.Blurred, Page: 9));
        Assert.Equal(2, late.Page);
        Assert.Equal("train/f/000.png", Assert.Single(late.Findings).RelativePath);
    }

    [Fact]
    public async Task A_finding_knows_its_image_when_there_is_one()
    {
        await ScanAsync([Findings.Of(QualityRule.Blurred, "train/f/a.png"), Findings.Of(QualityRule.NotAnImage, "train/f/letter.jpg")]);

        var all = (await ListAsync(new())).Findings;

        Assert.Equal(GalleryDatabase.Hash("train/f/a.png"), all.Single(f => f.RelativePath == "train/f/a.png").ImageHash);
        Assert.Null(all.Single(f => f.RelativePath == "train/f/letter.jpg").ImageId);
    }

    [Fact]
    public async Task Each_filter_leaves_out_what_it_should()
    {
        await ScanAsync(
        [
            Findings.Of(QualityRule.Blurred, "train/f/100%.png", severity: QualitySeverity.Error),
            Findings.Of(QualityRule.Blurred, "train/n/100x.png", label: Label.NotFractured),
            Findings.Of(QualityRule.Blank, "test/f/b.png", split: Split.Test),
            Findings.Of(QualityRule.Unreadable, "elsewhere.png", split: null, label: null),
        ]);

        Assert.Equal(2, (await ListAsync(new(QualityRule.Blurred))).Total);
        Assert.Equal("train/f/100%.png", Assert.Single((await ListAsync(new(Severity: QualitySeverity.Error))).Findings).RelativePath);
        Assert.Equal("test/f/b.png", Assert.Single((await ListAsync(new(Split: Split.Test))).Findings).RelativePath);
        Assert.Equal("train/n/100x.png", Assert.Single((await ListAsync(new(Label: Label.NotFractured))).Findings).RelativePath);
        Assert.Equal("train/f/100%.png", Assert.Single((await ListAsync(new(Text: "100%"))).Findings).RelativePath);
        Assert.Empty((await ListAsync(new(QualityRule.Blank, Split: Split.Train))).Findings);
    }

    [Fact]
    public async Task A_group_is_shown_whole_also_with_members_that_do_not_match()
    {
        await ScanAsync([.. Group("small", 1, 1), .. Group("large", 3, 1), .. Group("no-test", 2, 0)]);

        var all = await ListAsync(new(Twins));
        Assert.Equal((8, 3), (all.Total, all.TotalGroups));
        Assert.Equal(["large", "no-test", "small"], all.Groups.Select(g => g.Key));

        var test = await ListAsync(new(Twins, Split: Split.Test));
        Assert.Equal((2, 2), (test.Total, test.TotalGroups));
        Assert.Equal([4, 2], test.Groups.OrderByDescending(g => g.Members.Count).Select(g => g.Members.Count));
        Assert.Equal(Split.Test, test.Groups[0].Members[^1].Split);
    }

    [Fact]
    public async Task Groups_come_in_pages()
    {
        await ScanAsync(Enumerable.Range(0, FindingsReader.GroupPageSize + 1).SelectMany(i => Group($"g{i:00}", 1, 1)));

        var second = await ListAsync(new(Twins, Page: 2));

        Assert.Equal((2, 2), (second.Page, second.Pages));
        Assert.Equal($"g{FindingsReader.GroupPageSize}", Assert.Single(second.Groups).Key);
    }

    [Fact]
    public async Task What_is_ignored_or_put_aside_is_gone_and_so_is_what_it_leaves_alone()
    {
        await ScanAsync([.. Group("pair", 1, 1), .. Group("three", 2, 1), Findings.Of(QualityRule.Blurred, "train/f/blur.png")]);
        await database.Factory.IgnoreAsync(set.Id, Twins, "train/pair-0.png");
        await database.Factory.IgnoreAsync(set.Id, QualityRule.Blank, "train/three-0.png");

        var open = await ListAsync(new());
        Assert.Equal(["test/three-0.png", "train/f/blur.png", "train/three-0.png", "train/three-1.png"], open.Findings.Select(f => f.RelativePath).Order(StringComparer.Ordinal));
        Assert.Equal("train/pair-0.png", Assert.Single((await ListAsync(new(Ignored: IgnoredChoice.Only))).Findings).RelativePath);
        Assert.Equal(6, (await ListAsync(new(Ignored: IgnoredChoice.With))).Total);

        var aside = await reader.ListAsync(await database.Factory.HeaderAsync(set.Id, "train/three-0.png", "train/three-1.png"), new(), TestContext.Current.CancellationToken);
        Assert.Equal("train/f/blur.png", Assert.Single(aside.Findings).RelativePath);
    }

    [Fact]
    public async Task All_of_a_filter_is_found_on_every_page_and_on_request_with_the_whole_groups()
    {
        await ScanAsync([.. Group("a", 2, 1), .. Group("b", 2, 0)]);
        var header = await database.Factory.HeaderAsync(set.Id);
        var test = new FindingsQuery(Twins, Split: Split.Test, Page: 7);

        Assert.Equal("test/a-0.png", Assert.Single(await reader.AllAsync(header, test, wholeGroups: false, TestContext.Current.CancellationToken)).RelativePath);
        Assert.Equal(["test/a-0.png", "train/a-0.png", "train/a-1.png"], (await reader.AllAsync(header, test, wholeGroups: true, TestContext.Current.CancellationToken)).Select(f => f.RelativePath));
    }

    [Fact]
    public async Task The_report_counts_what_the_pages_list()
    {
        await ScanAsync([.. Group("pair", 1, 1), .. Group("three", 2, 1), Findings.Of(QualityRule.Blurred, "train/f/blur.png", severity: QualitySeverity.Error)]);
        await database.Factory.IgnoreAsync(set.Id, Twins, "train/pair-0.png");
        var header = await database.Factory.HeaderAsync(set.Id);

        var counts = await new ReportReader(database.Factory).CountAsync(header, TestContext.Current.CancellationToken);

        Assert.Equal((4, 1, 3, 1), (counts.Of(), counts.Of(severity: QualitySeverity.Error), counts.Of(Twins), counts.Of(Twins, split: Split.Test)));
        Assert.Equal(QualitySeverity.Error, counts.Worst(QualityRule.Blurred));
        Assert.Null(counts.Worst(QualityRule.Blank));
        foreach (var query in (FindingsQuery[])[new(), new(Twins), new(Twins, Split: Split.Test), new(Severity: QualitySeverity.Error)])
        {
            Assert.Equal(counts.Of(query.Rule, query.Severity, query.Split, query.Label), (await ListAsync(query)).Total);
        }
    }

    [Fact]
    public async Task Only_the_newest_completed_scan_is_shown()
    {
        await ScanAsync([Findings.Of(QualityRule.Blank, "old.png")]);
        await ScanAsync([Findings.Of(QualityRule.Blank, "new.png")]);
        await database.Factory.AddScanAsync(set.Id, [], change: s => s.State = ScanState.Canceled);

        Assert.Equal("new.png", Assert.Single((await ListAsync(new())).Findings).RelativePath);
    }

    private static IEnumerable<QualityFindingRow> Group(string key, int train, int test) =>
    [
        .. Enumerable.Range(0, train).Select(i => Findings.Of(Twins, $"train/{key}-{i}.png", key)),
        .. Enumerable.Range(0, test).Select(i => Findings.Of(Twins, $"test/{key}-{i}.png", key, Split.Test)),
    ];

    private Task<QualityScanRow> ScanAsync(IEnumerable<QualityFindingRow> findings) => database.Factory.AddScanAsync(set.Id, findings);

    private async Task<FindingList> ListAsync(FindingsQuery query) => await reader.ListAsync(await database.Factory.HeaderAsync(set.Id), query, TestContext.Current.CancellationToken);
}
