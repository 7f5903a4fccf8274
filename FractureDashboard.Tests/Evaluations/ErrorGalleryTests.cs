using Bunit;
using FractureDashboard.Evaluations;
using FractureDashboard.Evaluations.Detail;
using FractureDashboard.ML.Explanation;

namespace FractureDashboard.Tests.Evaluations;

/// <summary>The gallery of errors on the page.</summary>
public sealed class ErrorGalleryTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private EvaluationRoom room = null!;

    public async ValueTask InitializeAsync() => room = await EvaluationRoom.CreateAsync();

    public ValueTask DisposeAsync() => room.DisposeAsync();

    [Fact]
    public void Errors_lead_to_the_viewer_and_say_what_is_wrong()
    {
        var page = Show();

        Assert.Equal(["val/fractured/4.png", "val/not_fractured/9.png"], page.FindAll("[data-testid=error]").Select(e => e.GetAttribute("data-path")!.Replace("not fractured", "not_fractured", StringComparison.Ordinal)));
        Assert.Contains("missed fracture", page.FindAll("[data-testid=error]")[0].TextContent, StringComparison.Ordinal);
        Assert.Matches($"^/datasets/{room.DatasetId}/images/[0-9]+$", page.Find("[data-testid=error-image]").GetAttribute("href")!);
        Assert.Empty(page.FindAll("[data-testid=heat-map]"));
    }

    [Fact]
    public async Task Heat_maps_are_shown_when_a_method_is_chosen()
    {
        var page = Show(ExplanationMethod.Occlusion);

        Assert.Equal("occlusion", page.Find("[data-testid=heat-method]").GetAttribute("value"));
        Assert.Equal(
            $"/models/{room.RunId}/evaluations/{room.EvaluationId}/heatmaps/{"val4".PadRight(64, '0')}?method=occlusion",
            page.FindAll("[data-testid=heat-map]")[0].GetAttribute("src"));
        await page.Find("[data-testid=heat-opacity]").InputAsync("25");
        Assert.Contains("--ev-opacity:25%", page.Find(".ev-tiles").GetAttribute("style")!, StringComparison.Ordinal);
        await page.Find("[data-testid=heat-method]").ChangeAsync("grad-cam");
        Assert.EndsWith("?view=errors&heat=grad-cam", room.Address, StringComparison.Ordinal);
        await page.Find("[data-testid=heat-method]").ChangeAsync("");
        Assert.EndsWith("?view=errors", room.Address, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_label_is_marked_and_the_mark_taken_back_by_undo_or_tile()
    {
        var page = Show();

        await page.Find("[data-testid=mark]").ClickAsync();
        page.WaitForAssertion(() => Assert.Equal("true", page.Find("[data-testid=mark]").GetAttribute("aria-pressed")), Patience);
        Assert.Equal($"/datasets/{room.DatasetId}/quality/findings?rule=label-error", page.Find("[data-testid=label-findings]").GetAttribute("href"));
        room.Snackbars.WaitForAssertion(() => Assert.Contains("marked as doubtful", room.Snackbars.Markup, StringComparison.Ordinal), Patience);
        await room.Snackbars.FindAll("button").First(b => b.TextContent.Contains("Undo", StringComparison.Ordinal)).ClickAsync();
        page.WaitForAssertion(() => Assert.Equal("false", page.Find("[data-testid=mark]").GetAttribute("aria-pressed")), Patience);
        Assert.Empty(await room.Marks.OfAsync(room.DatasetId, CancellationToken.None));

        await page.Find("[data-testid=mark]").ClickAsync();
        page.WaitForAssertion(() => Assert.Equal("true", page.Find("[data-testid=mark]").GetAttribute("aria-pressed")), Patience);
        await page.Find("[data-testid=mark]").ClickAsync();
        page.WaitForAssertion(() => Assert.Equal("false", page.Find("[data-testid=mark]").GetAttribute("aria-pressed")), Patience);
    }

    private IRenderedComponent<EvaluationResults> Show(ExplanationMethod? heatMap = null)
    {
        var page = room.Show(new EvaluationQuery(EvaluationView.Errors, HeatMap: heatMap));
        page.WaitForElement("[data-testid=error]", Patience);
        return page;
    }
}
