using Bunit;
using FractureDashboard.Live;
using FractureDashboard.ML.Runtime;
using FractureDashboard.Predict;
using FractureDashboard.Shell;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;
using Label = FractureDashboard.ML.Datasets.Label;

namespace FractureDashboard.Tests.Predict;

public sealed class PredictPageTests : IAsyncLifetime
{
    private readonly BunitContext context = new();
    private PredictStage stage = null!;

    public async ValueTask InitializeAsync()
    {
        stage = await PredictStage.OpenAsync();
        BunitContext.DefaultWaitTimeout = TimeSpan.FromSeconds(30);
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        context.Services.AddMudServices();
        context.Services.AddScoped<LocalClock>();
        context.Services.AddSingleton(TimeProvider.System);
        context.Services.AddSingleton(stage.Get<FinishedRuns>());
        context.Services.AddSingleton(stage.Service);
        context.Services.AddSingleton(stage.History);
        context.Services.AddSingleton(stage.Archive);
        context.Services.AddSingleton(stage.Get<KnownImages>());
        context.Services.AddSingleton(stage.Get<FeedbackStore>());
        context.Services.AddSingleton(stage.Get<HeatMapDrawing>());
        context.Services.AddSingleton(stage.Get<SimilarImages>());
        context.Services.AddSingleton(stage.Get<LiveEvents>());
        context.Render<MudPopoverProvider>();
    }

    public async ValueTask DisposeAsync()
    {
        await context.DisposeAsync();
        await stage.DisposeAsync();
    }

    private NavigationManager Navigation => context.Services.GetRequiredService<NavigationManager>();

    [Fact]
    public void Without_a_finished_run_the_page_leads_to_a_training()
    {
        var page = Open("/predict");

        Assert.Equal("/experiments/new", page.WaitForElement(Id("start-training")).GetAttribute("href"));
        Assert.Empty(page.FindAll(Id("drop-zone")));
    }

    [Fact]
    public async Task A_run_that_finishes_while_the_page_is_open_can_be_asked()
    {
        var page = Open("/predict");
        page.WaitForElement(Id("start-training"));
        await stage.AddRunAsync();
        stage.Get<LiveEvents>().Signal(Topics.Runs);

        Assert.NotNull(page.WaitForElement(Id("drop-zone")));
    }

