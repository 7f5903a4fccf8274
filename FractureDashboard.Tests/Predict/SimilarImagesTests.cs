using System.Text.Json;
using Bunit;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.Predict;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using NetVips;
using TestContext = Xunit.TestContext;

namespace FractureDashboard.Tests.Predict;

public sealed class SimilarImagesTests
{
    [Fact]
    public async Task The_nearest_training_images_are_named_one_of_each_radiograph_and_never_the_image_itself()
    {
        await using var stage = await PredictStage.OpenAsync();
        var (run, images) = await TrainAsync(stage, [10, 60, 118, 120, 122, 180, 240], sameSource: [120, 122]);
        var answer = (await stage.AnswerAsync(Tone(118), run.Id)).Stored;

        var (found, problem) = await FindAsync(stage, answer.Id);

        Assert.Null(problem);
        Assert.Equal(images[120].Id, found!.Nearest[0].ImageId);
        Assert.Equal([10, 60, 120, 180, 240], found.Nearest.Select(n => images.Single(i => i.Value.Id == n.ImageId).Key).Order());
        Assert.Equal(found.Nearest.Select(n => n.Similarity).OrderDescending(), found.Nearest.Select(n => n.Similarity));
        Assert.Equal(7, found.Compared);
    }

    [Fact]
    public async Task An_image_unlike_all_training_images_is_called_so()
    {
        await using var stage = await PredictStage.OpenAsync();
        var (run, _) = await TrainAsync(stage, [.. Enumerable.Range(100, 25)]);

        var far = await FindAsync(stage, (await stage.AnswerAsync(Tone(250), run.Id)).Stored.Id);
        var near = await FindAsync(stage, (await stage.AnswerAsync(Tone(112), run.Id)).Stored.Id);

        Assert.Equal((true, 1.0), (far.Found!.Likeness.IsUnlike, far.Found.Likeness.Percentile));
        Assert.False(near.Found!.Likeness.IsUnlike);
    }

    [Fact]
    public async Task The_model_looks_at_its_training_images_once_even_after_a_restart()
    {
        await using var stage = await PredictStage.OpenAsync();
        var (run, _) = await TrainAsync(stage, [10, 60, 120]);
        var answer = (await stage.AnswerAsync(Tone(50), run.Id)).Stored;
        var steps = new List<(int, int)>();

        Assert.False(await stage.Get<SimilarImages>().IsReadyAsync(answer, CancellationToken.None));
        await FindAsync(stage, answer.Id, (done, total) => steps.Add((done, total)));
        await FindAsync(stage, answer.Id);
        using var restarted = new TrainingIndexes(stage.Get<IDbContextFactory<DashboardContext>>(), stage.Paths, stage.Get<ModelCache>(), new ImageDecoder());
        var (index, _) = await restarted.OpenAsync((await stage.Get<FinishedRuns>().FindAsync(run.Id, CancellationToken.None))!, (_, _) => { }, CancellationToken.None);

        Assert.Equal([(3, 3)], steps);
        Assert.Equal(3, index!.Index.Count);
        Assert.True(await stage.Get<SimilarImages>().IsReadyAsync(answer, CancellationToken.None));
        Assert.Equal(3 + 2, stage.Loader.Loaded.Sum(m => m.Embedded));
    }

    [Fact]
    public async Task Where_nothing_can_be_compared_the_reason_is_said()
    {
        await using var stage = await PredictStage.OpenAsync();
        var bare = await stage.AddRunAsync();
        var answer = (await stage.AnswerAsync(Tone(50), bare.Id)).Stored;
        var (lonely, _) = await TrainAsync(stage, [70]);
        var alone = (await stage.AnswerAsync(Tone(51), lonely.Id)).Stored;

        Assert.Contains("not known any more", (await FindAsync(stage, answer.Id)).Problem, StringComparison.Ordinal);
        Assert.Contains("too few", (await FindAsync(stage, alone.Id)).Problem, StringComparison.Ordinal);
        await using (var db = await stage.DatabaseAsync())
        {
            await db.Runs.ExecuteUpdateAsync(s => s.SetProperty(r => r.WeightsHash, "other"), TestContext.Current.CancellationToken);
        }

        Assert.Contains("weights that gave this answer are not there", (await FindAsync(stage, alone.Id)).Problem, StringComparison.Ordinal);
        await stage.Archive.DeleteAsync(answer.Id, CancellationToken.None);
        Assert.Contains("has been deleted", (await FindAsync(stage, answer.Id)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_card_compares_when_asked_and_by_itself_once_that_is_quick()
    {
        await using var stage = await PredictStage.OpenAsync();
        var (run, images) = await TrainAsync(stage, [10, 60, 120]);
        var first = (await stage.AnswerAsync(Tone(50), run.Id)).Stored;
        var second = (await stage.AnswerAsync(Tone(119), run.Id)).Stored;
        await using var context = new BunitContext { JSInterop = { Mode = JSRuntimeMode.Loose } };
        context.Services.AddMudServices();
        context.Services.AddSingleton(stage.Get<SimilarImages>());

        var card = context.Render<SimilarCard>(p => p.Add(c => c.Answer, first));
        Assert.Empty(card.FindAll("[data-testid=similar-image]"));
        await card.Find("[data-testid=find-similar]").ClickAsync(new());
        card.WaitForElement("[data-testid=similar-image]");
        card.Render(p => p.Add(c => c.Answer, second));
        card.WaitForAssertion(() => Assert.Equal($"/datasets/{images[120].DatasetId}/images/{images[120].Id}", card.Find("[data-testid=similar-image] a").GetAttribute("href")));

        Assert.Contains("similarity 1.000", card.Find("[data-testid=similar-image]").TextContent, StringComparison.Ordinal);
        Assert.NotEmpty(card.FindAll("[data-testid=like], [data-testid=unlike]"));
    }

    private static Task<(Similarity? Found, string? Problem)> FindAsync(PredictStage stage, int id, Action<int, int>? progress = null) =>
        stage.Get<SimilarImages>().FindAsync(id, progress ?? ((_, _) => { }), TestContext.Current.CancellationToken);

    private static byte[] Tone(int grey)
    {
        using var black = Image.Black(64, 64);
        using var even = (black + grey).Cast(Enums.BandFormat.Uchar);
        return even.PngsaveBuffer();
    }

    /// <summary>A run whose training images have these tones.</summary>
    private static async Task<(Run Run, Dictionary<int, DatasetImage> Images)> TrainAsync(PredictStage stage, int[] tones, int[]? sameSource = null)
    {
        var images = new Dictionary<int, DatasetImage>();
        foreach (var tone in tones)
        {
            images[tone] = await stage.AddImageAsync(Tone(tone), tone % 2 == 0 ? Label.Fractured : Label.NotFractured, Split.Train);
        }

        var run = await stage.AddRunAsync("Trained", weights: $"weights of {tones.Length}", datasetId: images[tones[0]].DatasetId);
        var folder = Directory.CreateDirectory(stage.Paths.Run(run.Id)).FullName;
        var records = images.Select(i => new ImageRecord(
            i.Value.RelativePath, Split.Train, i.Value.Label, i.Value.Bytes, default, i.Value.ContentHash, 64, 64, ImageFormat.Png)
        {
            Group = sameSource?.Contains(i.Key) == true ? "one radiograph" : null,
        });
        await File.WriteAllTextAsync(Path.Combine(folder, "manifest.json"), JsonSerializer.Serialize(records), TestContext.Current.CancellationToken);
        return (run, images);
    }
}
