using FractureDashboard.Evaluations;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Evaluation;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Tests.Evaluations;

/// <summary>What a page judges by, and on which images thresholds are chosen.</summary>
public sealed class EvaluationReaderTests : IAsyncLifetime
{
    private EvaluationRoom room = null!;

    public async ValueTask InitializeAsync() => room = await EvaluationRoom.CreateAsync();

    public ValueTask DisposeAsync() => room.DisposeAsync();

    [Fact]
    public async Task Validation_is_shown_first_and_all_is_known_of_an_image()
    {
        var loaded = await room.LoadAsync();

        Assert.True(loaded.IsOwn);
        Assert.Equal([Split.Validation, Split.Test], loaded.Splits);
        Assert.Equal(Split.Validation, loaded.FirstSplit);
        Assert.Equal(10, loaded.Of(new EvaluationQuery()).Count);
        Assert.Equal(14, loaded.Of(new EvaluationQuery(AllSplits: true)).Count);
        Assert.Equal([4, 3, 2], Enum.GetValues<SeenChoice>().Select(s => loaded.Of(new EvaluationQuery(Split: Split.Test, Seen: s)).Count));
        Assert.All(loaded.Images, i => Assert.True(i.ImageId > 0 && i.Width == 640));
    }

    [Fact]
    public async Task Its_own_validation_images_are_chosen_on_and_that_is_said()
    {
        var loaded = await room.LoadAsync();

        var validation = JudgedImages.Of(loaded, new EvaluationQuery());
        var test = JudgedImages.Of(loaded, new EvaluationQuery(Split: Split.Test));

        Assert.Equal((room.EvaluationId, 10), (loaded.Validation.EvaluationId!.Value, loaded.Validation.Images.Count));
        Assert.True(validation.JudgesWhatItChoseOn);
        Assert.False(validation.HasTest);
        Assert.False(test.JudgesWhatItChoseOn);
        Assert.True(test.HasTest);
        Assert.Equal(validation.Set.Scores, test.Validation!.Scores);
        Assert.Equal(5, validation.Set.SourceCount);
    }

    [Fact]
    public async Task Without_validation_images_those_of_another_evaluation_of_the_same_weights_are_taken()
    {
        var other = await room.AddEvaluationAsync(EvaluationState.Completed, e => e.Splits = "test");
        await AddScoreAsync(other, Split.Test);

        var loaded = (await room.Reader.LoadAsync(room.RunId, other, CancellationToken.None))!;

        Assert.Equal((room.EvaluationId, 10), (loaded.Validation.EvaluationId!.Value, loaded.Validation.Images.Count));
        Assert.Equal(Split.Test, loaded.FirstSplit);
    }

    [Fact]
    public async Task Without_any_the_runs_final_scores_are_taken_but_never_those_of_other_weights()
    {
        var other = await room.AddEvaluationAsync(EvaluationState.Completed, e => (e.Splits, e.WeightsHash) = ("test", "b"));
        await AddScoreAsync(other, Split.Test);
        await room.Store.ChangeAsync(async db =>
        {
            db.RunScores.AddRange(
                new RunScore { RunId = room.RunId, RelativePath = "val/1", Split = Split.Validation, Label = Label.Fractured, Score = 0.7, HasTwinInTrain = true },
                new RunScore { RunId = room.RunId, RelativePath = "test/1", Split = Split.Test, Label = Label.Fractured, Score = 0.7 });
            await db.Evaluations.Where(e => e.Id == room.EvaluationId).ExecuteDeleteAsync();
        });

        var stale = (await room.Reader.LoadAsync(room.RunId, other, CancellationToken.None))!;
        await room.ChangeAsync(other, e => e.WeightsHash = EvaluationRoom.Weights);
        var loaded = (await room.Reader.LoadAsync(room.RunId, other, CancellationToken.None))!;

        Assert.Empty(stale.Validation.Images);
        Assert.Contains("trained further", stale.Validation.From, StringComparison.Ordinal);
        Assert.Equal("val/1", Assert.Single(loaded.Validation.Images).RelativePath);
        Assert.Null(JudgedImages.Of(loaded, new EvaluationQuery(Seen: SeenChoice.WithoutTwin)).Validation);
    }

    [Fact]
    public async Task The_report_of_the_judged_images_is_that_of_their_scores()
    {
        var judged = JudgedImages.Of(await room.LoadAsync(), new EvaluationQuery(Split: Split.Test));

        var report = judged.Report(0.5, null, null, CancellationToken.None);

        Assert.Equal(new ConfusionMatrix(1, 1, 1, 1), report.Metrics.Point.Matrix);
        Assert.Equal(EvaluationOptions.DefaultRules.Count, report.Thresholds.Count);
        Assert.All(report.Thresholds, t => Assert.NotNull(t.AppliedTo));
    }

    [Fact]
    public async Task What_is_not_complete_or_of_another_run_is_not_loaded()
    {
        var waiting = await room.AddEvaluationAsync(EvaluationState.Queued);

        Assert.Null(await room.Reader.LoadAsync(room.RunId, waiting, CancellationToken.None));
        Assert.Null(await room.Reader.LoadAsync(room.RunId + 1, room.EvaluationId, CancellationToken.None));
        Assert.Null((await room.Reader.FindAsync(room.RunId + 1, room.EvaluationId, CancellationToken.None)).Run);
    }

    private Task AddScoreAsync(int evaluationId, Split split) => room.Store.ChangeAsync(db =>
    {
        db.EvaluationScores.Add(new EvaluationScore { EvaluationId = evaluationId, RelativePath = "x", Split = split, Label = Label.Fractured, Score = 0.3, ContentHash = "x", Group = "x" });
        return Task.CompletedTask;
    });
}
