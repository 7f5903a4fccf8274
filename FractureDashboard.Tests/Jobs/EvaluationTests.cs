using FractureDashboard.Jobs;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Evaluation;
using FractureDashboard.Storage;
using FractureDashboard.Tests.ML;

namespace FractureDashboard.Tests.Jobs;

/// <summary>Evaluations from request to stored scores, with a real model.</summary>
[Collection(EngineCollection.Name)]
public sealed class EvaluationTests : IAsyncLifetime
{
    private EvaluationStage stage = null!;

    public async ValueTask InitializeAsync() => stage = await EvaluationStage.CreateAsync();

    public ValueTask DisposeAsync() => stage.DisposeAsync();

    [Fact]
    public async Task A_plain_evaluation_stores_the_runs_own_scores_and_marks_what_it_has_seen()
    {
        var trained = stage.Images.First(i => i.Split == Split.Train && i.Label == Label.NotFractured);
        var held = stage.Images.First(i => i.Split == Split.Validation && i.Label == Label.NotFractured);
        await stage.Store.ChangeAsync(db =>
        {
            db.ImageSources.AddRange(new[] { trained, held }.Select(i => new ImageSource { DatasetId = stage.DatasetId, ContentHash = i.ContentHash, Source = "wrist-7", Confidence = 1 }));
            return Task.CompletedTask;
        });
        var id = await StartAsync(EvaluationKind.Plain);

        await stage.WorkAsync();

        var evaluation = await stage.FindAsync(id);
        Assert.Equal((EvaluationState.Completed, null, "val,test"), (evaluation.State, evaluation.StateReason, evaluation.Splits));
        Assert.Equal(stage.Result.WeightsHash, evaluation.WeightsHash);
        Assert.NotNull(evaluation.FinishedUtc);
        var scores = await stage.ScoresAsync(id);
        Assert.Equal((scores.Count, scores.Count), (evaluation.Done, evaluation.Total));
        var own = stage.Result.Scores.ToDictionary(s => s.RelativePath);
        Assert.Equal(own.Count, scores.Count);
        Assert.All(scores, s => Assert.Equal(own[s.RelativePath].Score, s.Score, 5));
        Assert.Equal([stage.Twin], scores.Where(s => s.HasTwinInTrain).Select(s => s.RelativePath));
        Assert.Equal(new[] { stage.Twin, held.RelativePath }.Order(StringComparer.Ordinal), scores.Where(s => s.SharesSourceWithTrain).Select(s => s.RelativePath).Order(StringComparer.Ordinal));
        Assert.Equal("wrist-7", scores.Single(s => s.RelativePath == held.RelativePath).Group);
        Assert.All(scores, s => Assert.Null(s.MarkerShare));

        var summary = EvaluationSummary.Read(evaluation.SummaryJson)!;
        Assert.Equal((scores.Count, scores.Count - 1, scores.Count - 2, 0), (summary.All.Images, summary.WithoutTwin.Images, summary.Unseen.Images, summary.LeftOut));
        Assert.Equal(ScoreSummary.Of(scores.Select(s => (s.Label, s.Score))), summary.All);
    }

    [Fact]
    public async Task On_an_honest_split_its_own_splits_count_and_training_images_are_marked_as_seen()
    {
        var images = stage.Images.Select(i => i with { Split = i.Split == Split.Train ? Split.Test : Split.Train, Group = i.ContentHash }).ToList();
        await stage.Store.ChangeAsync(db =>
        {
            db.DatasetVersions.Add(new DatasetVersion { DatasetId = stage.DatasetId, Number = 2, Name = "Honest", Fingerprint = "x", Kind = DatasetVersionKind.HonestSplit, Manifest = VersionImages.Pack(images) });
            return Task.CompletedTask;
        });
        var accepted = await stage.Queue.StartAsync(stage.RunId, stage.DatasetId, 2, EvaluationKind.Plain, CancellationToken.None);

        await stage.WorkAsync();

        var scores = await stage.ScoresAsync(accepted.EvaluationId!.Value);
        Assert.Equal(images.Where(i => i.Split == Split.Test).Select(i => i.RelativePath).Order(StringComparer.Ordinal), scores.Select(s => s.RelativePath).Order(StringComparer.Ordinal));
        Assert.All(scores, s => Assert.True(s.HasTwinInTrain && s.SharesSourceWithTrain && s.Split == Split.Test));
        Assert.Equal(0, EvaluationSummary.Read((await stage.FindAsync(accepted.EvaluationId.Value)).SummaryJson)!.Unseen.Images);
    }

