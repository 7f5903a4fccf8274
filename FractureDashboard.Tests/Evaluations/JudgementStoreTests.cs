using FractureDashboard.Jobs;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Quality;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Tests.Evaluations;

/// <summary>Chosen thresholds, looks at test results, and doubted labels.</summary>
public sealed class JudgementStoreTests : IAsyncLifetime
{
    private const string Missed = "val/fractured/4.png";
    private EvaluationRoom room = null!;

    public async ValueTask InitializeAsync() => room = await EvaluationRoom.CreateAsync();

    public ValueTask DisposeAsync() => room.DisposeAsync();

    [Fact]
    public async Task A_threshold_is_kept_until_another_is_chosen_or_it_is_forgotten()
    {
        Assert.Null(await FindAsync());
        Assert.Null(await room.Thresholds.ChooseAsync(Threshold(0.3), CancellationToken.None));
        Assert.Null(await room.Thresholds.ChooseAsync(Threshold(0.4), CancellationToken.None));

        Assert.Equal((0.4, "rule", 1.5), ((await FindAsync())!.Threshold, (await FindAsync())!.Rule, (await FindAsync())!.Temperature));
        await room.Thresholds.ForgetAsync(room.RunId, CancellationToken.None);
        Assert.Null(await FindAsync());
    }

