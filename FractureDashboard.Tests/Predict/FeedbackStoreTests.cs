using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Evaluation;
using FractureDashboard.Predict;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Tests.Predict;

public sealed class FeedbackStoreTests
{
    [Theory]
    [InlineData(0.9f, FeedbackVerdict.Agree, Label.Fractured)]
    [InlineData(0.9f, FeedbackVerdict.Disagree, Label.NotFractured)]
    [InlineData(0.1f, FeedbackVerdict.Agree, Label.NotFractured)]
    [InlineData(0.1f, FeedbackVerdict.Disagree, Label.Fractured)]
    [InlineData(0.1f, FeedbackVerdict.Unsure, null)]
    public async Task A_judgement_says_what_the_image_shows(float score, FeedbackVerdict verdict, Label? shown)
    {
        await using var stage = await PredictStage.OpenAsync();
        stage.Loader.Score = score;
        var answer = await stage.AnswerAsync(DrawnImages.Png(), (await stage.AddRunAsync()).Id);

        var saved = await Store(stage).SaveAsync(answer.Stored.Id, verdict, "  subtle  ", CancellationToken.None);
        var found = await Store(stage).FindAsync(answer.Stored.Id, CancellationToken.None);

        Assert.Equal((verdict, shown, "subtle"), (found!.Verdict, found.CorrectLabel, found.Comment));
        Assert.Equal(saved!.UpdatedUtc, found.UpdatedUtc);
    }

    [Fact]
    public async Task A_later_judgement_takes_the_place_of_the_earlier_and_can_be_taken_back()
    {
        await using var stage = await PredictStage.OpenAsync();
        var id = (await stage.AnswerAsync(DrawnImages.Png(), (await stage.AddRunAsync()).Id)).Stored.Id;
        await Store(stage).SaveAsync(id, FeedbackVerdict.Agree, "", CancellationToken.None);
        await Store(stage).SaveAsync(id, FeedbackVerdict.Disagree, new string('x', 3000), CancellationToken.None);

        var found = await Store(stage).FindAsync(id, CancellationToken.None);
        Assert.Equal((FeedbackVerdict.Disagree, PredictionFeedback.MaximumComment), (found!.Verdict, found.Comment.Length));

        await Store(stage).DeleteAsync(id, CancellationToken.None);
        Assert.Null(await Store(stage).FindAsync(id, CancellationToken.None));
    }

    [Fact]
    public async Task A_judgement_goes_with_its_answer_and_none_is_kept_of_a_deleted_one()
    {
        await using var stage = await PredictStage.OpenAsync();
        var id = (await stage.AnswerAsync(DrawnImages.Png(), (await stage.AddRunAsync()).Id)).Stored.Id;
        await Store(stage).SaveAsync(id, FeedbackVerdict.Agree, "", CancellationToken.None);
        await stage.Archive.DeleteAsync(id, CancellationToken.None);

        await using var db = await stage.DatabaseAsync();
        Assert.Empty(await db.PredictionFeedbacks.ToListAsync());
        Assert.Null(await Store(stage).SaveAsync(id, FeedbackVerdict.Agree, "", CancellationToken.None));
    }

    [Fact]
    public async Task Each_model_is_counted_by_itself()
    {
        await using var stage = await PredictStage.OpenAsync();
        var one = await stage.AddRunAsync("One", weights: "aa");
        var two = await stage.AddRunAsync("Two", weights: "bb", kind: DatasetKind.Synthetic);
        (int Run, float Score, FeedbackVerdict? Verdict)[] answers =
        [
            (one.Id, 0.9f, FeedbackVerdict.Agree), (one.Id, 0.8f, FeedbackVerdict.Disagree), (one.Id, 0.1f, FeedbackVerdict.Agree), (one.Id, 0.2f, FeedbackVerdict.Agree),
            (one.Id, 0.3f, FeedbackVerdict.Disagree), (one.Id, 0.6f, FeedbackVerdict.Unsure), (one.Id, 0.5f, null), (two.Id, 0.9f, FeedbackVerdict.Agree),
        ];
        foreach (var (run, score, verdict) in answers)
        {
            stage.Loader.Score = score;
            var id = (await stage.AnswerAsync(DrawnImages.Png(), run)).Stored.Id;
            if (verdict is { } said)
            {
                await Store(stage).SaveAsync(id, said, "", CancellationToken.None);
            }
        }

        var summaries = await Store(stage).SummariseAsync(CancellationToken.None);

        Assert.Equal(["One", "Two"], summaries.Select(s => s.RunName));
        Assert.Equal((7, 6, 1, false), (summaries[0].Answers, summaries[0].Judged, summaries[0].Unsure, summaries[0].IsSynthetic));
        Assert.Equal(new ConfusionMatrix(1, 1, 2, 1), summaries[0].Matrix);
        Assert.Equal((1, 1, 0, true), (summaries[1].Answers, summaries[1].Judged, summaries[1].Unsure, summaries[1].IsSynthetic));
        Assert.Equal([(3, 5), (1, 2), (2, 3), (1, 2), (2, 3)], FeedbackMeasure.Of(summaries[0].Matrix).Select(m => (m.Right, m.Total)));
    }

