using Bunit;
using FractureDashboard.Experiments;
using FractureDashboard.Jobs;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Preprocessing;
using FractureDashboard.ML.Training;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FractureDashboard.Tests.Experiments;

public sealed class LaunchPageTests : LaunchPageStage
{
    [Fact]
    public void Without_a_ready_data_set_the_page_leads_to_the_data_sets()
    {
        var page = Open("");

        page.WaitForAssertion(() => Assert.Contains("No data set is ready", page.Markup));
        Assert.NotNull(page.Find("a[href='/datasets']"));
    }

    [Fact]
    public async Task A_data_set_that_becomes_ready_turns_the_empty_page_into_the_form()
    {
        var page = Open("");
        page.WaitForAssertion(() => Assert.Contains("No data set is ready", page.Markup));

        await Store.AddDatasetAsync(images: Images);
        Store.Live.Signal(FractureDashboard.Live.Topics.Datasets);

        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[data-testid=launch]")), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task The_form_shows_counts_parameters_and_the_twin_warning()
    {
        await Store.AddDatasetAsync(images: Images);
        var page = Form("");

        Assert.Equal("31,101", Text(page, "parameter-count"));
        Assert.Equal("1", Text(page, "steps-per-epoch"));
        Assert.Contains("1 of 2 validation and test images", Text(page, "twin-warning"));

        await page.Find("input[data-testid=field-imagesize]").InputAsync("64");
        Assert.Equal("4,701", Text(page, "parameter-count"));
    }

    [Fact]
    public async Task Launching_an_untouched_form_queues_the_notebooks_baseline()
    {
        var dataset = await Store.AddDatasetAsync(images: Images);
        var page = Form("");

        await page.Find("[data-testid=launch]").ClickAsync();

        page.WaitForAssertion(() => Assert.Equal("http://localhost/runs/1", Navigation.Uri));
        var run = await Store.FindRunAsync(1);
        Assert.Equal(new TrainingOptions(), RunQueue.ReadOptions(run.OptionsJson));
        Assert.Equal(("Baseline · Wrists", dataset), (run.Name, run.DatasetId));
    }

    [Fact]
    public async Task Presets_fill_the_form_and_the_default_name()
    {
        await Store.AddDatasetAsync(images: Images);
        var page = Form("");
        await page.Find("input[data-testid=field-epochs]").InputAsync("7777");
        page.WaitForAssertion(() => Assert.Contains("Epochs must be between", page.Markup));

        await page.Find("[data-testid=preset-augmented]").ClickAsync();

        Assert.DoesNotContain("Epochs must be between", page.Markup);
        Assert.Equal("20", page.Find("input[data-testid=field-rotationdegrees]").GetAttribute("value"));
        Assert.Equal("5", page.Find("input[data-testid=field-epochs]").GetAttribute("value"));
        Assert.Equal("Augmented · Wrists", page.Find("input[data-testid=field-name]").GetAttribute("value"));
        Assert.Equal("true", page.Find("[data-testid=preset-augmented]").GetAttribute("aria-pressed"));

        await page.Find("[data-testid=preset-baseline]").ClickAsync();
        Assert.Empty(page.FindAll("input[data-testid=field-rotationdegrees]"));
        Assert.Equal("true", page.Find("[data-testid=preset-baseline]").GetAttribute("aria-pressed"));
    }

    [Fact]
    public async Task A_wrong_number_is_explained_at_once_and_stops_the_launch()
    {
        await Store.AddDatasetAsync(images: Images);
        var page = Form("");
        Assert.DoesNotContain("Epochs must be between", page.Markup);

        await page.Find("input[data-testid=field-epochs]").InputAsync("0");
        page.WaitForAssertion(() => Assert.Contains("Epochs must be between 1 and 1000.", page.Markup));

        await page.Find("[data-testid=launch]").ClickAsync();
        Assert.Empty(Store.Jobs.RunIds);
        Assert.Contains("Epochs must be between 1 and 1000.", page.Markup);

        await page.Find("input[data-testid=field-epochs]").InputAsync("3");
        page.WaitForAssertion(() => Assert.DoesNotContain("Epochs must be between", page.Markup));
        Assert.Contains(Context.JSInterop.Invocations, i => i.Identifier == "import" && Equals(i.Arguments[0], "./js/experiments.js"));
    }

    [Fact]
    public async Task Submit_explains_what_nobody_has_touched()
    {
        await Store.AddDatasetAsync(images: [("val/a", Split.Validation, "1")]);
        var page = Form("");
        Assert.DoesNotContain("has no training images", page.Markup);
        await page.Find("input[data-testid=field-name]").InputAsync(" ");

        await page.Find("[data-testid=launch-both]").ClickAsync();

        page.WaitForAssertion(() => Assert.Contains("has no training images", page.Markup));
        Assert.Contains("Give the run a name", page.Markup);
        Assert.Empty(Store.Jobs.RunIds);
    }

    [Fact]
    public async Task Launch_both_queues_two_runs_and_goes_to_their_comparison()
    {
        await Store.AddDatasetAsync(images: Images);
        var page = Form("");
        await page.Find("input[data-testid=field-epochs]").InputAsync("2");

        await page.Find("[data-testid=launch-both]").ClickAsync();

        page.WaitForAssertion(() => Assert.Equal("http://localhost/runs/compare?ids=1,2", Navigation.Uri));
        Assert.Equal([1, 2], Store.Jobs.RunIds);
        var baseline = RunQueue.ReadOptions((await Store.FindRunAsync(1)).OptionsJson)!;
        Assert.Equal(new TrainingOptions { Epochs = 2 }, baseline);
        Assert.Equal(baseline with { Augmentation = AugmentationOptions.Notebook }, RunQueue.ReadOptions((await Store.FindRunAsync(2)).OptionsJson));
    }

    [Fact]
    public async Task A_run_can_be_copied()
    {
        await Store.AddDatasetAsync("Newer", images: Images);
        var dataset = await Store.AddDatasetAsync("Older", images: Images);
        await Store.AddDatasetAsync("Newest", images: Images);
        var options = new TrainingOptions { Epochs = 9, Seed = 3, Augmentation = new AugmentationOptions(5), ShuffleLabels = true };
        var id = await Store.AddRunAsync("Mine", options: options, set: r => (r.DatasetId, r.Tags, r.Notes) = (dataset, ",a,b,", "note"));

        var page = Form($"?from={id}");
        Assert.Contains($"The options are those of run {id}", Text(page, "launch-notice"));
        await page.Find("[data-testid=launch]").ClickAsync();

        page.WaitForAssertion(() => Assert.EndsWith($"/runs/{id + 1}", Navigation.Uri));
        var copy = await Store.FindRunAsync(id + 1);
        Assert.Equal(options, RunQueue.ReadOptions(copy.OptionsJson));
        Assert.Equal(("Mine", ",a,b,", "note", dataset), (copy.Name, copy.Tags, copy.Notes, copy.DatasetId));
    }

    [Fact]
    public async Task A_run_that_is_gone_is_said_to_be()
    {
        await Store.AddDatasetAsync(images: Images);

        Assert.Contains("Run 99 has been deleted", Text(Form("?from=99"), "launch-notice"));
    }

    [Fact]
    public async Task Without_the_engine_nothing_can_be_launched()
    {
        Context.Services.AddSingleton(new LaunchEnvironment(false, ["auto", "cpu"]));
        await Store.AddDatasetAsync(images: Images);
        var page = Form("");

        Assert.True(page.Find("[data-testid=launch]").HasAttribute("disabled"));
        Assert.True(page.Find("[data-testid=launch-both]").HasAttribute("disabled"));
    }

    [Fact]
    public async Task The_control_experiment_is_trained_on_shuffled_labels()
    {
        await Store.AddDatasetAsync(images: Images);
        var page = Form("");

        await page.Find("input[data-testid=field-shufflelabels]").ChangeAsync(true);
        await page.Find("[data-testid=launch]").ClickAsync();

        page.WaitForAssertion(() => Assert.Single(Store.Jobs.RunIds));
        await Store.ChangeAsync(async db => Assert.Equal(
            [new TrainingOptions { ShuffleLabels = true }], (await db.Runs.ToListAsync()).Select(r => RunQueue.ReadOptions(r.OptionsJson))));
    }
}
