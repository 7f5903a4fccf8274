using Bunit;
using FractureDashboard.Live;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Preprocessing;
using FractureDashboard.Operations;
using FractureDashboard.Shell;
using FractureDashboard.Storage;
using FractureDashboard.Tests.ML;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;

namespace FractureDashboard.Tests.Operations;

public sealed class CachePageTests : IClassFixture<PhantomSet>, IAsyncDisposable
{
    private readonly BunitContext context = new();
    private readonly TemporaryFolder folder = new();
    private readonly PhantomSet set;
    private readonly AppPaths paths;
    private readonly IRenderedComponent<MudDialogProvider> dialogs;

    public CachePageTests(PhantomSet set)
    {
        this.set = set;
        paths = new AppPaths(folder.Sub("data"));
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        context.Services.AddMudServices();
        context.Services.AddSingleton(paths);
        context.Services.AddSingleton(TimeProvider.System);
        context.Services.AddSingleton<LiveEvents>();
        context.Services.AddSingleton<CacheStore>();
        context.Services.AddScoped<LocalClock>();
        context.Render<MudPopoverProvider>();
        dialogs = context.Render<MudDialogProvider>();
    }

    public async ValueTask DisposeAsync()
    {
        await context.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public void Without_caches_the_page_says_so_and_shows_the_default_budget()
    {
        var page = Render();

        Assert.Contains("The cache is empty", page.Markup, StringComparison.Ordinal);
        Assert.Contains("by default", page.Find("[data-testid=cache-total]").TextContent, StringComparison.Ordinal);
        Assert.True(page.Find("[data-testid=cache-delete-all]").HasAttribute("disabled"));
        Assert.Empty(page.FindAll("[data-testid=cache-budget-default]"));
    }

    [Fact]
    public void Each_cache_says_how_it_was_prepared_and_one_in_use_cannot_be_deleted()
    {
        Build(32, new PreprocessingOptions(FitMode.Letterbox, Greyscale: true, Clahe: true)).Dispose();
        using var used = Build(48, PreprocessingOptions.Notebook);

        var page = Render();

        Assert.Equal(
            ["32 × 32 px, greyscale, letterboxed, equalised", "48 × 48 px, RGB, stretched"],
            page.FindAll("[data-testid=cache-row] th").Select(t => t.TextContent).Order(StringComparer.Ordinal));
        var row = page.FindAll("[data-testid=cache-row]").Single(r => r.TextContent.Contains("48", StringComparison.Ordinal));
        Assert.Contains("In use", row.TextContent, StringComparison.Ordinal);
        Assert.Contains("60", row.TextContent, StringComparison.Ordinal);
        Assert.True(row.QuerySelector("[data-testid=cache-delete]")!.HasAttribute("disabled"));
    }

    [Fact]
    public async Task A_cache_is_deleted_after_a_question_and_not_without()
    {
        Build(32, PreprocessingOptions.Notebook).Dispose();
        var page = Render();

        await AnswerAsync(page, "[data-testid=cache-delete]", "Cancel");
        Assert.Single(TensorCaches.List(paths.Cache));

        await AnswerAsync(page, "[data-testid=cache-delete]", "Delete");
        page.WaitForAssertion(() => Assert.Contains("The cache is empty", page.Markup, StringComparison.Ordinal));
        Assert.Empty(TensorCaches.List(paths.Cache));
    }

    [Fact]
    public async Task Deleting_all_keeps_what_is_in_use()
    {
        Build(32, PreprocessingOptions.Notebook).Dispose();
        Build(33, PreprocessingOptions.Notebook).Dispose();
        using var used = Build(48, PreprocessingOptions.Notebook);
        var page = Render();

        await AnswerAsync(page, "[data-testid=cache-delete-all]", "Delete");

        page.WaitForAssertion(() => Assert.Single(page.FindAll("[data-testid=cache-row]")));
        Assert.Equal(48, Assert.Single(TensorCaches.List(paths.Cache)).Size);
    }

    [Fact]
    public async Task A_budget_is_stored_and_can_be_given_back()
    {
        var page = Render();

        await page.Find("#cache-budget").ChangeAsync(new() { Value = "2.5" });
        await page.Find("form").SubmitAsync();
        page.WaitForAssertion(() => Assert.Contains("of 2.5 GiB", page.Find("[data-testid=cache-total]").TextContent, StringComparison.Ordinal));
        Assert.Equal(((long)(2.5 * (1L << 30)), true), CacheBudget.Read(paths.Cache));

        await page.Find("[data-testid=cache-budget-default]").ClickAsync(new());
        page.WaitForAssertion(() => Assert.Contains("by default", page.Markup, StringComparison.Ordinal));
        Assert.False(CacheBudget.Read(paths.Cache).IsSet);
    }

    [Fact]
    public void A_cache_that_a_run_builds_appears_without_reload()
    {
        var page = Render();

        Build(32, PreprocessingOptions.Notebook).Dispose();
        context.Services.GetRequiredService<LiveEvents>().Signal(Topics.Runs);

        page.WaitForAssertion(() => Assert.Single(page.FindAll("[data-testid=cache-row]")), TimeSpan.FromSeconds(10));
    }

    private IRenderedComponent<CachePage> Render()
    {
        var page = context.Render<CachePage>();
        page.WaitForState(() => page.FindAll("[data-testid=cache-total]").Count == 1, TimeSpan.FromSeconds(10));
        return page;
    }

    private TensorCache Build(int size, PreprocessingOptions preprocessing) =>
        new TensorCacheBuilder(new ImageDecoder()).Open(paths.Cache, set.Root, set.Images, size, preprocessing, (_, _) => { }, Xunit.TestContext.Current.CancellationToken);

    private async Task AnswerAsync(IRenderedComponent<CachePage> page, string button, string answer)
    {
        // The click ends only when the question is answered.
        var click = page.Find(button).ClickAsync(new());
        dialogs.WaitForState(() => dialogs.FindAll("button").Any(b => b.TextContent.Trim() == answer));
        await dialogs.FindAll("button").First(b => b.TextContent.Trim() == answer).ClickAsync(new());
        await click;
    }
}
