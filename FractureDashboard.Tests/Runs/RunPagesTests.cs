using Bunit;
using FractureDashboard.Live;
using FractureDashboard.Runs;
using FractureDashboard.Runs.Comparison;
using FractureDashboard.Runs.Detail;
using FractureDashboard.Runs.History;
using FractureDashboard.Shell;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MudBlazor;
using MudBlazor.Services;

namespace FractureDashboard.Tests.Runs;

/// <summary>The three pages of the room, with a browser that takes every call.</summary>
public sealed class RunPagesTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly BunitContext context = new();
    private RunStore store = null!;

    private NavigationManager Navigation => context.Services.GetRequiredService<NavigationManager>();

    public async ValueTask InitializeAsync()
    {
        store = await RunStore.CreateAsync();
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        var chart = context.JSInterop.SetupModule("./js/chart.js");
        chart.Mode = JSRuntimeMode.Loose;
        chart.SetupModule("create", _ => true).Mode = JSRuntimeMode.Loose;
        context.Services.AddMudServices();
        context.Services.AddSingleton(store.Live).AddSingleton(store.Queue).AddSingleton(TimeProvider.System).AddSingleton(new RunReader(store.Databases)).AddSingleton(new HistogramReader(store.Databases));
        context.Services.AddSingleton(new RunsQuery(store.Databases)).AddSingleton(new ComparisonReader(store.Databases)).AddSingleton(new RunEditing(store.Databases, store.Live));
        context.Services.AddSingleton(new RunDeletion(store.Databases, store.Paths, store.Live, NullLogger<RunDeletion>.Instance));
        context.Services.AddScoped<RunDeletionDialogs>().AddScoped<LocalClock>();
    }

    public async ValueTask DisposeAsync()
    {
        await context.DisposeAsync();
        await store.DisposeAsync();
    }

    [Theory]
    [InlineData(RunState.Queued, "run-cancel", "run-resume")]
    [InlineData(RunState.Running, "run-cancel", "run-resume")]
    [InlineData(RunState.Canceled, "run-resume", "run-cancel")]
    [InlineData(RunState.Failed, "run-resume", "run-cancel")]
    [InlineData(RunState.Interrupted, "run-resume", "run-cancel")]
    [InlineData(RunState.Completed, "run-again", "run-resume")]
    public async Task The_page_offers_what_the_state_allows(RunState state, string offered, string withheld)
    {
        var id = await store.AddRunAsync(state: state, set: r => r.StateReason = "Because.");

        var page = Show(id);

        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll($"[data-testid={offered}]")), Patience);
        Assert.Empty(page.FindAll($"[data-testid={withheld}]"));
        Assert.Equal(state is RunState.Queued or RunState.Running, page.Find("[data-testid=run-delete]").HasAttribute("disabled"));
        Assert.Contains("Because.", page.Find("[data-testid=run-reason]").TextContent);
    }

    [Fact]
    public async Task A_page_opened_late_shows_what_was_and_goes_on_without_reload()
    {
        var id = await store.AddRunAsync(state: RunState.Running);
        var training = new ScriptedTraining(store, id);
        training.Start(4);
        training.Log("before");
        training.Step(1, 1, 4, 0.7);
        await UntilAsync(async () => (await store.FindRunAsync(id)).CurrentStep == 1);

        var page = Show(id);
        page.WaitForAssertion(() => Assert.Contains("before", page.Markup), Patience);
        Assert.Equal("1 of 4", page.Find("[data-testid=step-count]").TextContent);

        training.Step(1, 2, 4, 0.6);
        training.Log("after");
        page.WaitForAssertion(() => Assert.Contains("after", page.Markup), Patience);
        page.WaitForAssertion(() => Assert.Equal("2 of 4", page.Find("[data-testid=step-count]").TextContent), Patience);
        page.WaitForAssertion(() => Assert.Contains(context.JSInterop.Invocations, i => i.Identifier == "append"), Patience);
        await training.EndAsync();
    }

    [Fact]
    public async Task Both_accuracies_are_shown_with_the_number_of_twins()
    {
        var id = await store.AddRunAsync(set: r =>
            (r.BestEpoch, r.TestImages, r.TestTwins, r.TestAccuracy, r.TestAccuracyWithoutTwins, r.ValidationTwins) = (3, 504, 456, 0.984, 0.725, 724));

        var page = Show(id);

        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[data-testid=honest-pair]")), Patience);
        var text = page.Find("[data-testid=honest-pair]").TextContent;
        Assert.Contains("98.4 %", text);
        Assert.Contains("72.5 %", text);
        Assert.Contains("456 of 504", text);
    }

    [Fact]
    public async Task A_run_that_is_deleted_elsewhere_says_so()
    {
        var id = await store.AddRunAsync();
        var page = Show(id);
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[data-testid=run-state]")), Patience);

        await context.Services.GetRequiredService<RunDeletion>().DeleteAsync([id], CancellationToken.None);

        page.WaitForAssertion(() => Assert.Contains("This run has been deleted", page.Markup), Patience);
    }

    [Fact]
    public void A_run_that_never_was_says_so()
    {
        var page = Show(42);

        page.WaitForAssertion(() => Assert.Contains("There is no run 42", page.Markup), Patience);
    }

    [Fact]
    public async Task Cancel_and_resume_reach_the_queue()
    {
        var dataset = await store.AddDatasetAsync();
        var id = await store.AddRunAsync(state: RunState.Queued, set: r => r.DatasetId = dataset);
        var page = Show(id);
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[data-testid=run-cancel]")), Patience);

        await page.Find("[data-testid=run-cancel]").ClickAsync();
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[data-testid=run-resume]")), Patience);

        await page.Find("[data-testid=run-resume]").ClickAsync();
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[data-testid=run-cancel]")), Patience);
        Assert.Equal([id], store.Jobs.RunIds);
    }

    [Fact]
    public async Task Selected_runs_can_be_compared_and_the_list_follows_the_store()
    {
        var first = await store.AddRunAsync("first");
        var second = await store.AddRunAsync("second");
        Navigation.NavigateTo("/runs");
        context.Render<MudPopoverProvider>();
        var page = context.Render<HistoryPage>();
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("[data-testid=run-row]").Count), Patience);
        Assert.True(page.Find("[data-testid=compare-selected]").HasAttribute("disabled"));

        await store.AddRunAsync("third", RunState.Running);
        store.Live.Signal(Topics.Runs);
        page.WaitForAssertion(() => Assert.Equal(3, page.FindAll("[data-testid=run-row]").Count), Patience);

        await page.FindAll("[data-testid=select-run]")[1].ChangeAsync(true);
        await page.FindAll("[data-testid=select-run]")[2].ChangeAsync(true);
        await page.Find("[data-testid=compare-selected]").ClickAsync();
        Assert.EndsWith($"/runs/compare?ids={first},{second}", Navigation.Uri);
    }

    [Fact]
    public async Task A_sorted_column_goes_into_the_address()
    {
        await store.AddRunAsync();
        Navigation.NavigateTo("/runs?q=run");
        context.Render<MudPopoverProvider>();
        var page = context.Render<HistoryPage>();
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[data-testid=run-row]")), Patience);

        await page.Find("[data-testid=sort-loss]").ClickAsync();

        Assert.EndsWith("/runs?q=run&sort=loss", Navigation.Uri);
    }

    [Fact]
    public async Task A_comparison_names_unknown_runs_marks_differences_and_follows_an_active_run()
    {
        var done = await store.AddRunAsync("done", options: new FractureDashboard.ML.Training.TrainingOptions { Seed = 1 });
        var active = await store.AddRunAsync("active", RunState.Running, options: new FractureDashboard.ML.Training.TrainingOptions { Seed = 2 });
        context.Render<MudPopoverProvider>();
        var page = context.Render<CompareView>(p => p.Add(c => c.RunIds, [done, active, 77]));
        page.WaitForAssertion(() => Assert.Contains("There is no run 77", page.Find("[data-testid=compare-missing]").TextContent), Patience);
        Assert.Contains("Seed", Assert.Single(page.FindAll("[data-testid=differs]")).TextContent);

        var training = new ScriptedTraining(store, active);
        training.Start(1);
        training.Epoch(1, 0.5, 0.4, 0.88);
        await training.EndAsync();

        page.WaitForAssertion(() => Assert.Contains("88.0 %", page.Find("[data-testid=compare-metrics]").TextContent), Patience);
        page.WaitForAssertion(() => Assert.Contains(context.JSInterop.Invocations, i => i.Identifier == "append"), Patience);
    }

    [Theory]
    [InlineData(RunViewKind.Overview, "chart-steps", "chart-auc")]
    [InlineData(RunViewKind.Optimisation, "chart-rate", "chart-gradient")]
    [InlineData(RunViewKind.Performance, "chart-times", "chart-memory")]
    public async Task Each_view_draws_its_charts_and_they_grow(RunViewKind view, string first, string second)
    {
        var id = await store.AddRunAsync(state: RunState.Running);
        var training = new ScriptedTraining(store, id);
        training.Start(4);
        training.Step(1, 1, 4, 0.7);
        var page = Show(id, view);
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll($"[data-testid={first}]")), Patience);
        Assert.NotEmpty(page.FindAll($"[data-testid={second}]"));
        Assert.Equal("page", page.Find($"[data-testid=view-{view.ToString().ToLowerInvariant()}]").GetAttribute("aria-current"));

        training.Step(1, 2, 4, 0.6);
        await training.EndAsync();

        // Points are appended without a rendering that could be waited for.
        await UntilAsync(async () => (await InvocationsAsync(page)).Any(i => i.Identifier == "append")).WaitAsync(Patience);
    }

    [Fact]
    public async Task Another_view_of_an_open_page_draws_what_there_is_by_then()
    {
        var id = await store.AddRunAsync(state: RunState.Running);
        var page = Show(id);
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[data-testid=chart-steps]")), Patience);
        await store.ChangeAsync(async db =>
        {
            db.RunSteps.Add(new RunStep { RunId = id, Sequence = 1, GlobalStep = 1, Epoch = 1, Loss = 1, LearningRate = 0.25 });
            (await db.Runs.FindAsync(id))!.LastSequence = 1;
        });

        page.Render(p => p.Add(r => r.View, RunViewKind.Optimisation));

        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[data-testid=chart-rate]")), Patience);
        Assert.Contains(await InvocationsAsync(page), i => i.Identifier == "create" && System.Text.Json.JsonSerializer.Serialize(i.Arguments[1]).Contains("[1,0.25]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_search_shows_its_curve_and_offers_the_rate_that_it_found()
    {
        var id = await store.AddRunAsync(options: new FractureDashboard.ML.Training.TrainingOptions { Purpose = FractureDashboard.ML.Training.TrainingPurpose.FindLearningRate }, set: r => r.SuggestedLearningRate = 0.0042);

        var page = Show(id);

        page.WaitForAssertion(() => Assert.Equal("0.0042", page.Find("[data-testid=suggested-rate]").TextContent), Patience);
        Assert.Equal($"/experiments/new?from={id}&lr=0.0042", page.Find("[data-testid=use-rate]").GetAttribute("href"));
        Assert.Empty(page.FindAll("[data-testid=view-histograms]"));
        Assert.NotEmpty(page.FindAll("[data-testid=run-purpose]"));
    }

    [Fact]
    public async Task Histograms_of_a_layer_are_drawn_as_densities_and_a_new_epoch_joins()
    {
        var id = await store.AddRunAsync(state: RunState.Running);
        await AddHistogramsAsync(id, epoch: 1);
        var page = Show(id, RunViewKind.Histograms);
        page.WaitForAssertion(() => Assert.Contains("conv1.weight", page.Find("[data-testid=histograms]").TextContent), Patience);
        Assert.Single(page.FindAll("[data-testid=histograms] tbody tr"));

        await AddHistogramsAsync(id, epoch: 2);
        store.Live.Signal(Topics.Run(id));

        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("[data-testid=histograms] tbody tr").Count), Patience);

        // Four values in two bins of width 1: a quarter and three quarters.
        Assert.Contains(await InvocationsAsync(page), i => i.Identifier == "create" && System.Text.Json.JsonSerializer.Serialize(i.Arguments[1]).Contains("[[-0.5,0.25],[0.5,0.75]]", StringComparison.Ordinal));
    }

    // The list is written to by the renderer, so it is read where nothing renders.
    private Task<JSRuntimeInvocation[]> InvocationsAsync(IRenderedComponent<RunView> page) =>
        page.InvokeAsync(() => context.JSInterop.Invocations.ToArray());

    private Task AddHistogramsAsync(int id, int epoch) => store.ChangeAsync(async db =>
    {
        FractureDashboard.ML.Training.Histogram[] histograms = [new("conv1.weight", false, -1, 1, 0.1, 0.5, [1, 3]), new("conv1", true, 0, 2, 1, 0.5, [2, 2])];
        db.RunHistograms.Add(new RunHistograms { RunId = id, Epoch = epoch, Sequence = epoch, Json = System.Text.Json.JsonSerializer.Serialize(histograms) });
        (await db.Runs.FindAsync(id))!.LastSequence = epoch;
    });

    private IRenderedComponent<RunView> Show(int id, RunViewKind view = RunViewKind.Overview)
    {
        context.Render<MudPopoverProvider>();
        return context.Render<RunView>(p => p.Add(r => r.RunId, id).Add(r => r.View, view));
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
        {
            await Task.Delay(20);
        }
    }
}
