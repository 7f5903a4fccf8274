using Bunit;
using FractureDashboard.Experiments;
using FractureDashboard.Jobs;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Preprocessing;
using FractureDashboard.ML.Training;
using FractureDashboard.Tests.Runs;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;

namespace FractureDashboard.Tests.Experiments;

public sealed class LaunchPageTests : IAsyncLifetime
{
    private static readonly (string, Split, string)[] Images =
        [("train/a", Split.Train, "1"), ("train/b", Split.Train, "2"), ("val/a", Split.Validation, "1"), ("test/a", Split.Test, "3")];

    private readonly BunitContext context = new();
    private RunStore store = null!;
    private IRenderedComponent<MudPopoverProvider>? provider;

    private NavigationManager Navigation => context.Services.GetRequiredService<NavigationManager>();

    public async ValueTask InitializeAsync()
    {
        store = await RunStore.CreateAsync();
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        context.Services.AddMudServices();
        context.Services.AddSingleton(store.Live).AddSingleton(store.Queue).AddSingleton(new LaunchDatasets(store.Databases));
        context.Services.AddSingleton(new LaunchEnvironment(true, ["auto", "cpu"]));
        context.Services.AddSingleton(new WeightFiles(store.Paths));
    }

    public async ValueTask DisposeAsync()
    {
        await context.DisposeAsync();
        await store.DisposeAsync();
    }

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

        await store.AddDatasetAsync(images: Images);
        store.Live.Signal(FractureDashboard.Live.Topics.Datasets);

        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[data-testid=launch]")), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task The_form_shows_counts_parameters_and_the_twin_warning()
    {
        await store.AddDatasetAsync(images: Images);
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
        var dataset = await store.AddDatasetAsync(images: Images);
        var page = Form("");

        await page.Find("[data-testid=launch]").ClickAsync();

        page.WaitForAssertion(() => Assert.Equal("http://localhost/runs/1", Navigation.Uri));
        var run = await store.FindRunAsync(1);
        Assert.Equal(new TrainingOptions(), RunQueue.ReadOptions(run.OptionsJson));
        Assert.Equal(("Baseline · Wrists", dataset), (run.Name, run.DatasetId));
    }

    [Fact]
    public async Task Presets_fill_the_form_and_the_default_name()
    {
        await store.AddDatasetAsync(images: Images);
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
        await store.AddDatasetAsync(images: Images);
        var page = Form("");
        Assert.DoesNotContain("Epochs must be between", page.Markup);

        await page.Find("input[data-testid=field-epochs]").InputAsync("0");
        page.WaitForAssertion(() => Assert.Contains("Epochs must be between 1 and 1000.", page.Markup));

        await page.Find("[data-testid=launch]").ClickAsync();
        Assert.Empty(store.Jobs.RunIds);
        Assert.Contains("Epochs must be between 1 and 1000.", page.Markup);

        await page.Find("input[data-testid=field-epochs]").InputAsync("3");
        page.WaitForAssertion(() => Assert.DoesNotContain("Epochs must be between", page.Markup));
        Assert.Contains(context.JSInterop.Invocations, i => i.Identifier == "import" && Equals(i.Arguments[0], "./js/experiments.js"));
    }

    [Fact]
    public async Task Submit_explains_what_nobody_has_touched()
    {
        await store.AddDatasetAsync(images: [("val/a", Split.Validation, "1")]);
        var page = Form("");
        Assert.DoesNotContain("has no training images", page.Markup);
        await page.Find("input[data-testid=field-name]").InputAsync(" ");

        await page.Find("[data-testid=launch-both]").ClickAsync();

        page.WaitForAssertion(() => Assert.Contains("has no training images", page.Markup));
        Assert.Contains("Give the run a name", page.Markup);
        Assert.Empty(store.Jobs.RunIds);
    }

