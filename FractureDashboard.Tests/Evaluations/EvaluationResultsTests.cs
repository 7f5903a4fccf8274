using Bunit;
using FractureDashboard.Evaluations;
using FractureDashboard.Evaluations.Detail;
using FractureDashboard.ML.Datasets;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Tests.Evaluations;

/// <summary>The page of an evaluation's results.</summary>
public sealed class EvaluationResultsTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private EvaluationRoom room = null!;

    public async ValueTask InitializeAsync() => room = await EvaluationRoom.CreateAsync();

    public ValueTask DisposeAsync() => room.DisposeAsync();

    [Fact]
    public async Task The_matrix_follows_slider_and_number()
    {
        var page = room.Show();
        page.WaitForAssertion(() => Assert.Equal("4 1 1 4", Matrix(page)), Patience);

        await page.Find("[data-testid=threshold-slider]").InputAsync("0.655");
        page.WaitForAssertion(() => Assert.Equal("3 2 0 5", Matrix(page)), Patience);
        Assert.Equal("0.655", page.Find("[data-testid=threshold]").GetAttribute("value"));

        // The thumb is left to the browser while it is dragged, and set at once by anything else.
        Assert.Equal("0.5", page.Find("[data-testid=threshold-slider]").GetAttribute("value"));
        await page.Find("[data-testid=threshold-slider]").InputAsync("0.7");
        await page.Find("[data-testid=threshold]").ChangeAsync("0.25");
        page.WaitForAssertion(() => Assert.Equal("0.25", page.Find("[data-testid=threshold-slider]").GetAttribute("value")), Patience);

        await page.Find("[data-testid=threshold]").ChangeAsync("0");
        page.WaitForAssertion(() => Assert.Equal("5 0 5 0", Matrix(page)), Patience);
        Assert.Contains("Every image is called fractured", page.Find("[data-testid=figures]").TextContent, StringComparison.Ordinal);

        await page.Find("[data-testid=threshold]").ChangeAsync("much");
        Assert.Equal("5 0 5 0", Matrix(page));
    }

    [Fact]
    public void Figures_have_intervals_by_formula_and_later_by_radiograph()
    {
        var page = room.Show();

        page.WaitForAssertion(() => Assert.DoesNotContain("…", page.Find("[data-testid=figures] tbody").TextContent, StringComparison.Ordinal), Patience);
        var accuracy = page.Find("[data-figure='Accuracy']").QuerySelectorAll("td").Select(t => t.TextContent).ToList();
        Assert.Equal(["80.0 %", "49.0 to 94.3 %"], accuracy.Take(2));
        Assert.EndsWith(" %", accuracy[2], StringComparison.Ordinal);
        Assert.Equal("0.840", page.Find("[data-figure='Area under the ROC curve'] td").TextContent);
        Assert.Contains("from 5 radiographs", page.Find("[data-testid=figures-text]").TextContent, StringComparison.Ordinal);
        Assert.Contains("1 image could not be scored", page.Find("[data-testid=left-out]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_prevalence_changes_the_predictive_values()
    {
        var page = room.Show();
        page.WaitForElement("[data-testid=prevalence]", Patience);

        await page.Find("[data-testid=prevalence]").ChangeAsync("50");

        // Sensitivity and specificity are both 0.8.
        Assert.StartsWith("80.0 %", page.Find("[data-testid=adjusted-ppv]").TextContent, StringComparison.Ordinal);
        await page.Find("[data-testid=prevalence]").ChangeAsync("20");
        Assert.StartsWith("50.0 %", page.Find("[data-testid=adjusted-ppv]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Test_results_are_counted_each_time_they_come_into_view()
    {
        var page = room.Show();
        page.WaitForElement("[data-testid=matrix]", Patience);
        Assert.Equal("0", Looks(page));

        Show(page, new EvaluationQuery(Split: Split.Test));
        page.WaitForAssertion(() => Assert.Equal("1", Looks(page)), Patience);
        Assert.Contains("this view included", page.Find("[data-testid=test-looks]").TextContent, StringComparison.Ordinal);
        Assert.Contains("radiograph of 2 of the 4 images", page.Find("[data-testid=seen-note]").TextContent, StringComparison.Ordinal);

        // Another part of the same page shows nothing new.
        Show(page, new EvaluationQuery(EvaluationView.Calibration, Split.Test, Seen: SeenChoice.WithoutTwin));
        page.WaitForElement("[data-testid=calibration]", Patience);
        Assert.Equal("1", Looks(page));
        Show(page, new EvaluationQuery());
        page.WaitForElement("[data-testid=matrix]", Patience);
        Show(page, new EvaluationQuery(AllSplits: true));
        page.WaitForAssertion(() => Assert.Equal("2", Looks(page)), Patience);
        Assert.Equal(2, (await room.Looks.OfAsync(room.RunId, CancellationToken.None)).Count);
    }

    [Fact]
    public async Task A_threshold_chosen_on_validation_is_applied_to_test_and_kept()
    {
        var page = room.Show(new EvaluationQuery(EvaluationView.Thresholds, Split.Test));
        page.WaitForElement("[data-rule=SensitivityAtLeast]", Patience);

        await page.Find("[data-testid=rule-sensitivity]").ChangeAsync("80");
        var cells = page.Find("[data-rule=SensitivityAtLeast]").QuerySelectorAll("td").Select(t => t.TextContent).ToList();

        // Between 0.4 and 0.6 four of five fractures are found with one false alarm; on test that finds one of two.
        Assert.Equal(["0.5", "80.0 %", "80.0 %"], cells.Take(3));
        Assert.StartsWith("50.0 %", cells[3], StringComparison.Ordinal);
        await page.Find("[data-testid=use-SensitivityAtLeast]").ClickAsync();

        page.WaitForAssertion(() => Assert.Contains("sensitivity at least 0.8", page.Find("[data-testid=kept-threshold]").TextContent, StringComparison.Ordinal), Patience);
        Assert.Contains("Test results were on the page then", page.Find("[data-testid=kept-threshold]").TextContent, StringComparison.Ordinal);
        var kept = (await room.Thresholds.FindAsync(room.RunId, CancellationToken.None))!;
        Assert.Equal((0.5, true, "the validation images of this evaluation"), (kept.Threshold, kept.TestWasShown, kept.ChosenOn));
        Assert.NotNull(kept.Temperature);

        await page.Find("[data-testid=rule-cost]").ChangeAsync("-1");
        Assert.Contains("must be above 0", page.Find("[data-testid=rule-problem]").TextContent, StringComparison.Ordinal);
        await page.Find("[data-testid=show-Youden]").ClickAsync();
        Assert.EndsWith("?split=test", room.Address, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_kept_threshold_is_where_the_page_begins_and_can_be_replaced_and_forgotten()
    {
        await room.Thresholds.ChooseAsync(new ChosenThreshold { RunId = room.RunId, Threshold = 0.655, Rule = "r", ChosenOn = "v", WeightsHash = EvaluationRoom.Weights }, CancellationToken.None);
        var page = room.Show();
        page.WaitForAssertion(() => Assert.Equal("3 2 0 5", Matrix(page)), Patience);

        await page.Find("[data-testid=threshold]").ChangeAsync("0.35");
        await page.Find("[data-testid=keep-threshold]").ClickAsync();
        page.WaitForAssertion(() => Assert.Equal("0.35", page.Find("[data-testid=kept-value]").TextContent), Patience);
        Assert.False((await room.Thresholds.FindAsync(room.RunId, CancellationToken.None))!.TestWasShown);
        await page.Find("[data-testid=forget-threshold]").ClickAsync();
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[data-testid=kept-value]")), Patience);
    }

    [Fact]
    public void Subgroups_have_figures_and_intervals()
    {
        var page = room.Show(new EvaluationQuery(EvaluationView.Subgroups, AllSplits: true, Path: "test/fractured"));

        page.WaitForElement("[data-testid=subgroups]", Patience);
        var groups = page.FindAll("[data-testid=subgroups] tr[data-group]").Select(r => r.GetAttribute("data-group")!).ToList();
        Assert.Contains("All images shown", groups);
        Assert.Contains("validation", groups);
        Assert.Contains("JPEG", groups);
        Assert.Contains("Path with “test/fractured”", page.Find("[data-testid=subgroups]").TextContent, StringComparison.Ordinal);
        Assert.Contains("80.0 %", page.Find("tr[data-group=validation]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Calibration_is_told_before_and_after_scaling()
    {
        var page = room.Show(new EvaluationQuery(EvaluationView.Calibration));

        page.WaitForElement("[data-testid=calibration]", Patience);
        Assert.Contains("fitted on the validation images of this evaluation", page.Find("[data-testid=temperature]").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("–", page.Find("[data-testid=calibration]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_evaluation_at_work_is_followed_to_its_results()
    {
        var id = await room.AddEvaluationAsync(EvaluationState.Running, e => (e.Done, e.Total) = (1, 2));
        var page = room.Show(id: id);
        page.WaitForAssertion(() => Assert.Contains("1 of 2 images scored", page.Find("[data-testid=evaluation-progress]").TextContent, StringComparison.Ordinal), Patience);

        await room.Store.ChangeAsync(db => db.EvaluationScores.ExecuteUpdateAsync(s => s.SetProperty(x => x.EvaluationId, id)));
        await room.ChangeAsync(id, e => (e.State, e.FinishedUtc) = (EvaluationState.Completed, DateTime.UtcNow));

        page.WaitForAssertion(() => Assert.Equal("4 1 1 4", Matrix(page)), Patience);
    }

    [Fact]
    public async Task What_failed_or_is_not_there_is_said()
    {
        var failed = await room.AddEvaluationAsync(EvaluationState.Failed, e => e.StateReason = "The weights are gone.");

        var page = room.Show(id: failed);
        page.WaitForAssertion(() => Assert.Contains("The weights are gone.", page.Markup, StringComparison.Ordinal), Patience);
        var missing = room.Show(id: 999);
        missing.WaitForAssertion(() => Assert.Contains("There is no such evaluation", missing.Markup, StringComparison.Ordinal), Patience);
    }

    private static void Show(IRenderedComponent<EvaluationResults> page, EvaluationQuery query) => page.Render(p => p.Add(c => c.Query, query));

    private static string Looks(IRenderedComponent<EvaluationResults> page) => page.Find("[data-testid=test-looks]").GetAttribute("data-count")!;

    private static string Matrix(IRenderedComponent<EvaluationResults> page) =>
        string.Join(' ', new[] { "tp", "fn", "fp", "tn" }.Select(c => page.Find($"[data-testid=matrix-{c}]").TextContent));
}
