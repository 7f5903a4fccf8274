using Bunit;
using FractureDashboard.Datasets;
using FractureDashboard.Jobs;
using FractureDashboard.Live;
using FractureDashboard.Shell;
using FractureDashboard.Storage;
using Hangfire;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;

namespace FractureDashboard.Tests.Datasets;

public sealed class DatasetsPageTests : IAsyncLifetime
{
    private readonly BunitContext context = new();
    private DatasetRoom room = null!;
    private IRenderedComponent<MudDialogProvider> dialogs = null!;

    public async ValueTask InitializeAsync()
    {
        room = await DatasetRoom.CreateAsync();
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        context.Services.AddMudServices();
        DatasetRoom.Register(context.Services, room.Get<IBackgroundJobClient>());
        context.Services.AddSingleton(room.Get<IDbContextFactory<DashboardContext>>());
        context.Services.AddSingleton(room.Paths);
        context.Services.AddSingleton(room.Get<LiveEvents>());
        context.Services.AddSingleton(room.Get<DatasetActivities>());
        context.Services.AddSingleton<OverviewReader>();
        context.Services.AddScoped<LocalClock>();
        context.Render<MudPopoverProvider>();
        dialogs = context.Render<MudDialogProvider>();
    }

    public async ValueTask DisposeAsync()
    {
        await context.DisposeAsync();
        await room.DisposeAsync();
    }

    [Fact]
    public void Without_data_sets_the_page_offers_to_add_one()
    {
        var page = context.Render<DatasetsPage>();

        page.WaitForAssertion(() => Assert.Contains("There is no data set yet", page.Markup, StringComparison.Ordinal));
        Assert.NotNull(page.Find("a[href='/datasets?add=folder']"));
    }

