using System.Text.Json;
using FractureDashboard.Jobs;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Evaluation;
using FractureDashboard.ML.Imaging;
using FractureDashboard.Quality.Impact;
using FractureDashboard.Storage;
using FractureDashboard.Tests.Runs;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Tests.Quality;

public sealed class ImpactReaderTests : IAsyncLifetime
{
    private RunStore store = null!;
    private ImpactReader reader = null!;
    private int dataset;

    public async ValueTask InitializeAsync()
    {
        store = await RunStore.CreateAsync();
        reader = new ImpactReader(store.Databases, store.Paths);
        dataset = await store.AddDatasetAsync(images: [
            ("train/fractured/1.png", Split.Train, "a"), ("train/fractured/2.png", Split.Train, "b"),
            ("val/fractured/1.png", Split.Validation, "a"), ("val/fractured/2.png", Split.Validation, "c"),
            ("test/fractured/1.png", Split.Test, "d"), ("test/fractured/2.png", Split.Test, "b")]);
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();

    [Fact]
    public async Task What_train_gives_away_is_counted_with_and_without_a_scan()
    {
        Assert.Equal(new SeenCounts(4, 2, null), (await ReadAsync()).Seen);

        await AddSourcesAsync(("a", "wrist"), ("b", "hand"), ("c", "wrist"), ("d", "foot"));

        // Twins count as of one radiograph whether a scan says so or not.
        Assert.Equal(new SeenCounts(4, 2, 3), (await ReadAsync()).Seen);
    }

    [Fact]
    public async Task A_runs_scores_are_divided_by_what_its_own_training_has_seen()
    {
        await AddSourcesAsync(("a", "wrist"), ("b", "hand"), ("c", "wrist"), ("d", "foot"));
        await AddRunAsync(
            [("t1", Split.Train, "a"), ("v1", Split.Validation, "a"), ("v2", Split.Validation, "c"), ("x1", Split.Test, "d"), ("x2", Split.Test, "e")],
            ("v1", Label.Fractured, 0.9, true), ("v2", Label.Fractured, 0.2, false), ("x1", Label.NotFractured, 0.3, false), ("x2", Label.Fractured, 0.8, false));

        var run = Assert.Single((await ReadAsync()).Runs);

        // All: three of four right; pairs of both classes: 0.9 > 0.3, 0.2 < 0.3, 0.8 > 0.3.
        Assert.Equal((4, 0.75), (run.All.Images, run.All.Accuracy));
        Assert.Equal(2.0 / 3, run.All.Auc!.Value, 12);
        Assert.Equal(0.3006, run.All.AccuracyLow!.Value, 4);
        Assert.Equal(0.9544, run.All.AccuracyHigh!.Value, 4);

        // Without the twin v1: two of three. Without v2 too, whose radiograph is in train: both.
        Assert.Equal((3, 0.5), (run.WithoutTwin.Images, run.WithoutTwin.Auc));
        Assert.Equal(2.0 / 3, run.WithoutTwin.Accuracy!.Value, 12);
        Assert.Equal((2, 1.0, 1.0), (run.WithoutSource!.Images, run.WithoutSource.Accuracy, run.WithoutSource.Auc));
    }

    [Fact]
    public async Task Without_a_scan_nothing_is_said_of_radiographs()
    {
        await AddRunAsync([("t1", Split.Train, "a"), ("v1", Split.Validation, "c")], ("v1", Label.Fractured, 0.9, false));

        Assert.Null(Assert.Single((await ReadAsync()).Runs).WithoutSource);
    }

    [Fact]
    public async Task Other_sources_divide_the_scores_anew()
    {
        await AddRunAsync([("t1", Split.Train, "a"), ("v1", Split.Validation, "c")], ("v1", Label.Fractured, 0.9, false));
        await AddSourcesAsync(("a", "wrist"), ("c", "hand"));
        Assert.Equal(1, Assert.Single((await ReadAsync()).Runs).WithoutSource!.Images);
        Assert.Equal(1, Assert.Single((await ReadAsync()).Runs).WithoutSource!.Images);

        await store.ChangeAsync(async db => (await db.ImageSources.SingleAsync(s => s.ContentHash == "c")).Source = "wrist");

        Assert.Equal(0, Assert.Single((await ReadAsync()).Runs).WithoutSource!.Images);
    }

    [Fact]
    public async Task Only_complete_runs_with_weights_and_their_images_are_shown_newest_first()
    {
        var first = await AddRunAsync([("v1", Split.Validation, "c")], ("v1", Label.Fractured, 0.9, false));
        var second = await AddRunAsync([("v1", Split.Validation, "c")], ("v1", Label.Fractured, 0.9, false));
        await store.AddRunAsync(set: r => (r.DatasetId, r.WeightsHash) = (dataset, "w"));
        await store.AddRunAsync(state: RunState.Running, set: r => (r.DatasetId, r.WeightsHash) = (dataset, "w"));
        await store.AddRunAsync(set: r => r.DatasetId = dataset);

        Assert.Equal([second, first], (await ReadAsync()).Runs.Select(r => r.RunId));
    }

    [Fact]
    public async Task The_newest_honest_split_and_the_newest_evaluations_on_it_are_found()
    {
        var trained = await AddRunAsync([("v1", Split.Validation, "c")], ("v1", Label.Fractured, 0.9, false));
        await store.ChangeAsync(db =>
        {
            foreach (var number in new[] { 2, 3 })
            {
                db.DatasetVersions.Add(new DatasetVersion { DatasetId = dataset, Number = number, Name = $"Honest {number}", Fingerprint = "h", Kind = DatasetVersionKind.HonestSplit });
            }

            var summary = EvaluationSummary.Of([Score("x1", 0.9, seen: true), Score("x2", 0.1, seen: false)], []);
            db.Evaluations.AddRange(
                Evaluation(3, EvaluationState.Failed, null), Evaluation(3, EvaluationState.Completed, summary.ToJson()), Evaluation(2, EvaluationState.Running, null), Evaluation(3, EvaluationState.Running, null, EvaluationKind.OnlyMarkers));
            return Task.CompletedTask;

            Evaluation Evaluation(int version, EvaluationState state, string? json, EvaluationKind kind = EvaluationKind.Plain) =>
                new() { RunId = trained, DatasetId = dataset, DatasetVersion = version, Fingerprint = "h", Splits = "val,test", State = state, SummaryJson = json, Kind = kind };
        });

        Assert.Equal(new HonestVersion(3, "Honest 3"), (await ReadAsync()).Honest);
        var found = Assert.Single(await reader.EvaluationsAsync(dataset, 3, TestContext.Current.CancellationToken));
        Assert.Equal((trained, EvaluationState.Completed, 2, 1), (found.Key, found.Value.State, found.Value.All!.Images, found.Value.Unseen!.Images));
        Assert.Equal((0.5, 0.0), (found.Value.All.Accuracy, found.Value.Unseen.Accuracy));
    }

    [Theory]
    [InlineData(0, 0, null, "nothing can be judged", "")]
    [InlineData(10, 0, null, "A scan can tell", "accuracy and AUC appear here")]
    [InlineData(10, 0, 0, "is what the model has learned", "accuracy and AUC appear here")]
    [InlineData(10, 9, null, "9 of 10", "90.0 %")]
    [InlineData(10, 2, 5, "of 5 the radiograph", "50.0 %")]
    public void What_will_happen_is_said_before_any_run(int held, int twins, int? sources, string seen, string ahead)
    {
        Assert.Contains(seen, ImpactText.Seen(new SeenCounts(held, twins, sources)), StringComparison.Ordinal);
        Assert.Contains(ahead, ImpactText.Ahead(new SeenCounts(held, twins, sources)), StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_come_with_their_interval_and_their_count()
    {
        var summary = ScoreSummary.Of([(Label.Fractured, 0.9), (Label.NotFractured, 0.1), (Label.NotFractured, 0.2), (Label.Fractured, 0.15)]);

        Assert.Equal("75.0 % (30.1–95.4)", ImpactText.Accuracy(summary));
        Assert.Equal("AUC 0.750, 4 images", ImpactText.Details(summary));
        Assert.Equal(("–", "not known"), (ImpactText.Accuracy(null), ImpactText.Details(null)));
        Assert.Equal(("–", "no image"), (ImpactText.Accuracy(ScoreSummary.Of([])), ImpactText.Details(ScoreSummary.Of([]))));
    }

    private Task<Impact> ReadAsync() => reader.ReadAsync(dataset, TestContext.Current.CancellationToken);

    private static EvaluationScore Score(string path, double score, bool seen) =>
        new() { RelativePath = path, Label = Label.Fractured, Score = score, ContentHash = path, Group = path, SharesSourceWithTrain = seen };

    private Task AddSourcesAsync(params (string Hash, string Source)[] sources) => store.ChangeAsync(db =>
    {
        db.ImageSources.AddRange(sources.Select(s => new ImageSource { DatasetId = dataset, ContentHash = s.Hash, Source = s.Source, Confidence = 1 }));
        return Task.CompletedTask;
    });

    private async Task<int> AddRunAsync((string Path, Split Split, string Hash)[] manifest, params (string Path, Label Label, double Score, bool Twin)[] scores)
    {
        var id = await store.AddRunAsync(set: r => (r.DatasetId, r.DatasetVersion, r.WeightsHash) = (dataset, 1, "w"));
        var folder = Directory.CreateDirectory(store.Paths.Run(id)).FullName;
        var images = manifest.Select(m => new ImageRecord(m.Path, m.Split, Label.Fractured, 1, DateTime.UnixEpoch, m.Hash, 8, 8, ImageFormat.Png)).ToList();
        await File.WriteAllBytesAsync(Path.Combine(folder, "manifest.json"), JsonSerializer.SerializeToUtf8Bytes(images));
        await store.ChangeAsync(db =>
        {
            db.RunScores.AddRange(scores.Select(s => new RunScore { RunId = id, RelativePath = s.Path, Split = images.Single(i => i.RelativePath == s.Path).Split, Label = s.Label, Score = s.Score, HasTwinInTrain = s.Twin }));
            return Task.CompletedTask;
        });
        return id;
    }
}
