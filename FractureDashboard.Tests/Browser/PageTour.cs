using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FractureDashboard.Tests.Browser;

/// <summary>Every page with something on it, for pictures and checks.</summary>
internal static class PageTour
{
    private const float Minutes = 60_000;
    private const string SearchPath = "/runs/3";

    /// <summary>Name and address of each page.</summary>
    public static IReadOnlyList<(string Name, string Path)> Pages { get; } =
    [
        ("overview", "/"),
        ("datasets", "/datasets"),
        ("dataset", "/datasets/1"),
        ("images", "/datasets/1?view=images"),
        ("viewer", "/datasets/1/images/1"),
        ("quality", "/datasets/1/quality"),
        ("quality-findings", "/datasets/1/quality/findings?rule=near-duplicate"),
        ("quality-sources", "/datasets/1/quality/sources?min=1"),
        ("quality-split", "/datasets/1/quality/split"),
        ("quality-aside", "/datasets/1/quality/quarantine"),
        ("quality-history", "/datasets/1/quality/history"),
        ("new-training", "/experiments/new?dataset=1"),
        ("run", "/runs/1"),
        ("run-optimisation", "/runs/1?view=optimisation"),
        ("run-performance", "/runs/1?view=performance"),
        ("run-histograms", "/runs/1?view=histograms"),
        ("rate-search", SearchPath),
        ("model", "/models/1"),
        ("evaluations", "/models/1/evaluations"),
        ("evaluation", "/models/1/evaluations/1?split=validation"),
        ("evaluation-calibration", "/models/1/evaluations/1?view=calibration&split=all"),
        ("evaluation-thresholds", "/models/1/evaluations/1?view=thresholds&split=test"),
        ("evaluation-subgroups", "/models/1/evaluations/1?view=subgroups&split=all&path=fractured"),
        ("evaluation-errors", "/models/1/evaluations/1?view=errors&order=loss&heat=grad-cam"),
        ("runs", "/runs"),
        ("compare", "/runs/compare?ids=1,2"),
        ("predict", "/predict?image=2"),
        ("predict-feedback", "/predictions/feedback"),
        ("cache", "/operations/cache"),
    ];

    /// <summary>Waits until the demo set is drawn and indexed.</summary>
    public static async Task WaitForDemoSetAsync(IPage page, DashboardFixture fixture)
    {
        await page.GotoAsync($"{fixture.Dashboard.Url}/datasets");
        await Expect(page.Locator("[data-testid=dataset-state][data-state=Ready]")).ToBeVisibleAsync(new() { Timeout = 3 * Minutes });
    }

    /// <summary>Makes sure that two runs have finished (other tests may have left more), launching the notebook's pair where they have not.</summary>
    public static async Task EnsureRunsAsync(IPage page, DashboardFixture fixture)
    {
        await page.GotoAsync($"{fixture.Dashboard.Url}/runs");
        await Expect(page.GetByTestId("run-row").First.Or(page.GetByText("No runs yet"))).ToBeVisibleAsync();
        if (await page.GetByTestId("run-row").CountAsync() < 2)
        {
            await WaitForDemoSetAsync(page, fixture);
            await page.GotoAsync($"{fixture.Dashboard.Url}/experiments/new?dataset=1");
            await page.GetByTestId("launch-both").ClickAsync(new() { Timeout = 2 * Minutes });
            await page.WaitForURLAsync(new Regex("/runs/compare"));
            await page.GotoAsync($"{fixture.Dashboard.Url}/runs");
        }

        await Expect(page.GetByTestId("run-row").Filter(new() { HasTextRegex = new Regex("completed", RegexOptions.IgnoreCase) }).Nth(1)).ToBeVisibleAsync(new() { Timeout = 8 * Minutes });
    }

    /// <summary>Makes sure that the third run is a finished search for a learning rate.</summary>
    public static async Task EnsureSearchAsync(IPage page, DashboardFixture fixture)
    {
        await page.GotoAsync($"{fixture.Dashboard.Url}/runs");
        await Expect(page.GetByTestId("run-row").First).ToBeVisibleAsync();
        if (await page.GetByTestId("run-row").CountAsync() < 3)
        {
            await page.GotoAsync($"{fixture.Dashboard.Url}/experiments/new?dataset=1");
            await page.GetByTestId("field-imagesize").FillAsync("64");
            await page.GetByTestId("find-rate").ClickAsync();
            await page.WaitForURLAsync(new Regex($"{SearchPath}$"));
        }

        await page.GotoAsync(fixture.Dashboard.Url + SearchPath);
        await Expect(page.GetByTestId("rate-search")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("run-state")).ToContainTextAsync("completed", new() { IgnoreCase = true, Timeout = 3 * Minutes });
    }

    /// <summary>Makes sure that the first run has an evaluation.</summary>
    public static async Task EnsureEvaluationAsync(IPage page, DashboardFixture fixture)
    {
        await page.GotoAsync($"{fixture.Dashboard.Url}/models/1/evaluations");
        await Expect(page.GetByTestId("no-evaluations").Or(page.GetByTestId("evaluation-row").First)).ToBeVisibleAsync();
        if (await page.GetByTestId("evaluation-row").CountAsync() == 0)
        {
            await page.GetByTestId("evaluate").ClickAsync();
        }

        await Expect(page.Locator("[data-testid=evaluation-row][data-state=Completed]").First).ToBeVisibleAsync(new() { Timeout = 3 * Minutes });
    }

    /// <summary>Makes sure that the demo set has been scanned, as every new set is by itself.</summary>
    public static async Task EnsureScanAsync(IPage page, DashboardFixture fixture)
    {
        await WaitForDemoSetAsync(page, fixture);
        await page.GotoAsync($"{fixture.Dashboard.Url}/datasets/1/quality");
        await Expect(page.Locator("[data-testid=scan][data-state=Completed]")).ToBeVisibleAsync(new() { Timeout = 3 * Minutes });
    }

    // What is folded away is looked at as well.
    private static async Task UnfoldAsync(IPage page)
    {
        foreach (var section in await page.Locator(".fd-fold button").AllAsync())
        {
            await section.ClickAsync();
            await Expect(section).ToHaveAttributeAsync("aria-expanded", "true");
        }

        if (await page.GetByTestId("preview").CountAsync() > 0)
        {
            await Expect(page.GetByTestId("preview-tile").First).ToBeVisibleAsync();
        }
    }

    /// <summary>Opens a page and waits until nothing moves on it.</summary>
    public static async Task OpenAsync(IPage page, DashboardFixture fixture, string path)
    {
        await page.GotoAsync(fixture.Dashboard.Url + path);
        await Expect(page.Locator("h1")).ToBeVisibleAsync();
        await Expect(page.Locator(".mud-progress-linear.mud-progress-indeterminate, .mud-skeleton")).ToHaveCountAsync(0);
        await page.WaitForFunctionAsync("() => [...document.images].filter(i => i.loading !== 'lazy').every(i => i.complete)");
        await UnfoldAsync(page);
        await page.WaitForTimeoutAsync(400);
    }
}
