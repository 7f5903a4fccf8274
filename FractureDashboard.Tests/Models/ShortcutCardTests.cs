using System.Net;
using System.Text.Json;
using Bunit;
using FractureDashboard.Jobs;
using FractureDashboard.Live;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Evaluation;
using FractureDashboard.ML.Imaging;
using FractureDashboard.Models;
using FractureDashboard.Storage;
using FractureDashboard.Tests.Jobs;
using FractureDashboard.Tests.Runs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MudBlazor.Services;

namespace FractureDashboard.Tests.Models;

/// <summary>The card "Does it read the markers?" and its pictures.</summary>
public sealed class ShortcutCardTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly BunitContext context = new();
    private EvaluationStage stage = null!;

    private RunStore Store => stage.Store;

    public async ValueTask InitializeAsync()
    {
        stage = await EvaluationStage.CreateAsync(trains: false);
        await Store.ChangeAsync(db => db.Runs.ExecuteUpdateAsync(s => s.SetProperty(r => r.WeightsHash, new string('a', 64))));
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        context.Services.AddMudServices();
        context.Services.AddSingleton(Store.Live).AddSingleton(stage.Probe).AddSingleton(new ShortcutReader(Store.Databases, stage.Probe));
    }

    public async ValueTask DisposeAsync()
    {
        await context.DisposeAsync();
        await stage.DisposeAsync();
    }

    [Fact]
    public async Task A_click_begins_the_probe_and_the_card_follows_it()
    {
        var card = Show();
        card.WaitForElement("[data-testid=shortcut-start]", Patience);

        await card.Find("[data-testid=shortcut-start]").ClickAsync();

        Assert.Equal(3, Store.Jobs.RunIds.Count);
        card.WaitForAssertion(() => Assert.Contains("Waiting", card.Find("[data-testid=shortcut-progress]").TextContent, StringComparison.Ordinal), Patience);
        await SetAsync(Store.Jobs.RunIds[1], e => (e.State, e.Done, e.Total) = (EvaluationState.Running, 3, 9));
        card.WaitForAssertion(() => Assert.Contains("painted over: 3 of 9", card.Find("[data-testid=shortcut-progress]").TextContent, StringComparison.Ordinal), Patience);
        await SetAsync(Store.Jobs.RunIds[1], e => (e.State, e.Done) = (EvaluationState.Queued, 0));
        await card.Find("[data-testid=shortcut-cancel]").ClickAsync();
        card.WaitForAssertion(() => Assert.Contains("Cancelled", card.Find("[data-testid=shortcut-problem]").TextContent, StringComparison.Ordinal), Patience);
        Assert.NotNull(card.Find("[data-testid=shortcut-start]"));
    }

    [Fact]
    public async Task What_speaks_against_a_probe_is_said()
    {
        await Store.ChangeAsync(db => db.Runs.ExecuteUpdateAsync(s => s.SetProperty(r => r.DatasetId, (int?)null)));
        var card = Show();
        card.WaitForElement("[data-testid=shortcut-start]", Patience);

        await card.Find("[data-testid=shortcut-start]").ClickAsync();

        card.WaitForAssertion(() => Assert.Contains("was removed", card.Find("[data-testid=shortcut-problem]").TextContent, StringComparison.Ordinal), Patience);
    }

    [Fact]
    public async Task The_report_is_a_verdict_a_table_and_pictures()
    {
        var held = stage.Images.Where(i => i.Split != Split.Train).ToList();
        await FinishAsync(held);
        var card = Show();

        card.WaitForAssertion(() => Assert.NotEmpty(card.FindAll("[data-testid=shortcut-table]")), Patience);
        Assert.Contains("Yes: part of the score rests on the markers", card.Find("[data-testid=shortcut-verdict]").TextContent, StringComparison.Ordinal);
        Assert.Contains("falls from 1.000", card.Find("[data-testid=shortcut-verdict]").TextContent, StringComparison.Ordinal);
        Assert.Equal(["1.000", "0.500", "1.000", "0.500"], card.FindAll("[data-testid=shortcut-table] tbody tr").Select(r => r.QuerySelectorAll("td")[1].TextContent));
        var pictures = card.FindAll(".fd-model-examples img");
        Assert.Equal(ShortcutReader.MostExamples, pictures.Count);
        Assert.Equal(MarkerPictures.Url(stage.RunId, held[0].ContentHash), pictures[0].GetAttribute("src"));
    }

    [Fact]
    public async Task Pictures_are_served_of_probed_images_alone()
    {
        var held = stage.Images.Where(i => i.Split != Split.Train).ToList();
        await FinishAsync(held);
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseTestServer();
        builder.Services.AddSingleton(new MarkerPictures(Store.Databases, new MarkerPreview(new ImageDecoder())));
        await using var app = builder.Build();
        MarkerPictures.Map(app);
        await app.StartAsync(Xunit.TestContext.Current.CancellationToken);
        using var http = app.GetTestClient();

        var picture = await http.GetByteArrayAsync(MarkerPictures.Url(stage.RunId, held[0].ContentHash), Xunit.TestContext.Current.CancellationToken);
        var header = new ImageDecoder().ReadHeader(picture, DecodeLimits.Upload).Value!;
        Assert.Equal((3 * EvaluationStage.Options.ImageSize, EvaluationStage.Options.ImageSize, 3), (header.Width, header.Height, header.Channels));

        var trained = stage.Images.First(i => i.Split == Split.Train && held.All(h => h.ContentHash != i.ContentHash));
        foreach (var address in new[] { MarkerPictures.Url(stage.RunId, trained.ContentHash), MarkerPictures.Url(99, held[0].ContentHash), MarkerPictures.Url(stage.RunId, "x") })
        {
            using var refused = await http.GetAsync(address, Xunit.TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        }

        File.Delete(Path.Combine(stage.Root, held[1].RelativePath));
        using var gone = await http.GetAsync(MarkerPictures.Url(stage.RunId, held[1].ContentHash), Xunit.TestContext.Current.CancellationToken);
        Assert.True(gone.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone);
    }

    [Theory]
    [InlineData(ShortcutVerdict.TooFew, "too little", "12 of 80")]
    [InlineData(ShortcutVerdict.NotRead, "No:", "no better than chance")]
    [InlineData(ShortcutVerdict.Readable, "Hardly:", "is enough")]
    [InlineData(ShortcutVerdict.Relied, "Yes:", "Train it on images without markers")]
    public void Every_verdict_has_its_words(ShortcutVerdict verdict, string title, string explanation)
    {
        var view = new ProbeView(new ScoreSummary(12, 0.5, 0.4, 0.6, 0.7), 0.7, 0.4, 0.8);
        var report = new ShortcutReport(80, 12, 6, view, view, view, 0, 0, verdict);

        Assert.Contains(title, ShortcutText.Title(verdict), StringComparison.Ordinal);
        Assert.Contains(explanation, ShortcutText.Explain(report), StringComparison.Ordinal);
    }

    private IRenderedComponent<ShortcutCard> Show() => context.Render<ShortcutCard>(p => p.Add(c => c.RunId, stage.RunId));

    private async Task SetAsync(int id, Action<Evaluation> set)
    {
        await Store.ChangeAsync(async db => set(await db.Evaluations.SingleAsync(e => e.Id == id)));
        Store.Live.Signal(Topics.Evaluations(stage.RunId));
    }

    // Scores as a worker would store them: right as the images are and from their markers alone, alike without markers.
    private async Task FinishAsync(List<ImageRecord> images)
    {
        await stage.Probe.StartAsync(stage.RunId, CancellationToken.None);
        var ids = Store.Jobs.RunIds.ToArray();
        await Store.ChangeAsync(async db =>
        {
            foreach (var (id, i) in ids.Select((id, i) => (id, i)))
            {
                var evaluation = await db.Evaluations.SingleAsync(e => e.Id == id);
                (evaluation.State, evaluation.WeightsHash) = (EvaluationState.Completed, "w");
                db.EvaluationScores.AddRange(images.Select((image, n) => new EvaluationScore
                {
                    EvaluationId = id,
                    RelativePath = image.RelativePath,
                    Split = image.Split,
                    Label = n % 2 == 0 ? Label.Fractured : Label.NotFractured,
                    Score = i == 1 ? 0.5 : n % 2 == 0 ? 0.99 - (0.01 * n) : 0.3,
                    ContentHash = image.ContentHash,
                    Group = image.ContentHash,
                    MarkerShare = i == 0 ? null : 0.01,
                }));
            }
        });

        // A verdict needs more images than are drawn here.
        await stage.Probe.ConcludeAsync(stage.RunId, CancellationToken.None);
        var report = ShortcutProbe.Read((await Store.FindRunAsync(stage.RunId)).ShortcutJson)!;
        Assert.Equal((images.Count, images.Count), (report.HeldOut, report.WithMarkers));
        var json = JsonSerializer.Serialize(report with { Verdict = ShortcutVerdict.Relied }, JsonSerializerOptions.Web);
        await Store.ChangeAsync(db => db.Runs.ExecuteUpdateAsync(s => s.SetProperty(r => r.ShortcutJson, json)));
    }
}