    [Fact]
    public async Task The_best_run_is_chosen_and_another_can_be_named_in_the_address()
    {
        var worse = await stage.AddRunAsync("Worse", 0.7, DatasetKind.Synthetic);
        await stage.AddRunAsync("Better", 0.9);

        Assert.Contains("90.0 % (the best)", Open("/predict").WaitForElement(Id("model-facts")).TextContent, StringComparison.Ordinal);

        var named = Open($"/predict?run={worse.Id}");
        Assert.Contains("70.0 %", named.WaitForElement(Id("model-facts")).TextContent, StringComparison.Ordinal);
        Assert.Contains("synthetic", named.Find(Id("model-facts")).TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_cannot_answer_is_named_and_the_best_takes_its_place()
    {
        await stage.AddRunAsync("Better");

        var notice = Open("/predict?run=77").WaitForElement(Id("predict-notice"));

        Assert.Contains("Run 77 has no weights", notice.TextContent, StringComparison.Ordinal);
        Assert.Contains("'Better' answers instead", notice.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_is_shown_in_number_words_and_time_with_the_research_notice()
    {
        var answer = await AnswerAsync(score: 0.731f);
        var card = Open($"/predict/{answer.Id}", answer.Id).WaitForElement(Id("answer"));

        Assert.Equal("73.1 %", card.QuerySelector(Id("score"))!.TextContent);
        Assert.Equal("Fractured", card.QuerySelector(Id("decision"))!.TextContent.Trim());
        Assert.Contains("ms", card.QuerySelector(Id("time"))!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Research use only, not a medical device", card.TextContent, StringComparison.Ordinal);
        Assert.Null(card.QuerySelector(Id("synthetic-warning")));
        Assert.Equal(PictureEndpoints.DisplayUrl(answer.Id, answer.ContentHash), card.QuerySelector("img")!.GetAttribute("src"));
    }

    [Fact]
    public async Task A_model_of_synthetic_images_is_warned_of()
    {
        var answer = await AnswerAsync(kind: DatasetKind.Synthetic);

        Assert.NotNull(Open($"/predict/{answer.Id}", answer.Id).WaitForElement(Id("synthetic-warning")));
    }

    [Fact]
    public async Task Another_threshold_decides_anew_without_asking_the_model()
    {
        var answer = await AnswerAsync(score: 0.6f);
        var page = Open($"/predict/{answer.Id}", answer.Id);
        page.WaitForElement(Id("answer"));
        var asked = stage.Loader.Loaded.Count;

        await page.Find(Id("threshold")).ChangeAsync(new() { Value = "0.75" });

        Assert.Equal("Not fractured", Decision(page));
        Assert.Contains("fractured at 0.50", page.Find(Id("rethought")).TextContent, StringComparison.Ordinal);
        await page.Find(Id("threshold-slider")).InputAsync(new() { Value = "0.6" });
        Assert.Equal("Fractured", Decision(page));
        await page.Find(Id("threshold")).ChangeAsync(new() { Value = "much" });
        Assert.Equal("Fractured", Decision(page));
        Assert.Equal(asked, stage.Loader.Loaded.Count);
        Assert.Equal(0.5, (await stage.History.FindAsync(answer.Id, CancellationToken.None))!.Stored.Threshold);
    }

    [Theory]
    [InlineData(Label.Fractured, "right")]
    [InlineData(Label.NotFractured, "wrong")]
    public async Task A_known_files_label_is_compared_in_words(Label label, string verdict)
    {
        await stage.AddImageAsync(DrawnImages.Png(), label);
        var answer = await AnswerAsync(score: 0.9f);
        var page = Open($"/predict/{answer.Id}", answer.Id);

        Assert.Contains($"The decision is {verdict}.", page.WaitForElement(Id("known")).TextContent, StringComparison.Ordinal);
        await page.Find(Id("threshold")).ChangeAsync(new() { Value = "0.95" });
        Assert.DoesNotContain($"The decision is {verdict}.", page.Find(Id("known")).TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registered_image_in_the_address_is_asked_about_once_and_then_has_its_answers_address()
    {
        Assert.SkipUnless(Engine.Status.IsAvailable, Engine.Status.Problem ?? "");
        await stage.AddRunAsync();
        var image = await stage.AddImageAsync(DrawnImages.Png(), Label.Fractured);

        var page = Open($"/predict?image={image.Id}");
        page.WaitForElement(Id("known"));

        var stored = Assert.Single((await stage.History.ListAsync(new HistoryQuery(), CancellationToken.None)).Items);
        Assert.Equal($"/predict/{stored.Id}", new Uri(Navigation.Uri).PathAndQuery);
        page.Render(p => p.Add(x => x.Id, stored.Id));
        Assert.Equal(1, (await stage.History.ListAsync(new HistoryQuery(), CancellationToken.None)).Total);
    }

    [Fact]
    public async Task A_registered_image_that_cannot_be_answered_keeps_the_choices_and_says_why()
    {
        Assert.SkipUnless(Engine.Status.IsAvailable, Engine.Status.Problem ?? "");
        await stage.AddRunAsync();

        var page = Open("/predict?image=99");

        Assert.Contains("no such image", page.WaitForElement(Id("predict-error")).TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.Find(Id("drop-zone")));
        Assert.NotNull(page.Find(Id("model-facts")));
    }

    [Fact]
    public async Task An_answer_that_is_gone_is_said_to_be_gone()
    {
        await stage.AddRunAsync();

        var page = Open("/predict/99", 99);

        page.WaitForAssertion(() => Assert.Contains("There is no such answer", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_history_lists_answers_and_follows_new_and_deleted_ones()
    {
        var first = await AnswerAsync();
        var page = Open("/predict");
        page.WaitForState(() => page.FindAll(Id("history-row")).Count == 1);

        await AnswerAsync();
        page.WaitForState(() => page.FindAll(Id("history-row")).Count == 2);

        await stage.Archive.DeleteAsync(first.Id, CancellationToken.None);
        page.WaitForState(() => page.FindAll(Id("history-row")).Count == 1);
    }

    [Fact]
    public async Task The_history_filter_stands_in_the_address()
    {
        await AnswerAsync(score: 0.9f);
        await AnswerAsync(score: 0.1f);
        var page = Open("/predict?q=wrist&page=2");
        page.WaitForState(() => page.FindAll(Id("history-row")).Count == 2);

        await page.Find(Id("history-decision")).ChangeAsync(new() { Value = "not-fractured" });

        Assert.Equal("?q=wrist&decision=not-fractured", new Uri(Navigation.Uri).Query);
        page.WaitForState(() => page.FindAll(Id("history-row")).Count == 1);
        await page.InvokeAsync(() => Navigation.NavigateTo("/predict?q=nothing"));
        Assert.NotNull(page.WaitForElement(Id("history-clear")));
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public async Task Deleting_asks_first(bool agreed, int left)
    {
        var answer = await AnswerAsync();
        var dialogs = context.Render<MudDialogProvider>();
        var page = Open($"/predict/{answer.Id}", answer.Id);
        page.WaitForElement(Id("answer"));

        var clicked = page.Find(Id("delete-answer")).ClickAsync(new());
        dialogs.WaitForState(() => dialogs.FindAll("button").Any(b => b.TextContent.Trim() == "Delete"));
        Assert.Contains("wrist.png", dialogs.Markup, StringComparison.Ordinal);
        await dialogs.FindAll("button").Single(b => b.TextContent.Trim() == (agreed ? "Delete" : "Keep")).ClickAsync(new());
        await clicked;

        await using var db = await stage.DatabaseAsync();
        Assert.Equal(left, await db.Predictions.CountAsync());
        Assert.Equal(left * 3, stage.Files().Count);
    }

    private static string Id(string testId) => $"[data-testid={testId}]";

    private static string Decision(IRenderedComponent<PredictPage> page) => page.Find($"{Id("answer")} {Id("decision")}").TextContent.Trim();

    private IRenderedComponent<PredictPage> Open(string address, int? id = null)
    {
        Navigation.NavigateTo(address);
        return context.Render<PredictPage>(p => p.Add(x => x.Id, id));
    }

    private async Task<Prediction> AnswerAsync(float score = 0.8f, DatasetKind kind = DatasetKind.Folder)
    {
        stage.Loader.Score = score;
        return (await stage.AnswerAsync(DrawnImages.Png(), (await stage.AddRunAsync(kind: kind)).Id)).Stored;
    }
}
