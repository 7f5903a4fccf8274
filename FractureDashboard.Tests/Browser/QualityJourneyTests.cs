using System.Text.RegularExpressions;
using FractureDashboard.ML.Datasets;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FractureDashboard.Tests.Browser;

/// <summary>A user finds what is wrong with a folder, puts it aside, changes their mind, and sees the gallery follow.</summary>
[Trait("Category", "Browser")]
public sealed class QualityJourneyTests
{
    private const float Minutes = 60_000;

    [Fact]
    public async Task Broken_files_and_copies_are_found_put_aside_and_brought_back()
    {
        var work = Directory.CreateTempSubdirectory("fracturedashboard-quality-");
        try
        {
            var root = Folder(Path.Combine(work.FullName, "bones"));
            var files = Directory.GetFiles(root, "*", SearchOption.AllDirectories);
            await using var browser = await BrowserSession.StartAsync();
            await using var dashboard = await DashboardProcess.StartAsync(Path.Combine(work.FullName, "data"), ["--no-demo"]);
            var page = await browser.NewPageAsync();

            await RegisterAsync(page, dashboard.Url, root);
            await ReportAsync(page, dashboard.Url);
            await PutAsideAndUndoAsync(page, dashboard.Url, files.Length - 1);
            Assert.Equal(files.Order(), Directory.GetFiles(root, "*", SearchOption.AllDirectories).Where(f => !f.Contains("/.fracture-quarantine/", StringComparison.Ordinal)).Order());
            await KeepOneAsync(page, dashboard.Url, files.Length - 1);
            Assert.Empty(browser.Errors);
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }

    // Sixty drawings; one is cut off, one is text, and two of the test split lie in train as well.
    private static string Folder(string root)
    {
        PhantomGenerator.Generate(root, new PhantomOptions(Images: 60, Size: 128), null, CancellationToken.None);
        File.Delete(Path.Combine(root, PhantomManifest.FileName));
        var train = Images(root, "train");
        File.WriteAllBytes(train[0], File.ReadAllBytes(train[0])[..^2000]);
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(train[0])!, "letter.jpg"), "Dear colleague, the images are on the other disk.");
        foreach (var image in Images(root, "test").Take(2))
        {
            File.Copy(image, Path.Combine(root, "train", Path.GetFileName(Path.GetDirectoryName(image))!, $"copy-of-{Path.GetFileName(image)}"));
        }

        return root;
    }

    private static string[] Images(string root, string split) => [.. Directory.GetFiles(Path.Combine(root, split), "*.*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private static async Task RegisterAsync(IPage page, string url, string root)
    {
        await page.GotoAsync($"{url}/datasets?add=folder");
        await page.Locator("#folder-path").FillAsync(root);
        await page.Locator("#folder-name").FillAsync("Bones");
        await page.GetByTestId("add-folder").GetByTestId("add-submit").ClickAsync();
        await Expect(page.Locator("[data-testid=dataset-state][data-state=Ready]")).ToBeVisibleAsync(new() { Timeout = 3 * Minutes });
    }

    // A new data set is scanned by itself.
    private static async Task ReportAsync(IPage page, string url)
    {
        await page.GotoAsync($"{url}/datasets/1");
        await page.GetByTestId("view-quality").ClickAsync();
        await Expect(page.Locator("[data-testid=scan][data-state=Completed]")).ToBeVisibleAsync(new() { Timeout = 2 * Minutes });
        await Expect(page.GetByTestId("with-twin")).ToHaveTextAsync("2");
        await Expect(page.GetByTestId("verdict-train")).ToContainTextAsync("Not before it is cleaned");
        await Expect(page.GetByTestId("verdict-judge")).ToContainTextAsync("training has seen the answers");
        await page.Locator("[data-rule=truncated] .qu-count a").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("findings\\?rule=truncated$"));
        await Expect(page.GetByTestId("finding")).ToHaveCountAsync(1);
    }

    private static async Task PutAsideAndUndoAsync(IPage page, string url, int images)
    {
        await ImagesAreAsync(page, url, images);
        await page.GotoAsync($"{url}/datasets/1/quality/findings?severity=error&split=train&q=letter");
        await Expect(page.GetByTestId("finding")).ToHaveCountAsync(1);
        await Expect(page.GetByTestId("no-image")).ToBeVisibleAsync();
        await page.GotoAsync($"{url}/datasets/1/quality/findings?rule=truncated");
        await page.GetByTestId("select-finding").CheckAsync();
        await page.GetByTestId("act-aside").ClickAsync();
        await page.GetByTestId("reason").FillAsync("Cut off in transfer");
        await page.GetByTestId("reason-confirm").ClickAsync();
        var done = page.Locator(".mud-snackbar").Filter(new() { HasText = "1 file was put aside." });
        await Expect(done).ToBeVisibleAsync();
        await Expect(page.GetByTestId("finding")).ToHaveCountAsync(0);

        var other = await page.Context.NewPageAsync();
        await ImagesAreAsync(other, url, images - 1);
        await other.GotoAsync($"{url}/datasets/1/quality/quarantine");
        await Expect(other.GetByTestId("aside-row")).ToContainTextAsync("Cut off in transfer");

        await done.GetByText("Undo").ClickAsync();
        await Expect(page.Locator(".mud-snackbar").Filter(new() { HasText = "1 file is back in place." })).ToBeVisibleAsync(new() { Timeout = Minutes });
        await ImagesAreAsync(other, url, images);
        await other.CloseAsync();
    }

    private static async Task KeepOneAsync(IPage page, string url, int images)
    {
        await page.GotoAsync($"{url}/datasets/1/quality/findings?rule=exact-duplicate-across-splits");
        await Expect(page.GetByTestId("finding-group")).ToHaveCountAsync(2, new() { Timeout = Minutes });
        await page.GetByTestId("select-all").ClickAsync();
        await page.GetByTestId("act-keep-one").ClickAsync();
        await page.GetByTestId("reason-confirm").ClickAsync();
        await Expect(page.Locator(".mud-snackbar").Filter(new() { HasText = "2 files were put aside." })).ToBeVisibleAsync(new() { Timeout = Minutes });
        await ImagesAreAsync(page, url, images - 2);

        // The scan that follows by itself finds no copies any more.
        await page.GotoAsync($"{url}/datasets/1/quality");
        await Expect(page.GetByTestId("with-twin")).ToHaveTextAsync("0", new() { Timeout = 2 * Minutes });
        await page.GotoAsync($"{url}/datasets/1/quality/history");
        await Expect(page.GetByTestId("scan-row").Filter(new() { HasText = "completed" }).First).ToContainTextAsync("Identical copies in several splits", new() { Timeout = Minutes });
    }

    private static async Task ImagesAreAsync(IPage page, string url, int count)
    {
        await page.GotoAsync($"{url}/datasets/1?view=images");
        await Expect(page.GetByTestId("image-count")).ToHaveTextAsync($"{count} images", new() { Timeout = Minutes });
    }
}
