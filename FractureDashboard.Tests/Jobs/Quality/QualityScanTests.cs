using System.Text.Json;
using FractureDashboard.Jobs;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Quality;
using FractureDashboard.Storage;
using FractureDashboard.Tests.Datasets;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Tests.Jobs;

public sealed class QualityScanTests
{
    [Fact]
    public async Task A_scan_finds_a_cut_off_file_and_a_copy_across_splits()
    {
        await using var room = await ScanRoom.CreateAsync(root =>
        {
            TestImages.Write(root, "train/fractured/cut.jpg", TestImages.Of("jpg", 77)[..^40]);
            TestImages.Write(root, "test/fractured/copy.png", File.ReadAllBytes(Path.Combine(root, "train/fractured/a.png")));
        });

        var scan = await room.ScanAsync();

        Assert.Equal((ScanState.Completed, null, 14, 0), (scan.State, scan.StateReason, scan.Files, scan.Reused));
        var findings = await room.FindingsAsync();
        var cut = Assert.Single(findings, f => f.Rule == QualityRule.Truncated);
        Assert.Equal((scan.Id, QualitySeverity.Error, "train/fractured/cut.jpg", Split.Train, Label.Fractured), (cut.ScanId, cut.Severity, cut.RelativePath, cut.Split, cut.Label));
        Assert.NotEmpty(cut.Evidence);
        var copies = findings.Where(f => f.Rule == QualityRule.ExactDuplicateAcrossSplits).ToList();
        Assert.Equal(["test/fractured/copy.png", "train/fractured/a.png"], copies.Select(f => f.RelativePath).Order(StringComparer.Ordinal));
        Assert.Single(copies.Select(f => f.GroupKey).Distinct());
        Assert.Equal(findings.Count(f => f.Severity == QualitySeverity.Error), scan.Errors);
        var leakage = JsonSerializer.Deserialize<LeakageCount>(scan.LeakageJson!)!;
        Assert.Equal((9, 1, 1, 2), (leakage.HeldOut, leakage.WithTwin, leakage.IdenticalGroups, leakage.IdenticalFiles));
    }

    [Fact]
    public async Task Only_what_changed_is_opened_again_and_what_vanished_is_forgotten()
    {
        await using var room = await ScanRoom.CreateAsync();
        await room.ScanAsync();
        room.Write("train/fractured/a.png", TestImages.Png(200));
        File.Delete(Path.Combine(room.Dataset.Root, "train/fractured/b.png"));

        var scan = await room.ScanAsync();

        Assert.Equal((11, 10), (scan.Files, scan.Reused));
        Assert.Equal(11, await room.ReadAsync(db => db.QualityFacts.CountAsync()));
        Assert.False(await room.ReadAsync(db => db.QualityFacts.AnyAsync(f => f.RelativePath == "train/fractured/b.png")));
    }

    [Fact]
    public async Task The_findings_of_the_newest_scan_replace_the_older_ones_whose_counts_stay()
    {
        await using var room = await ScanRoom.CreateAsync(root => TestImages.Write(root, "train/fractured/empty.png", []));
        var first = await room.ScanAsync();
        room.Write("train/fractured/empty.png", TestImages.Png(150));
        room.Write("val/normal/note.png", "no image"u8.ToArray());

        var second = await room.ScanAsync();

        Assert.All(await room.FindingsAsync(), f => Assert.Equal(second.Id, f.ScanId));
        Assert.DoesNotContain(await room.FindingsAsync(), f => f.Rule == QualityRule.Empty);
        first = await room.FindAsync(first.Id);
        Assert.Equal(1, QualityCounts.Parse(first.CountsJson)!.Open(QualityRule.Empty));
        var differences = QualityDifferences.Between(first, second)!;
        Assert.Contains(new QualityDifference(QualityRule.Empty, 1, 0), differences);
        Assert.Contains(new QualityDifference(QualityRule.NotAnImage, 0, 1), differences);
        Assert.DoesNotContain(differences, d => d.Change == 0);
    }

