using FractureDashboard.ML.Imaging;
using FractureDashboard.Predict;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Tests.Predict;

public sealed class PredictionHistoryTests
{
    [Fact]
    public async Task Pages_cover_every_answer_once_newest_first()
    {
        await using var stage = await WithAnswersAsync(23);
        var seen = new List<int>();
        for (var page = 0; page < 3; page++)
        {
            var listed = await ListAsync(stage, new HistoryQuery(Page: page));
            Assert.Equal((23, 3, page), (listed.Total, listed.Pages, listed.Page));
            seen.AddRange(listed.Items.Select(p => p.Id));
        }

        Assert.Equal(23, seen.Distinct().Count());
        Assert.Equal(seen.OrderDescending(), seen);
    }

    [Theory]
    [InlineData(99)]
    [InlineData(int.MaxValue)]
    public async Task A_page_beyond_the_end_is_the_last_one(int page)
    {
        await using var stage = await WithAnswersAsync(23);

        var listed = await ListAsync(stage, new HistoryQuery(Page: page));

        Assert.Equal((2, 3), (listed.Page, listed.Items.Count));
    }

    [Fact]
    public async Task The_filter_of_decisions_splits_them_at_their_own_threshold()
    {
        await using var stage = await WithAnswersAsync(20);

        var fractured = await ListAsync(stage, new HistoryQuery(Fractured: true, PageSize: 100));
        var sound = await ListAsync(stage, new HistoryQuery(Fractured: false, PageSize: 100));

        Assert.All(fractured.Items, p => Assert.True(p.IsFractured));
        Assert.All(sound.Items, p => Assert.False(p.IsFractured));
        Assert.Equal(20, fractured.Total + sound.Total);
        Assert.True(fractured.Total > 0 && sound.Total > 0);
    }

    [Theory]
    [InlineData("WRIST-07", 1)]
    [InlineData("  wrist-07 ", 1)]
    [InlineData("50%", 1)]
    [InlineData("_", 1)]
    [InlineData("\\", 1)]
    [InlineData("Augmented", 2)]
    [InlineData("nowhere", 0)]
    public async Task Words_are_looked_for_as_they_are_in_the_names_of_file_and_model(string words, int expected)
    {
        await using var stage = await WithAnswersAsync(20);
        await AddAsync(stage, "contrast 50%.png", "Augmented");
        await AddAsync(stage, "under_score\\.png", "Augmented");

        Assert.Equal(expected, (await ListAsync(stage, new HistoryQuery(words))).Total);
    }

    [Theory]
    [InlineData(DatasetKind.Synthetic, true)]
    [InlineData(DatasetKind.Folder, false)]
    public async Task An_answer_knows_whether_its_model_saw_synthetic_images(DatasetKind kind, bool expected)
    {
        await using var stage = await PredictStage.OpenAsync();
        var answer = await stage.AnswerAsync(DrawnImages.Png(), (await stage.AddRunAsync(kind: kind)).Id);

        Assert.Equal(expected, (await stage.History.FindAsync(answer.Stored.Id, CancellationToken.None))!.IsSynthetic);
    }

    [Fact]
    public async Task An_answer_outlives_its_run_and_says_that_it_is_gone()
    {
        await using var stage = await PredictStage.OpenAsync();
        var run = await stage.AddRunAsync("Doomed");
        var answer = await stage.AnswerAsync(DrawnImages.Png(), run.Id);
        await using (var db = await stage.DatabaseAsync())
        {
            await db.Runs.Where(r => r.Id == run.Id).ExecuteDeleteAsync();
        }

        var found = await stage.History.FindAsync(answer.Stored.Id, CancellationToken.None);

        Assert.Equal(("Doomed", (int?)null, (bool?)null), (found!.Stored.RunName, found.Stored.RunId, found.IsSynthetic));
    }

    private static Task<HistoryPage> ListAsync(PredictStage stage, HistoryQuery query) => stage.History.ListAsync(query, CancellationToken.None);

    private static async Task<PredictStage> WithAnswersAsync(int count)
    {
        var stage = await PredictStage.OpenAsync();
        for (var i = 0; i < count; i++)
        {
            await AddAsync(stage, $"wrist-{i:00}.png", "Baseline", i / 20.0, 0.3 + (i % 2 * 0.4), i / 3);
        }

        return stage;
    }

    private static async Task AddAsync(PredictStage stage, string file, string run, double score = 0.5, double threshold = 0.5, int minute = 0)
    {
        await using var db = await stage.DatabaseAsync();
        db.Predictions.Add(new Prediction
        {
            RunName = run,
            WeightsHash = "w",
            FileName = file,
            ContentHash = new string('0', 64),
            Format = ImageFormat.Png,
            Score = score,
            Threshold = threshold,
            CreatedUtc = new DateTime(2026, 1, 1, 0, minute, 0, DateTimeKind.Utc),
        });
        await db.SaveChangesAsync();
    }
}