    [Fact]
    public async Task A_set_shows_its_counts_state_and_what_it_is()
    {
        var dataset = await room.AddFolderAsync(TestImages.Tree(Path.Combine(room.Folder, "set")), "Wrists");
        await room.Registry.AddPhantomAsync("Drawn", new(6, 1, 64), CancellationToken.None);

        var page = context.Render<DatasetsPage>();
        page.WaitForState(() => page.FindAll("[data-testid=dataset-card]").Count == 2);
        var drawn = page.Find("[data-dataset-id='2']");
        var folder = page.Find($"[data-dataset-id='{dataset.Id}']");

        Assert.Contains("synthetic", drawn.TextContent, StringComparison.Ordinal);
        Assert.Contains("Waiting", drawn.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("synthetic", folder.TextContent, StringComparison.Ordinal);
        Assert.Contains("12 images", folder.TextContent, StringComparison.Ordinal);
        Assert.Equal("Ready", folder.QuerySelector("[data-testid=dataset-state]")!.GetAttribute("data-state"));
        Assert.Equal(3, folder.QuerySelectorAll("tbody tr").Length);
        Assert.Equal($"/experiments/new?dataset={dataset.Id}", folder.QuerySelector("[data-testid=dataset-train]")!.GetAttribute("href"));
    }

    [Fact]
    public async Task Progress_and_completion_arrive_without_reload()
    {
        var id = (await room.Registry.AddPhantomAsync("Drawn", new(6, 1, 64), CancellationToken.None)).Id!.Value;
        var page = context.Render<DatasetsPage>();
        page.WaitForState(() => page.Markup.Contains("Waiting for the indexer", StringComparison.Ordinal));

        await using (var db = await room.OpenAsync())
        {
            await db.Datasets.ExecuteUpdateAsync(s => s.SetProperty(d => d.State, DatasetState.Working));
        }

        using (var activity = await room.Get<DatasetActivities>().BeginWhenFreeAsync(id, CancellationToken.None))
        {
            activity.Report(new(DatasetPhase.Drawing, 2, 6, 0));
            page.WaitForState(() => page.Markup.Contains("Drawing 2 of 6 images", StringComparison.Ordinal), TimeSpan.FromSeconds(10));
        }

        await using (var db = await room.OpenAsync())
        {
            await db.Datasets.ExecuteUpdateAsync(s => s.SetProperty(d => d.State, DatasetState.Pending));
        }

        await room.WorkAsync();
        page.WaitForState(() => page.FindAll("[data-state=Ready]").Count == 1, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_wrong_folder_is_explained_beside_the_field_and_a_right_one_is_added()
    {
        var folder = TestImages.Tree(Path.Combine(room.Folder, "wrists"));
        context.Services.GetRequiredService<NavigationManager>().NavigateTo("/datasets?add=folder");
        var page = context.Render<DatasetsPage>();
        await page.WaitForElement("#folder-path").InputAsync("wrists");
        await page.Find("[data-testid=add-folder]").SubmitAsync();

        page.WaitForState(() => page.Find("[data-testid=add-folder]").TextContent.Contains("Give the full path", StringComparison.Ordinal));
        await page.Find("#folder-path").InputAsync(folder);
        Assert.Equal("wrists", page.Find("#folder-name").GetAttribute("value"));
        await page.Find("[data-testid=add-folder]").SubmitAsync();

        page.WaitForState(() => room.Queued.Count == 1);
        Assert.EndsWith("/datasets", context.Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_removal_dialog_says_what_goes_and_what_stays()
    {
        var folder = TestImages.Tree(Path.Combine(room.Folder, "set"));
        var dataset = await room.AddFolderAsync(folder, "Wrists");
        var parameters = new DialogParameters<RemoveDatasetDialog> { { d => d.DatasetId, dataset.Id } };

        await dialogs.InvokeAsync(() => context.Services.GetRequiredService<IDialogService>().ShowAsync<RemoveDatasetDialog>("Remove data set", parameters));
        dialogs.WaitForElement("[data-testid=remove-goes]");

        Assert.DoesNotContain(folder, dialogs.Find("[data-testid=remove-goes]").TextContent, StringComparison.Ordinal);
        Assert.Contains(folder, dialogs.Find("[data-testid=remove-stays]").TextContent, StringComparison.Ordinal);
        await dialogs.Find("[data-testid=remove-confirm]").ClickAsync();
        dialogs.WaitForState(() => dialogs.FindAll("[data-testid=remove-confirm]").Count == 0);
        Assert.True(Directory.Exists(folder));
        await using var db = await room.OpenAsync();
        Assert.False(await db.Datasets.AnyAsync());
    }

    [Fact]
    public async Task Skipped_files_are_paged_and_searched_by_the_server()
    {
        var folder = TestImages.Tree(Path.Combine(room.Folder, "set"));
        for (var i = 0; i < 60; i++)
        {
            TestImages.Write(folder, $"train/fractured/bad_{i:00}.png", "no image"u8.ToArray());
        }

        var dataset = await room.AddFolderAsync(folder);
        var page = context.Render<SkippedFilesPage>(p => p.Add(x => x.Id, dataset.Id));
        page.WaitForState(() => page.FindAll("[data-testid=skipped-table] tbody tr").Count == DatasetReader.SkippedPageSize);
        var reader = room.Get<DatasetReader>();

        Assert.Equal(10, (await reader.SkippedAsync(dataset.Id, "", 2, CancellationToken.None)).Files.Count);
        Assert.Equal(10, (await reader.SkippedAsync(dataset.Id, "bad_1", 1, CancellationToken.None)).Total);
        Assert.Equal(0, (await reader.SkippedAsync(dataset.Id, "bad%1", 1, CancellationToken.None)).Total);
    }

    [Fact]
    public async Task Files_in_quarantine_are_put_back_from_the_dialog_before_a_set_goes()
    {
        var folder = TestImages.Tree(Path.Combine(room.Folder, "set"));
        var dataset = await room.AddFolderAsync(folder);
        await room.Get<QuarantineService>().PutAsideAsync(dataset.Id, ["train/fractured/a.png", "train/fractured/b.png"], "why", CancellationToken.None);
        await room.WorkAsync();
        var parameters = new DialogParameters<RemoveDatasetDialog> { { d => d.DatasetId, dataset.Id } };

        await dialogs.InvokeAsync(() => context.Services.GetRequiredService<IDialogService>().ShowAsync<RemoveDatasetDialog>("Remove data set", parameters));

        Assert.Contains("2 of your files lie in quarantine", dialogs.WaitForElement("[data-testid=remove-quarantined]").TextContent, StringComparison.Ordinal);
        Assert.True(dialogs.Find("[data-testid=remove-confirm]").HasAttribute("disabled"));
        await dialogs.Find("[data-testid=remove-restore]").ClickAsync();
        dialogs.WaitForState(() => dialogs.FindAll("[data-testid=remove-quarantined]").Count == 0, TimeSpan.FromSeconds(10));
        Assert.Equal(12, Directory.EnumerateFiles(folder, "*.png", SearchOption.AllDirectories).Count());
        await dialogs.Find("[data-testid=remove-confirm]").ClickAsync();
        dialogs.WaitForState(() => dialogs.FindAll("[data-testid=remove-confirm]").Count == 0, TimeSpan.FromSeconds(10));
        await using var db = await room.OpenAsync();
        Assert.False(await db.Datasets.AnyAsync());
    }

    [Fact]
    public void An_unknown_data_set_has_no_skipped_files()
    {
        var page = context.Render<SkippedFilesPage>(p => p.Add(x => x.Id, 99));

        page.WaitForState(() => page.Markup.Contains("There is no such data set", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_overview_leads_from_nothing_to_the_next_step()
    {
        var page = context.Render<Overview>();
        page.WaitForElement("[data-testid=overview-add]");

        var dataset = await room.AddFolderAsync(TestImages.Tree(Path.Combine(room.Folder, "set")), "Wrists");
        page.WaitForElement("[data-testid=overview-browse]", TimeSpan.FromSeconds(10));

        Assert.Equal($"/datasets/{dataset.Id}", page.Find("[data-testid=overview-browse]").GetAttribute("href"));
        Assert.Equal($"/experiments/new?dataset={dataset.Id}", page.Find("[data-testid=overview-train]").GetAttribute("href"));
    }

    [Fact]
    public async Task The_overview_shows_runs_with_their_honest_number()
    {
        var dataset = await room.AddFolderAsync(TestImages.Tree(Path.Combine(room.Folder, "set")), "Wrists");
        await using (var db = await room.OpenAsync())
        {
            var run = TestRuns.Of(dataset, "Baseline", RunState.Completed);
            (run.BestValidationAccuracy, run.ValidationAccuracyWithoutTwins) = (0.96, 0.775);
            db.Runs.Add(run);
            await db.SaveChangesAsync();
        }

        var page = context.Render<Overview>();
        var table = page.WaitForElement("[data-testid=overview-runs]").TextContent;

        Assert.Contains("96.0 %", table, StringComparison.Ordinal);
        Assert.Contains("77.5 % without twins", table, StringComparison.Ordinal);
        Assert.Contains("Completed", table, StringComparison.Ordinal);
    }
}
