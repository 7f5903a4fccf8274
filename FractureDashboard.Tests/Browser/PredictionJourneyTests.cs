using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using UglyToad.PdfPig;
using static Microsoft.Playwright.Assertions;

namespace FractureDashboard.Tests.Browser;

/// <summary>A user asks about one image and about many, judges an answer, and prints it.</summary>
[Trait("Category", "Browser")]
public sealed class PredictionJourneyTests(DashboardFixture fixture) : IClassFixture<DashboardFixture>
{
    private const string Drop = """
        ([zone, files]) => {
          const transfer = new DataTransfer();
          for (const { name, base64 } of files) {
            const bytes = Uint8Array.from(atob(base64), c => c.charCodeAt(0));
            transfer.items.add(new File([bytes], name));
          }
          for (const type of ['dragover', 'drop']) {
            zone.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: transfer }));
          }
        }
        """;

    private const string Paste = """
        base64 => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([Uint8Array.from(atob(base64), c => c.charCodeAt(0))], 'clipboard.png', { type: 'image/png' }));
          document.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: transfer }));
        }
        """;

    [Fact]
    public async Task One_image_is_dropped_judged_found_again_and_printed()
    {
        // A refused file is a request that failed, which the browser reports.
        var page = await fixture.Browser.NewPageAsync(expectsErrors: true);
        await PageTour.EnsureRunsAsync(page, fixture);
        await page.GotoAsync($"{fixture.Dashboard.Url}/predict");

        await DropAsync(page, ("wrist.png", Image("fractured")));
        await Expect(page.GetByTestId("answer")).ToContainTextAsync("wrist.png");
        await ExplainAsync(page);
        await JudgeAsync(page);
        await PrintAsync(page);
        await BatchAsync(page);
        await FolderAsync(page);
        await PasteAsync(page);
    }

    private static async Task ExplainAsync(IPage page)
    {
        await page.GetByTestId("heat-method").SelectOptionAsync("IntegratedGradients");
        await page.GetByTestId("heat-toggle").ClickAsync();
        var map = page.GetByTestId("heat-map");
        await Expect(map).ToBeVisibleAsync();
        await Expect(map).ToHaveJSPropertyAsync("complete", true);
        Assert.True(await map.EvaluateAsync<int>("i => i.naturalWidth") > 0);
        await page.GetByTestId("heat-opacity").FillAsync("20");
        await Expect(map).ToHaveCSSAsync("opacity", "0.2");

        // It lies exactly on the picture.
        var boxes = await page.Locator(".pr-image img").EvaluateAllAsync<string[]>("images => images.map(i => JSON.stringify(i.getBoundingClientRect()))");
        Assert.Equal(boxes[0], boxes[1]);
        await page.GetByTestId("heat-toggle").ClickAsync();
    }

    private static async Task JudgeAsync(IPage page)
    {
        await page.GetByTestId("feedback-disagree").ClickAsync();
        await page.GetByTestId("feedback-comment").FillAsync("healed long ago");
        await page.GetByTestId("feedback-save").ClickAsync();
        await Expect(page.GetByTestId("feedback-state")).ToContainTextAsync("Kept");
        await Expect(page.GetByTestId("history-row").First).ToContainTextAsync("judged wrong");

        // It is still there after a reload, and the comment is searched.
        await page.ReloadAsync();
        await Expect(page.GetByTestId("feedback-disagree")).ToHaveAttributeAsync("aria-pressed", "true");
        await page.GetByTestId("history-search").FillAsync("healed long");
        await Expect(page).ToHaveURLAsync(new Regex("q=healed"));
        await Expect(page.GetByTestId("history-row")).ToHaveCountAsync(1);
        await page.GetByTestId("history-search").FillAsync("");
        await page.GetByTestId("history-feedback").SelectOptionAsync("agree");
        await Expect(page.GetByText("No answer matches")).ToBeVisibleAsync();
        await page.GetByTestId("history-clear").ClickAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Accuracy in use" }).ClickAsync();
        await Expect(page.GetByTestId("measure").First).ToContainTextAsync("0 of 1");
        var axe = await page.RunAxe();
        Assert.Empty(axe.Violations.Where(v => v.Impact is "serious" or "critical").Select(v => $"{v.Id}: {string.Join("; ", v.Nodes.Select(n => n.Html))}"));
        await page.GoBackAsync();
    }

    private static async Task PrintAsync(IPage page)
    {
        var url = await page.GetByTestId("report").GetAttributeAsync("href");
        var response = await page.APIRequest.GetAsync(new Uri(new Uri(page.Url), url).ToString());
        using var pdf = PdfDocument.Open(await response.BodyAsync());

        Assert.Contains("Research use only, not a medical device", pdf.GetPage(1).Text, StringComparison.Ordinal);
        Assert.Contains("wrist.png", pdf.GetPage(1).Text, StringComparison.Ordinal);
    }

    private async Task BatchAsync(IPage page)
    {
        await DropAsync(page, ("one.png", Image("fractured")), ("letter.png", "Dear colleague"u8.ToArray()), ("two.png", Image("not fractured")));
        await Expect(page.GetByText("2 of 3 answered, 1 without an answer")).ToBeVisibleAsync();
        await page.GetByTestId("batch-order").SelectOptionAsync("ProblemsFirst");
        await Expect(page.GetByTestId("upload-item").First).ToContainTextAsync("plain text");

        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByTestId("batch-csv").ClickAsync());
        using var reader = new StreamReader(await download.CreateReadStreamAsync());
        var lines = (await reader.ReadToEndAsync()).TrimEnd().Split("\r\n");
        Assert.Equal(["file", "one.png", "letter.png", "two.png"], lines.Select(l => l.Split(',')[0]));
    }

    private async Task FolderAsync(IPage page)
    {
        var folder = Directory.CreateTempSubdirectory("fracturedashboard-folder-");
        try
        {
            Directory.CreateDirectory(Path.Combine(folder.FullName, "inner"));
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "three.png"), Image("fractured"));
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "inner", "four.png"), Image("not fractured"));
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, ".DS_Store"), new byte[10]);
            await page.GetByTestId("folder-input").SetInputFilesAsync(folder.FullName);
            await Expect(page.GetByText("2 of 2 answered")).ToBeVisibleAsync();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task PasteAsync(IPage page)
    {
        await page.EvaluateAsync(Paste, Convert.ToBase64String(Image("fractured")));
        await Expect(page.GetByTestId("answer")).ToContainTextAsync("clipboard.png");
    }

    private static async Task DropAsync(IPage page, params (string Name, byte[] Content)[] files)
    {
        var zone = await page.GetByTestId("drop-zone").ElementHandleAsync();
        await Expect(page.GetByTestId("file-input")).ToBeEnabledAsync();
        await page.EvaluateAsync(Drop, new object[] { zone!, files.Select(f => new { name = f.Name, base64 = Convert.ToBase64String(f.Content) }).ToArray() });
    }

    private byte[] Image(string label) => File.ReadAllBytes(fixture.TestImage(label));
}
