using Bunit;
using FractureDashboard.Live;
using FractureDashboard.Predict;
using FractureDashboard.Shell;
using FractureDashboard.Storage;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace FractureDashboard.Tests.Predict;

public sealed class FeedbackPageTests : IAsyncLifetime
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
        context.Services.AddSingleton(stage.Get<FeedbackStore>());
        context.Services.AddSingleton(stage.Get<LiveEvents>());
    }

    public async ValueTask DisposeAsync()
    {
        await context.DisposeAsync();
        await stage.DisposeAsync();
    }

    [Fact]
    public async Task A_judgement_is_kept_shown_again_and_taken_back()
    {
        stage.Loader.Score = 0.1f;
        var answer = (await stage.AnswerAsync(DrawnImages.Png(), (await stage.AddRunAsync()).Id)).Stored;
        var form = Open(answer);
        Assert.Contains("It is not fractured", form.WaitForElement(Id("feedback-agree")).TextContent, StringComparison.Ordinal);
        Assert.True(form.Find(Id("feedback-save")).HasAttribute("disabled"));

        form.Find(Id("feedback-disagree")).Click();
        form.Find(Id("feedback-comment")).Input("hairline");
        form.Find(Id("feedback-save")).Click();
        form.WaitForAssertion(() => Assert.Contains("Kept", form.Find(Id("feedback-state")).TextContent, StringComparison.Ordinal));

        var again = Open(answer);
        again.WaitForAssertion(() => Assert.Equal("true", again.Find(Id("feedback-disagree")).GetAttribute("aria-pressed")));
        Assert.Equal("hairline", again.Find(Id("feedback-comment")).GetAttribute("value"));
        again.Find(Id("feedback-delete")).Click();
        again.WaitForAssertion(() => Assert.Contains("Nobody has judged", again.Find(Id("feedback-state")).TextContent, StringComparison.Ordinal));
        Assert.Null(await stage.Get<FeedbackStore>().FindAsync(answer.Id, CancellationToken.None));
    }

    [Fact]
    public async Task A_judgement_of_an_answer_deleted_meanwhile_is_said_to_be_lost()
    {
        var answer = (await stage.AnswerAsync(DrawnImages.Png(), (await stage.AddRunAsync()).Id)).Stored;
        var form = Open(answer);
        await stage.Archive.DeleteAsync(answer.Id, CancellationToken.None);

        form.WaitForElement(Id("feedback-agree")).Click();
        form.Find(Id("feedback-save")).Click();

        form.WaitForAssertion(() => Assert.Contains("deleted meanwhile", form.Find(Id("feedback-state")).TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_accuracy_page_is_empty_at_first_and_follows_judgements()
    {
        var answer = (await stage.AnswerAsync(DrawnImages.Png(), (await stage.AddRunAsync("Mine", kind: DatasetKind.Synthetic)).Id)).Stored;
        var page = context.Render<FeedbackPage>();
        page.WaitForAssertion(() => Assert.Contains("No feedback yet", page.Markup, StringComparison.Ordinal));

        await stage.Get<FeedbackStore>().SaveAsync(answer.Id, FeedbackVerdict.Agree, "", CancellationToken.None);

        page.WaitForAssertion(() => Assert.Contains("1 of 1 answers judged", page.Find(Id("feedback-model")).TextContent, StringComparison.Ordinal));
        Assert.Contains("Research use only", page.Markup, StringComparison.Ordinal);
        Assert.Contains("synthetic", page.Find(Id("feedback-model")).TextContent, StringComparison.Ordinal);
        var measures = page.FindAll(Id("measure")).Select(m => m.TextContent).ToList();
        Assert.Contains("100.0 %", measures[0], StringComparison.Ordinal);
        Assert.Contains("20.7 – 100.0 %", measures[0], StringComparison.Ordinal);
        Assert.Contains("0 of 0", measures[2], StringComparison.Ordinal);
    }

    private static string Id(string id) => $"[data-testid={id}]";

    private IRenderedComponent<FeedbackForm> Open(Prediction answer) => context.Render<FeedbackForm>(p => p.Add(x => x.Answer, answer));
}
