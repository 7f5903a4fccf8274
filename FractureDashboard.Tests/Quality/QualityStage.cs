using Bunit;
using FractureDashboard.Jobs;
using FractureDashboard.Live;
using FractureDashboard.Quality;
using FractureDashboard.Quality.Impact;
using FractureDashboard.Shell;
using FractureDashboard.Storage;
using FractureDashboard.Tests.Datasets;
using Hangfire;
using Hangfire.Common;
using Hangfire.States;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MudBlazor;
using MudBlazor.Services;

namespace FractureDashboard.Tests.Quality;

/// <summary>The pages about quality on a real database and real files; queued work is done when a test says so.</summary>
public sealed class QualityStage : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly BunitContext bunit = new();
    private readonly QueuedWork work = new();
    private readonly IRenderedComponent<MudDialogProvider> dialogs;
    private readonly IRenderedComponent<MudSnackbarProvider> snackbars;

    private QualityStage()
    {
        Folder = Directory.CreateTempSubdirectory("fd-quality-").FullName;
        bunit.JSInterop.Mode = JSRuntimeMode.Loose;
        bunit.ComponentFactories.AddStub<EvaluationImpact>();
        bunit.Services.AddLogging();
        bunit.Services.AddMudServices();
        bunit.Services.AddScoped<LocalClock>();
        bunit.Services.AddStorage(new AppPaths(Path.Combine(Folder, "data")));
        DatasetRoom.Register(bunit.Services, work);
        bunit.Services.TryAddSingleton(new AutomaticScanOptions(Enabled: false));
        bunit.Services.TryAddSingleton<AutomaticScans>();
        bunit.Services.TryAddSingleton<QualityActivities>();
        bunit.Services.TryAddSingleton<QualityQueue>();
        bunit.Services.AddQuality();
        bunit.Render<MudPopoverProvider>();
        dialogs = bunit.Render<MudDialogProvider>();
        snackbars = bunit.Render<MudSnackbarProvider>();
    }

    /// <summary>Everything the test writes lies here.</summary>
    public string Folder { get; }

    /// <summary>The data set of <see cref="TestImages.Tree"/>: twelve images, two in each split and class.</summary>
    public Dataset Set { get; private set; } = null!;

    public string Address => bunit.Services.GetRequiredService<NavigationManager>().Uri;

    public IDbContextFactory<DashboardContext> Databases => Get<IDbContextFactory<DashboardContext>>();

    /// <summary>Scans that wait for their worker.</summary>
    public IReadOnlyCollection<int> QueuedScans => work.Scans;

    public static async Task<QualityStage> OpenAsync()
    {
        var stage = new QualityStage();
        await stage.bunit.Services.GetRequiredService<IServiceProvider>().MigrateDatabaseAsync();
        var added = await stage.Get<FractureDashboard.Datasets.DatasetRegistry>().AddFolderAsync("Set", TestImages.Tree(Path.Combine(stage.Folder, "set")), CancellationToken.None);
        Assert.Null(added.Problem);
        await stage.WorkAsync();
        stage.Set = await stage.ReadAsync(added.Id!.Value);
        return stage;
    }

    public T Get<T>()
        where T : notnull => bunit.Services.GetRequiredService<T>();

    /// <summary>Opens a page of the data set.</summary>
    public IRenderedComponent<TPage> Open<TPage>(string below, int? id = null)
        where TPage : QualityPageBase
    {
        Get<NavigationManager>().NavigateTo($"/datasets/{id ?? Set.Id}/quality{below}");
        return bunit.Render<TPage>(p => p.Add(x => x.Id, id ?? Set.Id));
    }

    /// <summary>Indexes what is queued, as the background worker would.</summary>
    public async Task WorkAsync()
    {
        while (work.TryTakeIndexing(out var id))
        {
            await Get<DatasetWorker>().ExecuteAsync(id, CancellationToken.None);
        }
    }

    public async Task<Dataset> ReadAsync(int id)
    {
        await using var db = await Databases.CreateDbContextAsync();
        return await db.Datasets.AsNoTracking().SingleAsync(d => d.Id == id);
    }

    public async Task ChangeAsync(Func<DashboardContext, Task> change)
    {
        await using (var db = await Databases.CreateDbContextAsync())
        {
            await change(db);
            await db.SaveChangesAsync();
        }

        Get<LiveEvents>().Signal(Topics.Quality(Set.Id));
    }

    /// <summary>Fills in the dialog that is open and confirms it.</summary>
    public async Task ConfirmAsync(string? reason = null)
    {
        dialogs.WaitForAssertion(() => Assert.NotEmpty(dialogs.FindAll("[data-testid=reason]")), Patience);
        if (reason is not null)
        {
            await dialogs.InvokeAsync(() => dialogs.Find("[data-testid=reason]").InputAsync(new ChangeEventArgs { Value = reason }));
        }

        await ClickAsync(dialogs, "[data-testid=reason-confirm], [data-testid=move-confirm]");
    }

    /// <summary>Clicks on what is there now: between finding and clicking nothing may render.</summary>
    public static Task ClickAsync<T>(IRenderedComponent<T> component, string selector)
        where T : IComponent => component.InvokeAsync(() => component.Find(selector).ClickAsync(new()));

    /// <summary>What the open dialog says.</summary>
    public string Dialog()
    {
        dialogs.WaitForAssertion(() => Assert.NotEmpty(dialogs.FindAll("[data-testid=reason]")), Patience);
        return dialogs.Markup;
    }

    /// <summary>Chooses in a list of the open dialog.</summary>
    public Task ChooseAsync<T>(string label, T value) => dialogs.InvokeAsync(() =>
        dialogs.FindComponents<MudSelect<T>>().Single(s => s.Instance.Label == label).Instance.ValueChanged.InvokeAsync(value));

    /// <summary>Waits until a message is shown.</summary>
    public void Says(string text) => snackbars.WaitForAssertion(() => Assert.Contains(text, snackbars.Markup, StringComparison.Ordinal), Patience);

    /// <summary>Takes back what the message with a text tells of.</summary>
    public async Task UndoAsync(string text)
    {
        Says(text);
        await WorkAsync();
        var bar = Get<ISnackbar>().ShownSnackbars.Single(s => s.Message?.ToString()?.Contains(text, StringComparison.Ordinal) == true);
        Assert.NotNull(bar);
        var button = snackbars.FindAll(".mud-snackbar").Single(s => s.TextContent.Contains(text, StringComparison.Ordinal)).QuerySelector(".mud-snackbar-action-button, .mud-snackbar-content-action button");
        Assert.NotNull(button);
        await button.ClickAsync(new());
        await WorkAsync();
    }

    public static void Eventually(IRenderedComponent<IComponent> page, Action assertion) => page.WaitForAssertion(assertion, Patience);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await bunit.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Takes the place of Hangfire.</summary>
    private sealed class QueuedWork : IBackgroundJobClient
    {
        private readonly Queue<int> indexings = new();
        private readonly Queue<int> scans = new();

        public IReadOnlyCollection<int> Scans => scans;

        public bool TryTakeIndexing(out int id) => indexings.TryDequeue(out id);

        public string Create(Job job, IState state)
        {
            (job.Type == typeof(DatasetWorker) ? indexings : scans).Enqueue((int)job.Args[0]);
            return $"{indexings.Count + scans.Count}";
        }

        public bool ChangeState(string jobId, IState state, string expectedState) => throw new NotSupportedException();
    }
}