    [Fact]
    public async Task What_a_user_ignores_is_found_but_not_counted()
    {
        await using var room = await ScanRoom.CreateAsync(root =>
        {
            TestImages.Write(root, "train/fractured/empty.png", []);
            TestImages.Write(root, "train/fractured/other.png", []);
        });
        var before = await room.ScanAsync();
        await room.ReadAsync(db =>
        {
            db.QualityIgnores.Add(new QualityIgnore { DatasetId = room.Dataset.Id, Rule = QualityRule.Empty, RelativePath = "train/fractured/empty.png", Reason = "Known." });
            return db.SaveChangesAsync();
        });

        var after = await room.ScanAsync();

        Assert.Equal(2, (await room.FindingsAsync()).Count(f => f.Rule == QualityRule.Empty));
        Assert.Equal(before.Errors - 1, after.Errors);
        var count = Assert.Single(QualityCounts.Parse(after.CountsJson)!.Rows, c => c.Rule == QualityRule.Empty);
        Assert.Equal(new QualityCount(QualityRule.Empty, QualitySeverity.Error, Split.Train, Label.Fractured, 1, 1), count);
    }

    [Fact]
    public async Task Ignoring_something_counts_the_newest_scan_anew()
    {
        await using var room = await ScanRoom.CreateAsync(root => TestImages.Write(root, "train/fractured/empty.png", []));
        var before = await room.ScanAsync();
        await room.ReadAsync(async db =>
        {
            db.QualityIgnores.Add(new QualityIgnore { DatasetId = room.Dataset.Id, Rule = QualityRule.Empty, RelativePath = "train/fractured/empty.png", Reason = "Known." });
            await db.SaveChangesAsync();
            await NewestScan.RecountAsync(db, room.Dataset.Id, CancellationToken.None);
            return 0;
        });

        var after = await room.FindAsync(before.Id);

        Assert.Equal(before.Errors - 1, after.Errors);
        Assert.Equal((0, 1), QualityCounts.Parse(after.CountsJson)!.Rows.Where(c => c.Rule == QualityRule.Empty).Select(c => (c.Open, c.Ignored)).Single());
        Assert.Equal(
            QualityCounts.Parse(before.CountsJson)!.Rows.Where(c => c.Rule != QualityRule.Empty),
            QualityCounts.Parse(after.CountsJson)!.Rows.Where(c => c.Rule != QualityRule.Empty));
    }

    [Fact]
    public async Task Corrections_hand_made_sources_and_held_out_scores_go_into_the_scan()
    {
        await using var room = await ScanRoom.CreateAsync();
        await room.ReadAsync(async db =>
        {
            var run = TestRuns.Of(room.Dataset, "Older", RunState.Completed);
            var newer = TestRuns.Of(room.Dataset, "Newer", RunState.Completed);
            (run.FinishedUtc, newer.FinishedUtc) = (new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc), new(2026, 1, 2, 0, 0, 0, DateTimeKind.Utc));
            db.Runs.AddRange(run, newer);
            db.ImageCorrections.Add(Correction("test/fractured/a.png", undone: false));
            db.ImageCorrections.Add(Correction("test/fractured/b.png", undone: true));
            db.ImageSources.Add(new ImageSource { DatasetId = room.Dataset.Id, ContentHash = "h", Source = "s", Confidence = 1, ByHand = true });
            db.ImageSources.Add(new ImageSource { DatasetId = room.Dataset.Id, ContentHash = "i", Source = "s", Confidence = 1 });
            await db.SaveChangesAsync();
            db.RunScores.Add(Score(run.Id, "test/fractured/a.png", 0.5));
            db.RunScores.Add(Score(newer.Id, "test/fractured/a.png", 0.1));
            db.RunScores.Add(Score(newer.Id, "test/fractured/b.png", 0.2, twin: true));
            db.RunScores.Add(Score(newer.Id, "test/fractured/gone.png", 0.3));
            return await db.SaveChangesAsync();

            ImageCorrection Correction(string path, bool undone) => new()
            {
                DatasetId = room.Dataset.Id,
                RelativePath = path,
                FolderSplit = Split.Test,
                FolderLabel = Label.Fractured,
                Split = Split.Train,
                Label = Label.NotFractured,
                Reason = "Wrong.",
                UndoneUtc = undone ? DateTime.UtcNow : null,
            };
            RunScore Score(int runId, string path, double score, bool twin = false) => new()
            {
                RunId = runId,
                RelativePath = path,
                Split = Split.Test,
                Label = Label.Fractured,
                Score = score,
                HasTwinInTrain = twin,
            };
        });
        ScanRequest? asked = null;
        room.Engine.Current = (request, facts, progress, found, ct) => ScanRoom.Files(asked = request, facts, progress, found, ct);

