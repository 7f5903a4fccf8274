using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FractureDashboard.Tests.Browser;

/// <summary>
/// The notebook's experiment on real radiographs, through the forms: register, index, browse, train both, predict test
/// images, compare. The test takes 200 images and one epoch. With FRACTUREDASHBOARD_REFERENCE_REPORT set to a folder it
/// takes the whole set and the notebook's five epochs, and writes the report there (scripts/reference-run.sh).
/// </summary>
[Trait("Category", "Browser")]
public sealed class ReferenceSetTests
{
    private const float Minutes = 60_000;
    private static readonly string? Report = Environment.GetEnvironmentVariable("FRACTUREDASHBOARD_REFERENCE_REPORT");

    [Fact]
    public async Task The_notebooks_experiment_runs_on_real_radiographs()
    {
        Assert.SkipWhen(Repository.ReferenceData is null, "The reference radiographs are not here (../shared/data/bone-fracture).");
        var work = Directory.CreateTempSubdirectory("fracturedashboard-reference-");
        try
        {
            var root = Report is null ? CopyOf(200, Path.Combine(work.FullName, "bones")) : Repository.ReferenceData!;
            await using var browser = await BrowserSession.StartAsync();
            await using var dashboard = await DashboardProcess.StartAsync(Path.Combine(work.FullName, "data"), ["--no-demo"]);
            var page = await browser.NewPageAsync();

            var images = Directory.GetFiles(root, "*.jpg", SearchOption.AllDirectories).Length;
            await RegisterAsync(page, dashboard.Url, root, images);
            await BrowseAsync(page, dashboard.Url);
            await LaunchPairAsync(page, dashboard.Url, epochs: Report is null ? 1 : 5);
            var answers = await PredictAsync(page, dashboard.Url, TestImages(root, Report is null ? 1 : 5));
            var tables = await CompareAsync(page, dashboard.Url);

            Assert.All(answers, a => Assert.InRange(a.Score, 0, 1));
            Assert.Empty(browser.Errors);
            if (Report is not null)
            {
                await WriteReportAsync(page, dashboard.Url, answers, tables);
            }
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }

    private static async Task RegisterAsync(IPage page, string url, string root, int images)
    {
        await page.GotoAsync($"{url}/datasets?add=folder");
        await page.Locator("#folder-path").FillAsync(root);
        await page.Locator("#folder-name").FillAsync("Bone fractures");
        await page.GetByTestId("add-folder").GetByTestId("add-submit").ClickAsync();
        await Expect(page.Locator("[data-testid=dataset-state][data-state=Ready]")).ToBeVisibleAsync(new() { Timeout = 3 * Minutes });
        await Expect(page.GetByTestId("dataset-card")).ToContainTextAsync(images.ToString("N0", CultureInfo.InvariantCulture));
    }

    private static async Task BrowseAsync(IPage page, string url)
    {
        await page.GotoAsync($"{url}/datasets/1?view=images&split=test&label=fractured");
        var picture = page.GetByTestId("tile").First.Locator("img");
        await Expect(picture).ToHaveJSPropertyAsync("complete", true);
        Assert.True(await picture.EvaluateAsync<int>("i => i.naturalWidth") > 0);
    }

    private static async Task LaunchPairAsync(IPage page, string url, int epochs)
    {
        await page.GotoAsync($"{url}/experiments/new?dataset=1");
        await Expect(page.GetByTestId("twin-warning")).ToContainTextAsync("byte-identical twin");
        await page.GetByTestId("field-epochs").FillAsync(epochs.ToString(CultureInfo.InvariantCulture));
        await page.GetByTestId("launch-both").ClickAsync();
        await page.WaitForURLAsync(new Regex("/runs/compare"));
        await page.GotoAsync($"{url}/runs");
        await Expect(page.GetByTestId("run-row").Filter(new() { HasTextRegex = new Regex("completed", RegexOptions.IgnoreCase) }))
            .ToHaveCountAsync(2, new() { Timeout = (Report is null ? 5 : 60) * Minutes });
    }

    private static async Task<List<(string File, string Label, double Score, string Decision)>> PredictAsync(IPage page, string url, IEnumerable<(string Path, string Label)> images)
    {
        var answers = new List<(string, string, double, string)>();
        foreach (var (path, label) in images)
        {
            await page.GotoAsync($"{url}/predict");
            await page.GetByTestId("file-input").SetInputFilesAsync(path);
            await Expect(page.GetByTestId("answer")).ToContainTextAsync(Path.GetFileName(path));
            var text = (await page.GetByTestId("score").TextContentAsync())!;
            var decision = (await page.GetByTestId("answer").GetByTestId("decision").TextContentAsync())!.Trim();
            var number = double.Parse(Regex.Match(text, @"[0-9.]+").Value, CultureInfo.InvariantCulture);
            answers.Add((Path.GetFileName(path), label, text.Contains('%', StringComparison.Ordinal) ? number / 100 : number, decision));
        }

        return answers;
    }

    private static async Task<IReadOnlyList<string>> CompareAsync(IPage page, string url)
    {
        await page.GotoAsync($"{url}/runs/compare?ids=1,2");
        await Expect(page.GetByTestId("compare-chart-loss")).ToHaveAttributeAsync("data-points", new Regex("^[1-9]"));
        return [await TableAsync(page.GetByTestId("compare-metrics")), await TableAsync(page.GetByTestId("compare-options"))];
    }

    private static async Task WriteReportAsync(
        IPage page, string url, List<(string File, string Label, double Score, string Decision)> answers, IReadOnlyList<string> tables)
    {
        Directory.CreateDirectory(Report!);
        var text = new StringBuilder();
        foreach (var run in (int[])[1, 2])
        {
            await page.GotoAsync($"{url}/runs/{run}");
            await Expect(page.GetByTestId("epoch-table")).ToBeVisibleAsync();
            await page.WaitForTimeoutAsync(500);
            await page.ScreenshotAsync(new() { Path = Path.Combine(Report!, $"reference-run-{run}.png"), FullPage = true });
            text.AppendLine(CultureInfo.InvariantCulture, $"### {await page.Locator("h1").InnerTextAsync()}\n").AppendLine(await TableAsync(page.GetByTestId("epoch-table")));
            text.AppendLine(await TableAsync(page.GetByTestId("honest-pair").Locator("table")));
        }

        await page.GotoAsync($"{url}/runs/compare?ids=1,2");
        await Expect(page.GetByTestId("compare-chart-loss")).ToHaveAttributeAsync("data-points", new Regex("^[1-9]"));
        await page.WaitForTimeoutAsync(500);
        await page.ScreenshotAsync(new() { Path = Path.Combine(Report!, "reference-compare.png"), FullPage = true });
        text.AppendLine("### Comparison\n").AppendLine(tables[0]).AppendLine(tables[1]);
        text.AppendLine("### Ten test images\n").AppendLine("| label | P(fractured) | decision |").AppendLine("|---|---|---|");
        answers.ForEach(a => text.AppendLine(CultureInfo.InvariantCulture, $"| {a.Label} | {a.Score:0.000} | {a.Decision} |"));
        await File.WriteAllTextAsync(Path.Combine(Report!, "reference-report.md"), text.ToString(), TestContext.Current.CancellationToken);
    }

    private static async Task<string> TableAsync(ILocator table)
    {
        var rows = await table.EvaluateAsync<string[][]>("t => [...t.querySelectorAll('tr')].map(r => [...r.children].map(c => c.innerText.replace(/\\s+/g, ' ').trim()))");
        var text = new StringBuilder();
        for (var i = 0; i < rows.Length; i++)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {string.Join(" | ", rows[i])} |");
            if (i == 0)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"|{string.Concat(Enumerable.Repeat("---|", rows[i].Length))}");
            }
        }

        return text.ToString();
    }

    private static IEnumerable<(string Path, string Label)> TestImages(string root, int perClass) =>
        Spread(Path.Combine(root, "test", "fractured"), perClass).Select(p => (p, "fractured"))
            .Concat(Spread(Path.Combine(root, "test", "unfractured"), perClass).Select(p => (p, "not fractured")));

    // Half of the images for training, a quarter each to validate and to test, both classes alike.
    private static string CopyOf(int images, string target)
    {
        foreach (var (split, share) in ((string, int)[])[("train", 2), ("val", 1), ("test", 1)])
        {
            foreach (var label in (string[])["fractured", "unfractured"])
            {
                var folder = Directory.CreateDirectory(Path.Combine(target, split, label)).FullName;
                foreach (var file in Spread(Path.Combine(Repository.ReferenceData!, split, label), images * share / 8))
                {
                    File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
                }
            }
        }

        // A copy of a training image, so that there is a twin to be found and reported.
        var twin = Directory.GetFiles(Path.Combine(target, "train", "fractured")).Order(StringComparer.Ordinal).First();
        File.Copy(twin, Path.Combine(target, "test", "fractured", "twin.jpg"));
        return target;
    }

    // Evenly spread over the names, so that neighbours, which are often copies, are not taken together.
    private static IEnumerable<string> Spread(string folder, int count)
    {
        var files = Directory.GetFiles(folder).Order(StringComparer.Ordinal).ToArray();
        return Enumerable.Range(0, count).Select(i => files[(int)((long)i * files.Length / count)]);
    }
}