    [Fact]
    public async Task The_history_is_found_by_judgement_comment_and_day_and_saved_as_a_table()
    {
        await using var stage = await PredictStage.OpenAsync();
        var run = await stage.AddRunAsync();
        var right = (await stage.AnswerAsync(DrawnImages.Png(), run.Id, "right.png")).Stored;
        var wrong = (await stage.AnswerAsync(DrawnImages.Png(), run.Id, "wrong.png")).Stored;
        await stage.AnswerAsync(DrawnImages.Png(), run.Id, "unjudged.png");
        await Store(stage).SaveAsync(right.Id, FeedbackVerdict.Agree, "", CancellationToken.None);
        await Store(stage).SaveAsync(wrong.Id, FeedbackVerdict.Disagree, "old fracture, 100% healed", CancellationToken.None);
        var today = $"{right.CreatedUtc:yyyy-MM-dd}";

        Assert.Equal(["right.png"], await NamesAsync(new(null, null, "agree", null, null)));
        Assert.Equal(["wrong.png"], await NamesAsync(new(null, null, "disagree", null, null)));
        Assert.Equal(["unjudged.png"], await NamesAsync(new(null, null, "none", null, null)));
        Assert.Equal(["wrong.png"], await NamesAsync(new("100% healed", null, null, null, null)));
        Assert.Equal(3, (await NamesAsync(new(null, null, null, today, today))).Length);
        Assert.Empty(await NamesAsync(new(null, null, null, $"{right.CreatedUtc.AddDays(1):yyyy-MM-dd}", null)));
        Assert.Empty(await NamesAsync(new(null, null, null, null, $"{right.CreatedUtc.AddDays(-1):yyyy-MM-dd}")));
        Assert.Equal(3, (await NamesAsync(new(null, "nonsense", "nonsense", "yesterday", "31.12."))).Length);

        var listed = await stage.History.ListAsync(new HistoryQuery(), CancellationToken.None);
        Assert.Equal([FeedbackVerdict.Agree, FeedbackVerdict.Disagree], listed.Feedback.OrderBy(f => f.Key).Select(f => f.Value.Verdict));

        var lines = await stage.History.ExportAsync(new HistoryQuery { Verdict = FeedbackVerdict.Disagree }, CancellationToken.None).ToListAsync();
        Assert.Equal(2, lines.Count);
        Assert.Contains("wrong.png,PNG,0.8", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(",disagree,not fractured,\"old fracture, 100% healed\"\r\n", lines[1], StringComparison.Ordinal);

        async Task<string[]> NamesAsync(HistoryFilter filter) =>
            [.. (await stage.History.ListAsync(filter.Query(TimeSpan.Zero), CancellationToken.None)).Items.Select(p => p.FileName)];
    }

    [Fact]
    public void Days_are_the_readers()
    {
        var query = new HistoryFilter(null, null, null, "2026-03-01", "2026-03-02").Query(TimeSpan.FromHours(2));

        Assert.Equal((new DateTime(2026, 2, 28, 22, 0, 0, DateTimeKind.Utc), new DateTime(2026, 3, 2, 22, 0, 0, DateTimeKind.Utc)), (query.From, query.Before));
    }

    private static FeedbackStore Store(PredictStage stage) => stage.Get<FeedbackStore>();
}