        await room.ScanAsync();

        var files = asked!.Files.ToDictionary(f => f.RelativePath, f => (f.Split, f.Label), StringComparer.Ordinal);
        Assert.Equal((Split.Train, Label.NotFractured), files["test/fractured/a.png"]);
        Assert.Equal((Split.Test, Label.Fractured), files["test/fractured/b.png"]);
        Assert.Equal([new HeldOutScore("test/fractured/a.png", Label.NotFractured, 0.1)], asked.Scores);
        Assert.Equal([new SourceAssignment("h", "s", 1)], asked.Sources);
    }

    [Fact]
    public async Task Sources_found_replace_the_older_ones_but_not_those_made_by_hand()
    {
        await using var room = await ScanRoom.CreateAsync();
        await room.ReadAsync(db =>
        {
            db.ImageSources.Add(new ImageSource { DatasetId = room.Dataset.Id, ContentHash = "hand", Source = "mine", Confidence = 1, ByHand = true });
            db.ImageSources.Add(new ImageSource { DatasetId = room.Dataset.Id, ContentHash = "old", Source = "x", Confidence = 1 });
            return db.SaveChangesAsync();
        });
        room.Engine.Current = (request, facts, progress, found, ct) => ScanRoom.Files(request, facts, progress, found, ct) with
        {
            Sources = [new("hand", "other", 0.5), new("new", "y", 0.75)],
        };

        await room.ScanAsync();

        var sources = await room.ReadAsync(db => db.ImageSources.OrderBy(s => s.ContentHash).Select(s => new { s.ContentHash, s.Source, s.Confidence, s.ByHand }).ToListAsync());
        Assert.Equal([("hand", "mine", 1, true), ("new", "y", 0.75, false)], sources.Select(s => (s.ContentHash, s.Source, s.Confidence, s.ByHand)));
    }

    [Fact]
    public async Task A_failing_engine_is_explained_and_leaves_the_older_findings()
    {
        await using var room = await ScanRoom.CreateAsync(root => TestImages.Write(root, "train/fractured/empty.png", []));
        var good = await room.ScanAsync();
        var kept = await room.FindingsAsync();
        room.Engine.Current = (_, _, _, _, _) => throw new InvalidOperationException("The image library is missing.");

        var scan = await room.ScanAsync();

        Assert.Equal(ScanState.Failed, scan.State);
        Assert.Contains("The image library is missing.", scan.StateReason, StringComparison.Ordinal);
        Assert.NotNull(scan.FinishedUtc);
        Assert.Equal(kept.Select(f => f.Id), (await room.FindingsAsync()).Select(f => f.Id));
        Assert.Equal(good.Id, (await room.Room.Get<QualityStore>().NewestCompletedAsync(room.Dataset.Id, CancellationToken.None))!.Id);
        Assert.Equal(scan.Id, (await room.Room.Get<QualityStore>().NewestAsync(room.Dataset.Id, CancellationToken.None))!.Id);
    }

    [Fact]
    public async Task A_folder_that_is_gone_is_explained()
    {
        await using var room = await ScanRoom.CreateAsync();
        Directory.Move(room.Dataset.Root, room.Dataset.Root + "-moved");

        var scan = await room.ScanAsync();

        Assert.Equal(ScanState.Failed, scan.State);
        Assert.Contains($"'{room.Dataset.Root}' is not there", scan.StateReason, StringComparison.Ordinal);
    }
}
