using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FractureDashboard.Tests.Browser;

/// <summary>A user evaluates a model, moves its threshold, looks at its errors, doubts a label, and opens the image.</summary>
[Trait("Category", "Browser")]
public sealed class EvaluationJourneyTests(DashboardFixture fixture) : IClassFixture<DashboardFixture>
{
    private const float Minutes = 60_000;

    [Fact]
    public async Task A_model_is_evaluated_its_threshold_moved_and_an_error_opened()
    {
        var page = await fixture.Browser.NewPageAsync();
        await TrainAsync(page);

        await page.GetByTestId("run-evaluations").ClickAsync();
        await page.GetByTestId("evaluate").ClickAsync();
        await Expect(page.Locator("[data-testid=evaluation-row][data-state=Completed]")).ToBeVisibleAsync(new() { Timeout = 3 * Minutes });
        await page.GetByTestId("open-evaluation").ClickAsync();
        await MatrixFollowsAsync(page);
        await TestIsCountedAsync(page);
        await ThresholdIsKeptAsync(page);
        var path = await ErrorIsMarkedAsync(page);
        await page.Locator($"[data-testid=error][data-path='{path}']").GetByTestId("error-image").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/datasets/1/images/[0-9]+$"));

        // The doubt stands among the findings as soon as there is a scan.
        await PageTour.EnsureScanAsync(page, fixture);
        await page.GotoAsync($"{fixture.Dashboard.Url}/datasets/1/quality/findings?rule=label-error");
        await Expect(page.Locator($"[data-testid=finding][data-path='{path}']")).ToBeVisibleAsync();
        Assert.Empty(fixture.Browser.Errors);
    }

    private async Task TrainAsync(IPage page)
    {
        await PageTour.WaitForDemoSetAsync(page, fixture);
        await page.GotoAsync($"{fixture.Dashboard.Url}/experiments/new?dataset=1");
        await page.GetByTestId("preset-baseline").ClickAsync();
        await page.GetByTestId("field-epochs").FillAsync("1");
        await page.GetByTestId("field-imagesize").FillAsync("64");
        await page.GetByTestId("launch").ClickAsync();
        await page.WaitForURLAsync(new Regex("/runs/[0-9]+$"));
        await Expect(page.GetByTestId("run-state")).ToContainTextAsync("completed", new() { IgnoreCase = true, Timeout = 5 * Minutes });
    }

    // The validation split of the demo set has 45 images of each class.
    private static async Task MatrixFollowsAsync(IPage page)
    {
        await Expect(page.GetByTestId("matrix")).ToBeVisibleAsync();
        var slider = page.GetByTestId("threshold-slider");
        await slider.FocusAsync();
        await slider.PressAsync("Home");
        await Expect(page.GetByTestId("matrix-tp")).ToHaveTextAsync("45");
        await Expect(page.GetByTestId("matrix-fp")).ToHaveTextAsync("45");
        await slider.PressAsync("End");
        await Expect(page.GetByTestId("matrix-tp")).ToHaveTextAsync("0");
        await Expect(page.GetByTestId("matrix-tn")).ToHaveTextAsync("45");
        await page.GetByTestId("threshold").FillAsync("0.5");
        await page.GetByTestId("threshold").PressAsync("Enter");
        await Expect(slider).ToHaveJSPropertyAsync("value", "0.5");
        await Expect(page.GetByTestId("chart-roc")).ToHaveAttributeAsync("data-points", new Regex("^[1-9]"));
        await Expect(page.GetByTestId("figures")).Not.ToContainTextAsync("…");
    }

    private static async Task TestIsCountedAsync(IPage page)
    {
        await Expect(page.GetByTestId("test-looks")).ToHaveAttributeAsync("data-count", "0");
        await page.GetByTestId("split-test").ClickAsync();
        await Expect(page.GetByTestId("test-looks")).ToHaveAttributeAsync("data-count", "1");
        await page.GetByTestId("split-validation").ClickAsync();
        await Expect(page.GetByTestId("test-looks")).ToContainTextAsync("shown once");
    }

    private static async Task ThresholdIsKeptAsync(IPage page)
    {
        await page.GetByTestId("view-thresholds").ClickAsync();
        await page.GetByTestId("use-Youden").ClickAsync();
        await Expect(page.GetByTestId("kept-threshold")).ToContainTextAsync("highest sensitivity + specificity");
    }

    private static async Task<string> ErrorIsMarkedAsync(IPage page)
    {
        await page.GetByTestId("view-errors").ClickAsync();
        await page.GetByTestId("order-HighestLoss").ClickAsync();
        var tile = page.GetByTestId("error").First;
        await page.GetByTestId("heat-method").SelectOptionAsync("grad-cam");
        var heat = tile.GetByTestId("heat-map");
        await Expect(heat).ToHaveJSPropertyAsync("complete", true, new() { Timeout = Minutes });
        Assert.True(await heat.EvaluateAsync<int>("i => i.naturalWidth") > 0);
        await tile.GetByTestId("mark").ClickAsync();
        await Expect(page.Locator(".mud-snackbar").Filter(new() { HasText = "marked as doubtful" })).ToBeVisibleAsync();
        await Expect(tile.GetByTestId("mark")).ToHaveAttributeAsync("aria-pressed", "true");
        return (await tile.GetAttributeAsync("data-path"))!;
    }
}