    [Fact]
    public async Task The_probe_scores_in_three_ways_and_reports()
    {
        Assert.Null(await stage.Probe.StartAsync(stage.RunId, CancellationToken.None));

        await stage.WorkAsync();

        var evaluations = await stage.Probe.NewestAsync(stage.RunId, CancellationToken.None);
        Assert.Equal(ShortcutProbe.Kinds, evaluations.Select(e => e.Kind));
        Assert.All(evaluations, e => Assert.Equal((EvaluationState.Completed, null), (e.State, e.StateReason)));
        var plain = await stage.ScoresAsync(evaluations[0].Id);
        var blanked = await stage.ScoresAsync(evaluations[1].Id);
        var only = await stage.ScoresAsync(evaluations[2].Id);
        var marked = blanked.Where(s => s.MarkerShare > 0).Select(s => s.RelativePath).ToHashSet();
        Assert.InRange(marked.Count, 3, plain.Count - 1);

        // Without markers nothing was changed; with them something was, and what is left of the others is a blank.
        Assert.All(plain.Zip(blanked), p => Assert.Equal(!marked.Contains(p.First.RelativePath), p.First.Score.Equals(p.Second.Score)));
        Assert.All(only.Where(s => !marked.Contains(s.RelativePath)), s => Assert.NotEqual(plain.Single(p => p.RelativePath == s.RelativePath).Score, s.Score));
        Assert.Equal(blanked.Select(s => s.MarkerShare), only.Select(s => s.MarkerShare));

        var report = ShortcutProbe.Read((await stage.Store.FindRunAsync(stage.RunId)).ShortcutJson)!;
        Assert.Equal((plain.Count, marked.Count), (report.HeldOut, report.WithMarkers));
        Assert.Equal(ScoreSummary.Of(plain.Where(s => marked.Contains(s.RelativePath)).Select(s => (s.Label, s.Score))), report.Plain.ByImage);
        Assert.Equal(ScoreSummary.Of(only.Where(s => marked.Contains(s.RelativePath)).Select(s => (s.Label, s.Score))), report.OnlyMarkers.ByImage);
    }

    [Fact]
    public async Task A_file_that_went_is_left_out_and_named()
    {
        var gone = stage.Images.First(i => i.Split == Split.Test && i.RelativePath != stage.Twin);
        File.Delete(Path.Combine(stage.Root, gone.RelativePath));
        var id = await StartAsync(EvaluationKind.Plain);

        await stage.WorkAsync();

        var evaluation = await stage.FindAsync(id);
        Assert.Equal(EvaluationState.Completed, evaluation.State);
        var summary = EvaluationSummary.Read(evaluation.SummaryJson)!;
        Assert.Equal((1, gone.RelativePath), (summary.LeftOut, Assert.Single(summary.Reasons).RelativePath));
        Assert.DoesNotContain(await stage.ScoresAsync(id), s => s.RelativePath == gone.RelativePath);
    }

    [Fact]
    public async Task Other_weights_than_the_runs_are_not_asked()
    {
        await File.AppendAllTextAsync(Path.Combine(stage.Store.Paths.Run(stage.RunId), "weights.safetensors"), "x", TestContext.Current.CancellationToken);
        var id = await StartAsync(EvaluationKind.Plain);

        await stage.WorkAsync();

        var evaluation = await stage.FindAsync(id);
        Assert.Equal(EvaluationState.Failed, evaluation.State);
        Assert.Contains("not the one that the run stored", evaluation.StateReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_of_the_server_queues_it_again_and_a_users_stop_ends_it()
    {
        var id = await StartAsync(EvaluationKind.Plain);
        using var shutdown = new CancellationTokenSource();
        await shutdown.CancelAsync();

        await stage.WorkAsync(shutdown.Token);

        var again = await stage.FindAsync(id);
        Assert.Equal((EvaluationState.Queued, 0, null), (again.State, again.Attempts, again.FinishedUtc));
        Assert.True(await stage.Queue.CancelAsync(id, CancellationToken.None));
        await stage.Worker().ExecuteAsync(id, CancellationToken.None);
        Assert.Equal(EvaluationState.Canceled, (await stage.FindAsync(id)).State);
        Assert.False(await stage.Queue.CancelAsync(id, CancellationToken.None));
        Assert.Empty(await stage.ScoresAsync(id));
    }

    private async Task<int> StartAsync(EvaluationKind kind) =>
        (await stage.Queue.StartAsync(stage.RunId, stage.DatasetId, 1, kind, CancellationToken.None)).EvaluationId!.Value;
}
