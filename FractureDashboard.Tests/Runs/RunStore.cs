using FractureDashboard.Jobs;
using FractureDashboard.Live;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Training;
using FractureDashboard.Storage;
using Hangfire;
using Hangfire.Common;
using Hangfire.States;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FractureDashboard.Tests.Runs;

/// <summary>A database and folders of its own, on disk as in life, gone at the end.</summary>
internal sealed class RunStore : IAsyncDisposable
{
    private readonly ServiceProvider services;

    private RunStore(string root)
    {
        Root = root;
        Paths = new AppPaths(root);
        services = new ServiceCollection().AddStorage(Paths).BuildServiceProvider();
        Databases = services.GetRequiredService<IDbContextFactory<DashboardContext>>();
        Queue = new RunQueue(Databases, Jobs, Cancellations, Live, TimeProvider.System);
    }

    public string Root { get; }

    public AppPaths Paths { get; }

    public IDbContextFactory<DashboardContext> Databases { get; }

    public LiveEvents Live { get; } = new();

    public RecordedJobs Jobs { get; } = new();

    public RunCancellations Cancellations { get; } = new();

    public RunQueue Queue { get; }

    public static async Task<RunStore> CreateAsync()
    {
        var store = new RunStore(Directory.CreateTempSubdirectory("fd-runs-").FullName);
        await store.services.MigrateDatabaseAsync();
        return store;
    }

    public async Task<int> AddDatasetAsync(string name = "Wrists", DatasetState state = DatasetState.Ready, DatasetKind kind = DatasetKind.Folder, params (string Path, Split Split, string Hash)[] images)
    {
        await using var db = await Databases.CreateDbContextAsync();
        var dataset = new Dataset { Name = name, Root = Path.Combine(Root, name), State = state, Kind = kind, Version = 1, Fingerprint = new string('f', 64) };
        db.Datasets.Add(dataset);
        await db.SaveChangesAsync();
        db.Images.AddRange(images.Select(i => new DatasetImage
        {
            DatasetId = dataset.Id,
            RelativePath = i.Path,
            Split = i.Split,
            Label = Label.Fractured,
            Format = ImageFormat.Png,
            ContentHash = i.Hash,
            Bytes = 100,
            Width = 8,
            Height = 8,
        }));
        await db.SaveChangesAsync();
        return dataset.Id;
    }

    public async Task<int> AddRunAsync(string name = "Run", RunState state = RunState.Completed, Action<Run>? set = null, TrainingOptions? options = null)
    {
        options ??= new TrainingOptions();
        await using var db = await Databases.CreateDbContextAsync();
        var run = new Run
        {
            Name = name,
            DatasetName = "Wrists",
            Fingerprint = "f",
            Model = options.Model,
            Augmentation = AugmentationText.Describe(options.Augmentation),
            OptionsJson = System.Text.Json.JsonSerializer.Serialize(options, RunQueue.Json),
            OptionsHash = "h",
            Epochs = options.Epochs,
            Seed = options.Seed,
            State = state,
            CreatedUtc = DateTime.UtcNow,
        };
        set?.Invoke(run);
        db.Runs.Add(run);
        await db.SaveChangesAsync();
        return run.Id;
    }

    public async Task<Run> FindRunAsync(int id)
    {
        await using var db = await Databases.CreateDbContextAsync();
        return await db.Runs.AsNoTracking().SingleAsync(r => r.Id == id);
    }

    public async Task ChangeAsync(Func<DashboardContext, Task> change)
    {
        await using var db = await Databases.CreateDbContextAsync();
        await change(db);
        await db.SaveChangesAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(Root, recursive: true);
    }
}

/// <summary>Remembers what was queued instead of running it.</summary>
internal sealed class RecordedJobs : IBackgroundJobClient
{
    public List<int> RunIds { get; } = [];

    /// <inheritdoc />
    public string Create(Job job, IState state)
    {
        RunIds.Add((int)job.Args[0]);
        return "1";
    }

    /// <inheritdoc />
    public bool ChangeState(string jobId, IState state, string expectedState) => true;
}
