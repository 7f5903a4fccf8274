using Bunit;
using FractureDashboard.Predict;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace FractureDashboard.Tests.Predict;

public sealed class UploadZoneTests : IAsyncDisposable
{
    private readonly BunitContext context = new();
    private readonly List<UploadAnswer> answers = [];

    public UploadZoneTests()
    {
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        context.Services.AddMudServices();
        context.Services.AddSingleton(TimeProvider.System);
    }

    public ValueTask DisposeAsync() => context.DisposeAsync();

    [Fact]
    public async Task Each_file_is_to_be_sent_to_the_chosen_model_at_the_chosen_threshold()
    {
        var zone = Open();

        var urls = await AcceptAsync(zone, new ChosenFile("a.png", 10), new ChosenFile("b.png", 20));

        Assert.Equal(["/predictions?run=7&threshold=0.35", "/predictions?run=7&threshold=0.35"], urls);
        Assert.Equal(2, zone.FindAll("[data-testid=upload-item]").Count);
        Assert.True(zone.Find("[data-testid=file-input]").HasAttribute("disabled"));
    }

    [Theory]
    [InlineData(64_000_001, "larger than 64 MB")]
    [InlineData(500_000_000, "larger than 64 MB")]
    [InlineData(0, "empty")]
    public async Task What_cannot_be_answered_is_refused_before_it_is_sent(long bytes, string words)
    {
        var zone = Open();

        var urls = await AcceptAsync(zone, new ChosenFile("a.png", bytes), new ChosenFile("b.png", 20));

        Assert.Null(urls[0]);
        Assert.NotNull(urls[1]);
        Assert.Contains(words, zone.Find("[data-testid=upload-error]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_files_are_cut_to_the_cap_and_said_so()
    {
        var zone = Open();
        var files = Enumerable.Range(0, 505).Select(i => new ChosenFile($"{i}.png", 10)).ToArray();

        var urls = await AcceptAsync(zone, files);

        Assert.Equal(UploadZone.MaximumFiles, urls.Count);
        Assert.Contains("505 files were chosen; the first 500 are answered", zone.Find("[data-testid=upload-notice]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_and_refusals_are_listed_and_only_the_first_answer_is_to_be_opened()
    {
        var zone = Open();
        await AcceptAsync(zone, new ChosenFile("a.png", 10), new ChosenFile("b.png", 10), new ChosenFile("c.png", 10));

        await zone.InvokeAsync(() => zone.Instance.AnswerAsync(0, new UploadReply(Problem: "Damaged", Message: "The image data are damaged.")));
        await zone.InvokeAsync(() => zone.Instance.AnswerAsync(1, new UploadReply(11, 0.9, true, 3, 4)));
        await zone.InvokeAsync(() => zone.Instance.AnswerAsync(2, new UploadReply(12, 0.1, false, 3, 4)));
        await zone.InvokeAsync(zone.Instance.Finish);

        Assert.Equal([new UploadAnswer(11, 3, 4, true), new UploadAnswer(12, 3, 4, false)], answers);
        var items = zone.FindAll("[data-testid=upload-item]");
        Assert.Contains("The image data are damaged.", items[0].TextContent, StringComparison.Ordinal);
        Assert.Equal("/predict/11", items[1].QuerySelector("a")!.GetAttribute("href"));
        Assert.Contains("Not fractured", items[2].TextContent, StringComparison.Ordinal);
        Assert.Contains("2 of 3 answered, 1 without an answer", zone.Markup, StringComparison.Ordinal);
        Assert.False(zone.Find("[data-testid=file-input]").HasAttribute("disabled"));
    }

    [Fact]
    public async Task While_files_are_under_way_no_others_are_taken()
    {
        var zone = Open();
        await AcceptAsync(zone, new ChosenFile("a.png", 10));

        Assert.Empty(await AcceptAsync(zone, new ChosenFile("b.png", 10)));
        Assert.Contains("Wait for the answers under way", zone.Find("[data-testid=upload-notice]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_not_sent_when_it_ends_is_called_cancelled()
    {
        var zone = Open();
        await AcceptAsync(zone, new ChosenFile("a.png", 10), new ChosenFile("b.png", 10));
        await zone.InvokeAsync(() => zone.Instance.Progress(0, 0.4));
        Assert.Contains("sending, 40 %", zone.Markup, StringComparison.Ordinal);

        await zone.InvokeAsync(zone.Instance.Finish);

        Assert.All(zone.FindAll("[data-testid=upload-error]"), e => Assert.Contains("Cancelled.", e.TextContent, StringComparison.Ordinal));
        Assert.Equal(2, zone.FindAll("[data-testid=upload-error]").Count);
    }

    [Fact]
    public async Task A_large_batch_comes_in_parts_is_paged_put_in_order_and_saved()
    {
        var zone = Open();
        var files = Enumerable.Range(0, 60).Select(i => new ChosenFile($"{i:00}.png", 10)).ToArray();

        Assert.Equal(50, (await zone.InvokeAsync(() => zone.Instance.Accept(files[..50], 60))).Count);
        Assert.Equal(10, (await zone.InvokeAsync(() => zone.Instance.AcceptMore(files[50..], 60))).Count);
        for (var i = 0; i < 60; i++)
        {
            var reply = i == 7 ? new UploadReply(Problem: "Damaged", Message: "=Damaged.") : new UploadReply(100 + i, i / 100.0, false, 3, 4);
            await zone.InvokeAsync(() => zone.Instance.AnswerAsync(i, reply));
        }

        await zone.InvokeAsync(zone.Instance.Finish);
        Assert.Contains("59 of 60 answered, 1 without an answer", zone.Markup, StringComparison.Ordinal);
        Assert.Equal(20, zone.FindAll("[data-testid=upload-item]").Count);

        zone.Find("[data-testid=batch-order]").Change(nameof(BatchOrder.MostLikelyFirst));
        Assert.StartsWith("59.png", zone.FindAll("[data-testid=upload-item]")[0].TextContent.Trim(), StringComparison.Ordinal);
        zone.Find("[data-testid=batch-order]").Change(nameof(BatchOrder.ProblemsFirst));
        Assert.StartsWith("07.png", zone.FindAll("[data-testid=upload-item]")[0].TextContent.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_table_of_a_batch_says_of_each_file_what_became_of_it()
    {
        UploadItem[] items = [new("a.png") { PredictionId = 3, Score = 0.75 }, new("=cmd.png") { Error = "Damaged, \"quite\"." }];

        var lines = BatchResults.Csv(items, 0.5, id => $"http://localhost/predict/{id}").Split("\r\n");

        Assert.Equal(
            ["file,probability_fractured,threshold,decision,address,problem", "a.png,0.75,0.5,Fractured,http://localhost/predict/3,", "'=cmd.png,,,,,\"Damaged, \"\"quite\"\".\"", ""],
            lines);
    }

    [Fact]
    public async Task A_disabled_zone_takes_nothing()
    {
        var zone = Open(isDisabled: true);

        Assert.Empty(await AcceptAsync(zone, new ChosenFile("a.png", 10)));
        Assert.True(zone.Find("[data-testid=file-input]").HasAttribute("disabled"));
    }

    private IRenderedComponent<UploadZone> Open(bool isDisabled = false) => context.Render<UploadZone>(p => p
        .Add(x => x.RunId, 7)
        .Add(x => x.Threshold, 0.35)
        .Add(x => x.IsDisabled, isDisabled)
        .Add(x => x.OnAnswered, EventCallback.Factory.Create<UploadAnswer>(this, answers.Add)));

    // As the browser calls: the first files up to the cap, and how many there were.
    private static Task<IReadOnlyList<string?>> AcceptAsync(IRenderedComponent<UploadZone> zone, params ChosenFile[] files) =>
        zone.InvokeAsync(() => Task.FromResult(zone.Instance.Accept([.. files.Take(UploadZone.MaximumFiles)], files.Length)));
}
