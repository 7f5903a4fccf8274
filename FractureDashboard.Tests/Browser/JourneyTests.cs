using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FractureDashboard.Tests.Browser;

/// <summary>What a newcomer does on the first day, in a real browser against the real program.</summary>
[Trait("Category", "Browser")]
public sealed class JourneyTests(DashboardFixture fixture) : IClassFixture<DashboardFixture>
{
    private const float Minutes = 60_000;
    private const string Dark = "rgb(14, 19, 24)";
    private const string Light = "rgb(255, 255, 255)";

    [Fact]
    public async Task A_newcomer_browses_trains_watches_predicts_and_compares()
    {
        var page = await fixture.Browser.NewPageAsync();

        await DemoSetAppearsAsync(page);
        await GalleryFiltersAsync(page);
        await LaunchAsync(page, "preset-baseline", "Baseline, first try", epochs: 2);
        var run = page.Url;
        await CurvesGrowAsync(page);
        await AnotherBrowserSeesTheSameAsync(page, run);
        await PredictsAsync(page, "fractured");
        await PredictsAsync(page, "not fractured");
        await LaunchAsync(page, "preset-augmented", "Augmented, first try", epochs: 1);
        await Expect(page.GetByTestId("run-state")).ToContainTextAsync("completed", new() { IgnoreCase = true, Timeout = 5 * Minutes });
        await HistoryAndComparisonShowBothAsync(page);

        Assert.Empty(fixture.Browser.Errors);
    }

    [Fact]
    public async Task The_recommended_options_are_previewed_trained_and_monitored()
    {
        var page = await fixture.Browser.NewPageAsync();
        await PageTour.WaitForDemoSetAsync(page, fixture);
        await page.GotoAsync($"{fixture.Dashboard.Url}/experiments/new?dataset=1");
        await page.GetByTestId("preset-recommended").ClickAsync();
        await Expect(page.GetByTestId("preview-tile")).ToHaveCountAsync(12);
        await page.GetByTestId("field-epochs").FillAsync("1");
        await page.GetByTestId("field-imagesize").FillAsync("64");
        await page.GetByTestId("section-schedule").ClickAsync();
        await Expect(page.GetByTestId("rate-curve")).ToBeVisibleAsync();
        await page.GetByTestId("launch").ClickAsync();
        await page.WaitForURLAsync(new Regex("/runs/[0-9]+$"));
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("augmented");
        await Expect(page.GetByTestId("run-state")).ToContainTextAsync("completed", new() { IgnoreCase = true, Timeout = 5 * Minutes });
        await Expect(page.GetByTestId("chart-auc")).ToHaveAttributeAsync("data-points", "1");

        await page.GetByTestId("view-optimisation").ClickAsync();
        await Expect(page.GetByTestId("chart-rate")).ToHaveAttributeAsync("data-points", "14");
        await page.GetByTestId("view-performance").ClickAsync();
        await Expect(page.GetByTestId("chart-times")).ToHaveAttributeAsync("data-points", $"{4 * 14}");
        await page.GetByTestId("view-histograms").ClickAsync();
        await Expect(page.GetByTestId("chart-histograms")).ToHaveAttributeAsync("data-points", new Regex("^[1-9]"));
        Assert.Empty(fixture.Browser.Errors);
    }

    [Fact]
    public async Task The_theme_follows_the_system_until_one_is_chosen()
    {
        var page = await fixture.Browser.NewPageAsync();
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await page.GotoAsync($"{fixture.Dashboard.Url}/datasets");
        await Expect(page.GetByTestId("theme-toggle")).ToHaveAttributeAsync("aria-label", "Use the light theme");
        await ShowsBackgroundAsync(page, Dark);

        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await ShowsBackgroundAsync(page, Light);

        await page.GetByTestId("theme-toggle").ClickAsync();
        await ShowsBackgroundAsync(page, Dark);
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await page.GetByTestId("theme-toggle").HoverAsync();
        await Expect(page.GetByTestId("theme-toggle")).ToHaveAttributeAsync("aria-label", "Use the light theme");
        await ShowsBackgroundAsync(page, Dark);

        // A document that is merged into this one, as an early navigation does, comes without the attribute.
        await page.EvaluateAsync("() => document.documentElement.removeAttribute('data-theme')");
        await ShowsBackgroundAsync(page, Dark);
        Assert.Empty(fixture.Browser.Errors);
    }