    [Fact]
    public async Task A_threshold_counts_only_for_the_weights_it_was_chosen_for()
    {
        await room.Thresholds.ChooseAsync(Threshold(0.3), CancellationToken.None);
        await room.Store.ChangeAsync(db => db.Runs.ExecuteUpdateAsync(s => s.SetProperty(r => r.WeightsHash, "b")));

        Assert.Null(await FindAsync());
        Assert.Contains("trained again", await room.Thresholds.ChooseAsync(Threshold(0.3), CancellationToken.None), StringComparison.Ordinal);
        Assert.Contains("between 0 and 1", await room.Thresholds.ChooseAsync(Threshold(1.5), CancellationToken.None), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Looks_at_test_results_are_counted_and_outlive_the_evaluation()
    {
        Assert.Equal(0, (await LooksAsync()).Count);
        for (var i = 0; i < TestLooks.MostListed + 2; i++)
        {
            await room.Looks.NoteAsync(room.RunId, room.EvaluationId, TestLookKind.Page, CancellationToken.None);
        }

        await room.Store.ChangeAsync(db => db.Evaluations.ExecuteDeleteAsync());

        var looks = await LooksAsync();
        Assert.Equal((TestLooks.MostListed + 2, TestLooks.MostListed), (looks.Count, looks.NewestUtc.Count));
        Assert.True(looks.FirstUtc <= looks.NewestUtc[^1]);
    }

    [Fact]
    public async Task A_doubted_label_is_a_finding_of_the_newest_scan_until_taken_back()
    {
        var scan = await AddScanAsync();

        Assert.Null(await room.Marks.MarkAsync(Doubt(), CancellationToken.None));
        Assert.Null(await room.Marks.MarkAsync(Doubt(), CancellationToken.None));

        var finding = Assert.Single(await FindingsAsync());
        Assert.Equal((scan, QualityRule.LabelError, Missed, Label.Fractured, 0.8), (finding.ScanId, finding.Rule, finding.RelativePath, finding.Label!.Value, finding.Score!.Value));
        Assert.Contains("Marked by hand among the errors of 'Wrist model': labelled fractured", finding.Evidence, StringComparison.Ordinal);
        Assert.Equal(1, await WarningsAsync(scan));
        Assert.Equal([Missed], await room.Marks.OfAsync(room.DatasetId, CancellationToken.None));

        Assert.True(await room.Marks.TakeBackAsync(room.DatasetId, Missed, CancellationToken.None));
        Assert.False(await room.Marks.TakeBackAsync(room.DatasetId, Missed, CancellationToken.None));
        Assert.Empty(await FindingsAsync());
        Assert.Equal(0, await WarningsAsync(scan));
    }

    [Fact]
    public async Task What_a_scan_found_itself_is_neither_doubled_nor_taken_back()
    {
        var scan = await AddScanAsync();
        await room.Store.ChangeAsync(db =>
        {
            db.QualityFindings.Add(new QualityFindingRow { ScanId = scan, Rule = QualityRule.LabelError, Severity = QualitySeverity.Warning, RelativePath = Missed, Evidence = "The scan's own." });
            return Task.CompletedTask;
        });

        await room.Marks.MarkAsync(Doubt(), CancellationToken.None);
        Assert.Equal("The scan's own.", Assert.Single(await FindingsAsync()).Evidence);
        await room.Marks.TakeBackAsync(room.DatasetId, Missed, CancellationToken.None);
        Assert.Equal("The scan's own.", Assert.Single(await FindingsAsync()).Evidence);
    }

    [Fact]
    public async Task A_later_scan_reports_marks_that_still_hold()
    {
        await room.Marks.MarkAsync(Doubt(), CancellationToken.None);
        var file = new PlacedFile("val/not fractured/5.png", Split.Validation, Label.NotFractured, 1, DateTime.UnixEpoch);
        var result = new ScanResult(
            [new QualityFinding(QualityRule.Blurred, QualitySeverity.Info, file, "x", "Blurred.")],
            new Dictionary<string, FileFacts> { [Missed] = null! }, [], 0, null!);

        Assert.Equal([QualityRule.Blurred, QualityRule.LabelError], (await WithMarksAsync(result)).Select(f => f.Rule));
        Assert.Single(await WithMarksAsync(result with { Facts = new Dictionary<string, FileFacts>() }));

        // The image counts as the other class by now: what was doubted is settled.
        await room.Store.ChangeAsync(db => db.Images.Where(i => i.RelativePath == Missed).ExecuteUpdateAsync(s => s.SetProperty(i => i.Label, Label.NotFractured)));
        Assert.Single(await WithMarksAsync(result));
    }

    [Fact]
    public async Task What_is_no_longer_as_it_was_scored_is_not_marked()
    {
        Assert.Contains("not in the index", await room.Marks.MarkAsync(Doubt() with { ContentHash = "other" }, CancellationToken.None), StringComparison.Ordinal);
        Assert.Contains("counts as fractured", await room.Marks.MarkAsync(Doubt() with { Label = Label.NotFractured }, CancellationToken.None), StringComparison.Ordinal);
        Assert.Empty(await room.Marks.OfAsync(room.DatasetId, CancellationToken.None));
    }

    private LabelDoubt Doubt() => new(room.DatasetId, Missed, "val4".PadRight(64, '0'), Label.Fractured, 0.2, "Wrist model");

    private ChosenThreshold Threshold(double value) =>
        new() { RunId = room.RunId, Threshold = value, Rule = "rule", ChosenOn = "validation", Temperature = 1.5, WeightsHash = EvaluationRoom.Weights };

    private Task<ChosenThreshold?> FindAsync() => room.Thresholds.FindAsync(room.RunId, CancellationToken.None);

    private Task<TestLookCount> LooksAsync() => room.Looks.OfAsync(room.RunId, CancellationToken.None);

    private async Task<int> AddScanAsync()
    {
        var scan = new QualityScanRow { DatasetId = room.DatasetId, DatasetVersion = 1, Fingerprint = "f", State = ScanState.Completed, CreatedUtc = DateTime.UtcNow };
        await room.Store.ChangeAsync(db =>
        {
            db.QualityScans.Add(scan);
            return Task.CompletedTask;
        });
        return scan.Id;
    }

    private async Task<List<QualityFindingRow>> FindingsAsync()
    {
        await using var db = await room.Store.Databases.CreateDbContextAsync();
        return await db.QualityFindings.AsNoTracking().ToListAsync();
    }

    private async Task<int> WarningsAsync(int scan)
    {
        await using var db = await room.Store.Databases.CreateDbContextAsync();
        return await db.QualityScans.Where(s => s.Id == scan).Select(s => s.Warnings).SingleAsync();
    }

    private async Task<IReadOnlyList<QualityFinding>> WithMarksAsync(ScanResult result)
    {
        await using var db = await room.Store.Databases.CreateDbContextAsync();
        return await LabelMarks.WithMarksAsync(db, room.DatasetId, result);
    }
}