    [Fact]
    public async Task Launch_both_queues_two_runs_and_goes_to_their_comparison()
    {
        await store.AddDatasetAsync(images: Images);
        var page = Form("");
        await page.Find("input[data-testid=field-epochs]").InputAsync("2");

        await page.Find("[data-testid=launch-both]").ClickAsync();

        page.WaitForAssertion(() => Assert.Equal("http://localhost/runs/compare?ids=1,2", Navigation.Uri));
        Assert.Equal([1, 2], store.Jobs.RunIds);
        var baseline = RunQueue.ReadOptions((await store.FindRunAsync(1)).OptionsJson)!;
        Assert.Equal(new TrainingOptions { Epochs = 2 }, baseline);
        Assert.Equal(baseline with { Augmentation = AugmentationOptions.Notebook }, RunQueue.ReadOptions((await store.FindRunAsync(2)).OptionsJson));
    }

    [Fact]
    public async Task A_run_can_be_copied()
    {
        await store.AddDatasetAsync("Newer", images: Images);
        var dataset = await store.AddDatasetAsync("Older", images: Images);
        await store.AddDatasetAsync("Newest", images: Images);
        var options = new TrainingOptions { Epochs = 9, Seed = 3, Augmentation = new AugmentationOptions(5), ShuffleLabels = true };
        var id = await store.AddRunAsync("Mine", options: options, set: r => (r.DatasetId, r.Tags, r.Notes) = (dataset, ",a,b,", "note"));

        var page = Form($"?from={id}");
        Assert.Contains($"The options are those of run {id}", Text(page, "launch-notice"));
        await page.Find("[data-testid=launch]").ClickAsync();

        page.WaitForAssertion(() => Assert.EndsWith($"/runs/{id + 1}", Navigation.Uri));
        var copy = await store.FindRunAsync(id + 1);
        Assert.Equal(options, RunQueue.ReadOptions(copy.OptionsJson));
        Assert.Equal(("Mine", ",a,b,", "note", dataset), (copy.Name, copy.Tags, copy.Notes, copy.DatasetId));
    }

    [Fact]
    public async Task A_run_that_is_gone_is_said_to_be()
    {
        await store.AddDatasetAsync(images: Images);

        Assert.Contains("Run 99 has been deleted", Text(Form("?from=99"), "launch-notice"));
    }

    [Fact]
    public async Task Without_the_engine_nothing_can_be_launched()
    {
        context.Services.AddSingleton(new LaunchEnvironment(false, ["auto", "cpu"]));
        await store.AddDatasetAsync(images: Images);
        var page = Form("");

        Assert.True(page.Find("[data-testid=launch]").HasAttribute("disabled"));
        Assert.True(page.Find("[data-testid=launch-both]").HasAttribute("disabled"));
    }

    [Fact]
    public async Task The_control_experiment_is_trained_on_shuffled_labels()
    {
        await store.AddDatasetAsync(images: Images);
        var page = Form("");

        await page.Find("input[data-testid=field-shufflelabels]").ChangeAsync(true);
        await page.Find("[data-testid=launch]").ClickAsync();

        page.WaitForAssertion(() => Assert.Single(store.Jobs.RunIds));
        await store.ChangeAsync(async db => Assert.Equal(
            [new TrainingOptions { ShuffleLabels = true }], (await db.Runs.ToListAsync()).Select(r => RunQueue.ReadOptions(r.OptionsJson))));
    }

    [Fact]
    public async Task A_wrong_field_in_a_folded_section_is_counted_and_shown_on_submit()
    {
        await store.AddDatasetAsync(images: Images);
        var page = Form("");
        Assert.Empty(page.FindAll("input[data-testid=field-weightdecay]"));
        await page.Find("[data-testid=section-optimizer]").ClickAsync();
        await page.Find("input[data-testid=field-weightdecay]").InputAsync("2");
        page.WaitForAssertion(() => Assert.Contains("Weight decay must be between 0 and 1.", page.Markup));

        await page.Find("[data-testid=section-optimizer]").ClickAsync();
        Assert.Contains("1 field to correct", page.Find("[data-testid=section-optimizer]").TextContent);
        await page.Find("[data-testid=launch]").ClickAsync();

        page.WaitForAssertion(() => Assert.Contains("Weight decay must be between 0 and 1.", page.Markup));
        Assert.Equal("true", page.Find("[data-testid=section-optimizer]").GetAttribute("aria-expanded"));
        Assert.Empty(store.Jobs.RunIds);
    }