    [Theory]
    [InlineData("field-epochs", "0", "Epochs must be between 1 and 1000.")]
    [InlineData("field-learningrate", "2", "Learning rate must be greater than 0 and at most 1.")]
    public async Task A_field_out_of_range_says_so_beside_it(string field, string value, string message)
    {
        var page = await fixture.Browser.NewPageAsync();
        await PageTour.WaitForDemoSetAsync(page, fixture);
        await page.GotoAsync($"{fixture.Dashboard.Url}/experiments/new?dataset=1");
        await page.GetByTestId(field).FillAsync(value);
        await page.GetByTestId("launch").ClickAsync();

        await Expect(page.GetByText(message)).ToBeVisibleAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/experiments/new"));
    }

    [Fact]
    public async Task A_file_that_is_no_image_is_refused_in_words()
    {
        var page = await fixture.Browser.NewPageAsync(expectsErrors: true);
        await PageTour.EnsureRunsAsync(page, fixture);
        await page.GotoAsync($"{fixture.Dashboard.Url}/predict");
        await page.GetByTestId("file-input").SetInputFilesAsync(new FilePayload { Name = "letter.png", MimeType = "image/png", Buffer = "Dear colleague"u8.ToArray() });

        await Expect(page.GetByTestId("upload-item")).ToContainTextAsync("plain text");
    }

    private async Task DemoSetAppearsAsync(IPage page)
    {
        await page.GotoAsync(fixture.Dashboard.Url);
        await Expect(page.GetByTestId("overview-datasets")).ToContainTextAsync("Phantom", new() { Timeout = Minutes });
        await Expect(page.GetByTestId("synthetic-chip").First).ToBeVisibleAsync();
        await PageTour.WaitForDemoSetAsync(page, fixture);
    }

    private async Task GalleryFiltersAsync(IPage page)
    {
        await page.GotoAsync($"{fixture.Dashboard.Url}/datasets/1");
        await page.GetByTestId("view-images").ClickAsync();
        await Expect(page.GetByTestId("image-count")).ToHaveTextAsync("600 images");
        await page.GetByTestId("filter-text").FillAsync("val/not");
        await Expect(page.GetByTestId("image-count")).ToHaveTextAsync("45 images");
        await Expect(page).ToHaveURLAsync(new Regex("q=val"));

        // The thumbnails are pictures, and the address alone brings the same view back.
        await page.ReloadAsync();
        await Expect(page.GetByTestId("image-count")).ToHaveTextAsync("45 images");
        var picture = page.GetByTestId("tile").First.Locator("img");
        await Expect(picture).ToHaveJSPropertyAsync("complete", true);
        Assert.True(await picture.EvaluateAsync<int>("i => i.naturalWidth") > 0);
    }

    private async Task LaunchAsync(IPage page, string preset, string name, int epochs)
    {
        await page.GotoAsync($"{fixture.Dashboard.Url}/experiments/new?dataset=1");
        await page.GetByTestId(preset).ClickAsync();
        await Expect(page.GetByTestId("parameter-count")).ToHaveTextAsync("31,101");
        await page.GetByTestId("field-epochs").FillAsync(epochs.ToString(CultureInfo.InvariantCulture));
        await page.GetByTestId("field-name").FillAsync(name);
        await page.GetByTestId("launch").ClickAsync();
        await page.WaitForURLAsync(new Regex("/runs/[0-9]+$"));
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync(name);
    }

