using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FractureDashboard.Tests.Browser;

/// <summary>A power cut in the middle of an epoch.</summary>
[Trait("Category", "Browser")]
public sealed class RecoveryTests
{
    private const float Minutes = 60_000;
    private const int StepsPerEpoch = 14;

    [Fact]
    public async Task A_process_killed_in_mid_epoch_loses_nothing_and_ends_the_run_by_itself()
    {
        var data = Directory.CreateTempSubdirectory("fracturedashboard-recovery-");
        try
        {
            await using var browser = await BrowserSession.StartAsync();
            var page = await browser.NewPageAsync(expectsErrors: true);
            await using (var first = await DashboardProcess.StartAsync(data.FullName))
            {
                await LaunchAsync(page, first.Url, epochs: 3);
                await page.WaitForFunctionAsync(
                    "n => Number(document.querySelector('[data-testid=chart-steps]')?.dataset.points) > n", StepsPerEpoch + 3, new() { Timeout = 5 * Minutes });
                await first.KillAsync();
            }

            await using var second = await DashboardProcess.StartAsync(data.FullName);
            await page.GotoAsync($"{second.Url}/runs/1");

            // Nobody pressed a button: the run goes on from the checkpoint of its first epoch.
            await Expect(page.GetByTestId("run-log")).ToContainTextAsync("Resumed from the checkpoint", new() { Timeout = 2 * Minutes });
            await Expect(page.GetByTestId("run-state")).ToContainTextAsync("completed", new() { IgnoreCase = true, Timeout = 5 * Minutes });
            await Expect(page.GetByTestId("epoch-table").Locator("tbody tr")).ToHaveCountAsync(3);
            await Expect(page.GetByTestId("chart-steps")).ToHaveAttributeAsync("data-points", $"{3 * StepsPerEpoch}");
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static async Task LaunchAsync(IPage page, string url, int epochs)
    {
        await page.GotoAsync($"{url}/datasets");
        await Expect(page.Locator("[data-testid=dataset-state][data-state=Ready]")).ToBeVisibleAsync(new() { Timeout = 3 * Minutes });
        await page.GotoAsync($"{url}/experiments/new?dataset=1");
        await page.GetByTestId("field-epochs").FillAsync($"{epochs}");
        await page.GetByTestId("launch").ClickAsync();
        await page.WaitForURLAsync(new Regex("/runs/[0-9]+$"));
    }
}
