using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace FractureDashboard.Tests.Browser;

/// <summary>
/// Each page in each look: no error in the console, nothing beside the screen, no serious accessibility finding.
/// With FRACTUREDASHBOARD_SCREENSHOTS set to a folder it also takes the pictures of the documentation.
/// </summary>
[Trait("Category", "Browser")]
public sealed class PageTourTests(DashboardFixture fixture) : IClassFixture<DashboardFixture>
{
    private static readonly string? Pictures = Environment.GetEnvironmentVariable("FRACTUREDASHBOARD_SCREENSHOTS");

    private const int TallestPicture = 2400;

    private static int Height(int width) => width > 600 ? 900 : 844;

    private static string Describe(AxeResultNode node) =>
        $"{(node.Html.Length > 160 ? node.Html[..160] : node.Html)} {string.Join(", ", node.Any.Select(c => c.Message))}";

    [Theory]
    [InlineData("dark", 1440, true)]
    [InlineData("light", 1440, false)]
    [InlineData("narrow", 390, true)]
    public async Task Every_page_is_sound_and_fits(string look, int width, bool dark)
    {
        var page = await fixture.Browser.NewPageAsync(width, Height(width));
        await page.AddInitScriptAsync($"localStorage.setItem('fd-theme', '{(dark ? "dark" : "light")}')");
        await PageTour.EnsureScanAsync(page, fixture);
        await PageTour.EnsureRunsAsync(page, fixture);
        await PageTour.EnsureSearchAsync(page, fixture);
        await PageTour.EnsureEvaluationAsync(page, fixture);
        var findings = new List<string>();
        foreach (var (name, path) in PageTour.Pages)
        {
            await PageTour.OpenAsync(page, fixture, path);
            if (Pictures is not null)
            {
                // The navigation is as high as the window, so the window is made as high as the page.
                var height = await page.EvaluateAsync<int>("() => document.documentElement.scrollHeight");
                await page.SetViewportSizeAsync(width, Math.Min(height, TallestPicture));
                await page.WaitForTimeoutAsync(300);
                await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Pictures, $"{name}-{look}.png"), Animations = ScreenshotAnimations.Disabled });
                await page.SetViewportSizeAsync(width, Height(width));
            }

            var overflow = await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
            if (overflow > 0)
            {
                findings.Add($"{name}: {overflow} px wider than the screen");
            }

            var axe = await page.RunAxe();
            findings.AddRange(axe.Violations.Where(v => v.Impact is "serious" or "critical")
                .Select(v => $"{name}: {v.Id} ({v.Help}): {string.Join("; ", v.Nodes.Take(3).Select(Describe))}"));
        }

        findings.AddRange(fixture.Browser.Errors);
        Assert.True(findings.Count == 0, string.Join('\n', findings));
    }
}