    private static async Task CurvesGrowAsync(IPage page)
    {
        var curve = page.GetByTestId("chart-steps");
        await Expect(curve).ToHaveAttributeAsync("data-points", new Regex("^[1-9]"), new() { Timeout = 2 * Minutes });
        var early = await PointsAsync(curve);
        await page.WaitForFunctionAsync("n => Number(document.querySelector('[data-testid=chart-steps]').dataset.points) > n + 3", early, new() { Timeout = 2 * Minutes });
        Assert.False((await page.GetByTestId("run-state").TextContentAsync())!.Contains("completed", StringComparison.OrdinalIgnoreCase), "The curve grew while the run was in progress.");

        // Opened late, a page shows the whole curve so far and goes on.
        var before = await PointsAsync(curve);
        await page.ReloadAsync();
        await page.WaitForFunctionAsync("n => Number(document.querySelector('[data-testid=chart-steps]')?.dataset.points) >= n", before, new() { Timeout = Minutes });
        await Expect(page.GetByTestId("run-state")).ToContainTextAsync("completed", new() { IgnoreCase = true, Timeout = 5 * Minutes });
        await Expect(page.GetByTestId("epoch-table").Locator("tbody tr")).ToHaveCountAsync(2);
        await Expect(curve).ToHaveAttributeAsync("data-points", "28");
    }

    private async Task AnotherBrowserSeesTheSameAsync(IPage page, string run)
    {
        var other = await fixture.Browser.NewPageAsync();
        await other.GotoAsync(run);
        await Expect(other.GetByTestId("chart-steps")).ToHaveAttributeAsync("data-points", "28");
        Assert.Equal(await page.GetByTestId("epoch-table").InnerTextAsync(), await other.GetByTestId("epoch-table").InnerTextAsync());
    }

    private async Task PredictsAsync(IPage page, string label)
    {
        await page.GotoAsync($"{fixture.Dashboard.Url}/predict");
        await page.GetByTestId("file-input").SetInputFilesAsync(fixture.TestImage(label));
        await Expect(page.GetByTestId("answer")).ToBeVisibleAsync();
        var score = (await page.GetByTestId("score").TextContentAsync())!;
        Assert.Matches(@"\d", score);
        await Expect(page.GetByTestId("answer").GetByTestId("decision")).ToContainTextAsync("fractured", new() { IgnoreCase = true });
        await Expect(page.GetByTestId("known")).ToContainTextAsync($"labelled {label}");
        await Expect(page.GetByTestId("time")).ToContainTextAsync("ms");
        await Expect(page.GetByTestId("history-row").First).ToContainTextAsync(Path.GetFileName(fixture.TestImage(label)));
    }

    private async Task HistoryAndComparisonShowBothAsync(IPage page)
    {
        await page.GotoAsync($"{fixture.Dashboard.Url}/runs?q=first+try");
        await Expect(page.GetByTestId("run-row")).ToHaveCountAsync(2);
        foreach (var box in await page.GetByTestId("select-run").AllAsync())
        {
            await box.CheckAsync();
        }

        await page.GetByTestId("compare-selected").ClickAsync();
        await page.WaitForURLAsync(new Regex("/runs/compare"));
        await Expect(page.GetByTestId("compare-options")).ToContainTextAsync("± 20°");
        await Expect(page.GetByTestId("compare-metrics")).ToContainTextAsync("Augmented, first try");
        await Expect(page.GetByTestId("compare-chart-loss")).ToHaveAttributeAsync("data-points", "3");
    }

    private static async Task<int> PointsAsync(ILocator chart) => int.Parse((await chart.GetAttributeAsync("data-points"))!, CultureInfo.InvariantCulture);

    // The bar is painted by the component library, the page by the program's own sheet: they must agree.
    private static async Task ShowsBackgroundAsync(IPage page, string bar)
    {
        await Expect(page.Locator(".fd-appbar")).ToHaveCSSAsync("background-color", bar);
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", bar == Dark ? "dark" : "light");
    }
}
