using Bunit;
using FractureDashboard.ML.Explanation;
using FractureDashboard.ML.Imaging;
using FractureDashboard.Predict;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace FractureDashboard.Tests.Predict;

public sealed class HeatMapTests
{
    [Fact]
    public async Task A_map_has_the_pictures_proportions_and_is_drawn_once()
    {
        await using var stage = await PredictStage.OpenAsync();
        var answer = (await stage.AnswerAsync(DrawnImages.Png(3000, 1500), (await stage.AddRunAsync()).Id)).Stored;

        var (map, problem) = await Draw(stage, answer.Id);
        var (again, _) = await Draw(stage, answer.Id);

        Assert.Null(problem);
        Assert.Same(map, again);
        Assert.Equal((false, "A note."), (map!.IsBlank, Assert.Single(map.Notes)));
        var header = new ImageDecoder().ReadHeader(map.Layer, DecodeLimits.Dataset).Value!;
        Assert.Equal((ImageFormat.Png, 1024, 512, 4), (header.Format, header.Width, header.Height, header.Channels));
        Assert.True((await Draw(stage, answer.Id, ExplanationMethod.Occlusion)).Map!.IsBlank);
    }

    [Fact]
    public async Task Without_the_answer_or_its_weights_the_reason_is_said()
    {
        await using var stage = await PredictStage.OpenAsync();
        var run = await stage.AddRunAsync();
        var answer = (await stage.AnswerAsync(DrawnImages.Png(), run.Id)).Stored;
        await using (var db = await stage.DatabaseAsync())
        {
            await db.Runs.ExecuteUpdateAsync(s => s.SetProperty(r => r.WeightsHash, "other"));
        }

        Assert.Contains("weights that gave this answer are not there", (await Draw(stage, answer.Id)).Problem, StringComparison.Ordinal);
        await stage.Archive.DeleteAsync(answer.Id, CancellationToken.None);
        Assert.Contains("has been deleted", (await Draw(stage, answer.Id)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_drawn_is_not_shown_of_a_deleted_answer()
    {
        await using var stage = await PredictStage.OpenAsync();
        var answer = (await stage.AnswerAsync(DrawnImages.Png(), (await stage.AddRunAsync()).Id)).Stored;
        Assert.NotNull((await Draw(stage, answer.Id)).Map);
        await stage.Archive.DeleteAsync(answer.Id, CancellationToken.None);

        Assert.Null((await Draw(stage, answer.Id)).Map);
    }

    [Fact]
    public async Task The_map_is_laid_over_the_picture_with_an_opacity_a_legend_and_its_meaning()
    {
        await using var stage = await PredictStage.OpenAsync();
        var answer = (await stage.AnswerAsync(DrawnImages.Png(), (await stage.AddRunAsync()).Id)).Stored;
        await using var context = new BunitContext();
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        context.Services.AddMudServices();
        context.Services.AddSingleton(stage.Get<HeatMapDrawing>());
        var picture = context.Render<HeatMapPicture>(p => p.Add(x => x.Answer, answer));
        Assert.Empty(picture.FindAll(Id("heat-map")));

        picture.Find(Id("heat-toggle")).Click();
        Assert.Equal("opacity: 0.60", picture.WaitForElement(Id("heat-map"), TimeSpan.FromSeconds(30)).GetAttribute("style"));
        picture.Find(Id("heat-opacity")).Input("25");
        picture.WaitForAssertion(() => Assert.Equal("opacity: 0.25", picture.Find(Id("heat-map")).GetAttribute("style")), TimeSpan.FromSeconds(30));
        Assert.Contains(ExplanationMethod.GradCam.Meaning(), picture.Find(Id("heat-words")).TextContent, StringComparison.Ordinal);

        picture.Find(Id("heat-method")).Change(nameof(ExplanationMethod.Occlusion));
        picture.WaitForAssertion(() => Assert.Contains("nothing to draw", picture.Find(Id("heat-words")).TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(30));
        picture.Find(Id("heat-toggle")).Click();
        Assert.Equal("", picture.Find(Id("heat-words")).TextContent.Trim());
    }

    private static string Id(string id) => $"[data-testid={id}]";

    private static Task<(DrawnHeatMap? Map, string? Problem)> Draw(PredictStage stage, int id, ExplanationMethod method = ExplanationMethod.GradCam) =>
        stage.Get<HeatMapDrawing>().DrawAsync(id, method, CancellationToken.None);
}