    [Fact]
    public async Task The_recommended_preset_is_named_and_said_in_the_folded_lines()
    {
        await store.AddDatasetAsync(images: Images);
        var page = Form("");

        await page.Find("[data-testid=preset-recommended]").ClickAsync();

        Assert.Equal("true", page.Find("[data-testid=preset-recommended]").GetAttribute("aria-pressed"));
        Assert.Contains("AdamW, weight decay 0.05", page.Find("[data-testid=section-optimizer]").TextContent);
        Assert.Contains("one-cycle", page.Find("[data-testid=section-schedule]").TextContent);
        Assert.Contains("highest validation AUC", page.Find("[data-testid=section-selection]").TextContent);
        Assert.Equal("0.1", page.Find("input[data-testid=field-translation]").GetAttribute("value"));
    }

    [Fact]
    public async Task The_schedule_is_drawn_by_the_code_that_trains()
    {
        await store.AddDatasetAsync(images: Images);
        var page = Form("");
        await page.Find("[data-testid=preset-recommended]").ClickAsync();

        await page.Find("[data-testid=section-schedule]").ClickAsync();

        Assert.Contains("at most 0.0029", page.Find("[data-testid=rate-curve]").TextContent);
        await page.Find("input[data-testid=field-epochs]").InputAsync("0");
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[data-testid=rate-curve]")));
    }

    [Fact]
    public async Task A_search_for_a_learning_rate_is_queued_and_what_it_found_fills_the_form()
    {
        await store.AddDatasetAsync(images: Images);
        var page = Form("");
        await page.Find("[data-testid=find-rate]").ClickAsync();
        page.WaitForAssertion(() => Assert.Equal("http://localhost/runs/1", Navigation.Uri));
        Assert.Equal(new TrainingOptions { Purpose = TrainingPurpose.FindLearningRate }, RunQueue.ReadOptions((await store.FindRunAsync(1)).OptionsJson));

        var filled = Form("?from=1&lr=0.0042");

        Assert.Equal("0.0042", filled.Find("input[data-testid=field-learningrate]").GetAttribute("value"));
        Assert.Equal("Baseline · Wrists", filled.Find("input[data-testid=field-name]").GetAttribute("value"));
        Assert.Contains("that it found", Text(filled, "launch-notice"));
    }

    [Fact]
    public async Task The_preview_asks_by_address_for_what_the_options_say()
    {
        var dataset = await store.AddDatasetAsync(images: Images);
        var page = Form("");
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[data-testid=preview-next]")), TimeSpan.FromSeconds(10));
        var first = page.Find("[data-testid=preview-next]").GetAttribute("src")!;
        Assert.StartsWith($"{PreviewRequest.Path}/{dataset}/0?o=", first);
        await page.Find("[data-testid=preview-next]").TriggerEventAsync("onload", new Microsoft.AspNetCore.Components.Web.ProgressEventArgs());
        Assert.Single(page.FindAll("[data-testid=preview-tile]"));

        await page.Find("[data-testid=preset-augmented]").ClickAsync();
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[data-testid=preview-next]")), TimeSpan.FromSeconds(10));
        var augmented = PreviewRequest.Parse(page.Find("[data-testid=preview-next]").GetAttribute("src")!.Split("?o=")[1])!;
        Assert.Equal(AugmentationOptions.Notebook, augmented.Augmentation);
        await page.Find("[data-testid=preview-next]").TriggerEventAsync("onload", new Microsoft.AspNetCore.Components.Web.ProgressEventArgs());
        Assert.Equal(PreviewRequest.MostImages, page.FindAll("[data-testid=preview-tile]").Count);
    }

    private IRenderedComponent<LaunchPage> Open(string query)
    {
        Navigation.NavigateTo("/experiments/new" + query);
        provider ??= context.Render<MudPopoverProvider>();
        return context.Render<LaunchPage>();
    }

    private IRenderedComponent<LaunchPage> Form(string query)
    {
        var page = Open(query);
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[data-testid=launch]")), TimeSpan.FromSeconds(10));
        return page;
    }

    private static string Text(IRenderedComponent<LaunchPage> page, string testId)
    {
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll($"[data-testid={testId}]")), TimeSpan.FromSeconds(10));
        return page.Find($"[data-testid={testId}]").TextContent.Trim();
    }
}
