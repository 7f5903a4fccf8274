using FractureDashboard.Datasets;
using FractureDashboard.Jobs;
using FractureDashboard.Live;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Quality;
using FractureDashboard.Storage;
using Hangfire;
using Hangfire.Common;
using Hangfire.States;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FractureDashboard.Tests.Datasets;

/// <summary>The services of the data sets on a real database in a temporary folder; queued work runs when a test says so.</summary>
public sealed class DatasetRoom : IAsyncDisposable
{
    private readonly ServiceProvider services;
    private readonly RecordingJobs jobs = new();

    private DatasetRoom(Action<IServiceCollection>? configure)
    {
        Folder = Directory.CreateTempSubdirectory("fd-datasets-").FullName;
        var collection = new ServiceCollection();
        collection.AddLogging();
        collection.AddStorage(new AppPaths(Path.Combine(Folder, "data")));
        Register(collection, jobs);
        configure?.Invoke(collection);
        services = collection.BuildServiceProvider();
    }

    /// <summary>Everything the test writes lies here.</summary>
    public string Folder { get; }

    public AppPaths Paths => Get<AppPaths>();

    public DatasetRegistry Registry => Get<DatasetRegistry>();

    /// <summary>Data sets that wait for the worker.</summary>
    public IReadOnlyCollection<int> Queued => jobs.Queued;

    /// <summary>Scans that wait for their worker.</summary>
    public IReadOnlyCollection<int> QueuedScans => jobs.QueuedScans;

    public static async Task<DatasetRoom> CreateAsync(Action<IServiceCollection>? configure = null)
    {
        var room = new DatasetRoom(configure);
        await room.services.MigrateDatabaseAsync();
        return room;
    }

    public static void Register(IServiceCollection services, IBackgroundJobClient jobs)
    {
        services.AddSingleton(jobs);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<LiveEvents>();
        services.AddSingleton<ImageDecoder>();
        services.AddSingleton<DatasetCatalog>();
        services.AddSingleton<DatasetActivities>();
        services.AddSingleton<DatasetQueue>();
        services.AddSingleton<DatasetFiles>();
        services.AddSingleton<DatasetIndexStore>();
        services.AddSingleton<DatasetWorker>();
        services.AddSingleton<DatasetReader>();
        services.AddSingleton<DatasetRegistry>();
        services.AddSingleton<DerivedFiles>();
        services.AddSingleton<DatasetRemoval>();
        services.AddQualityActions();
        services.AddSingleton(new AutomaticScanOptions(Enabled: false));
        services.AddSingleton<QualityScanner>();
        services.AddSingleton<ScanEngine>(p => p.GetRequiredService<QualityScanner>().Scan);
        services.AddSingleton<QualityActivities>();
        services.AddSingleton<QualityQueue>();
        services.AddSingleton<QualityStore>();
        services.AddSingleton<ScanInputs>();
        services.AddSingleton<AutomaticScans>();
        services.AddSingleton<QualityWorker>();
        services.AddOptions<DatasetUploadOptions>();
    }

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    public Task<DashboardContext> OpenAsync() => Get<IDbContextFactory<DashboardContext>>().CreateDbContextAsync();

    /// <summary>Does what is queued, as the background worker would.</summary>
    public async Task WorkAsync(CancellationToken shutdown = default)
    {
        while (jobs.TryTake(out var id))
        {
            await Get<DatasetWorker>().ExecuteAsync(id, shutdown);
        }
    }

    /// <summary>Scans what waits to be scanned, as the background worker would.</summary>
    public async Task ScanAsync(CancellationToken shutdown = default)
    {
        while (jobs.TryTakeScan(out var id))
        {
            await Get<QualityWorker>().ExecuteAsync(id, shutdown);
        }
    }

    /// <summary>Registers a folder and indexes it.</summary>
    public async Task<Dataset> AddFolderAsync(string folder, string name = "Set")
    {
        var result = await Registry.AddFolderAsync(name, folder, CancellationToken.None);
        Assert.Null(result.Problem);
        await WorkAsync();
        return await FindAsync(result.Id!.Value);
    }

    public async Task<Dataset> ReindexAsync(int id)
    {
        Assert.True(await Get<DatasetQueue>().ReindexAsync(id, CancellationToken.None));
        await WorkAsync();
        return await FindAsync(id);
    }

    public async Task<Dataset> FindAsync(int id)
    {
        await using var db = await OpenAsync();
        return await db.Datasets.AsNoTracking().SingleAsync(d => d.Id == id);
    }

    public async Task<IReadOnlyList<DatasetImage>> ImagesAsync(int id)
    {
        await using var db = await OpenAsync();
        return await db.Images.AsNoTracking().Where(i => i.DatasetId == id).OrderBy(i => i.RelativePath).ToListAsync();
    }

    public async Task<IReadOnlyList<DatasetSkippedFile>> SkippedAsync(int id)
    {
        await using var db = await OpenAsync();
        return await db.SkippedFiles.AsNoTracking().Where(s => s.DatasetId == id).OrderBy(s => s.RelativePath).ToListAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Takes the place of Hangfire: remembers what was queued.</summary>
    public sealed class RecordingJobs : IBackgroundJobClient
    {
        private readonly Queue<int> waiting = new();
        private readonly Queue<int> scans = new();

        public IReadOnlyCollection<int> Queued => waiting;

        public IReadOnlyCollection<int> QueuedScans => scans;

        public bool TryTake(out int id) => waiting.TryDequeue(out id);

        public bool TryTakeScan(out int id) => scans.TryDequeue(out id);

        public string Create(Job job, IState state)
        {
            Assert.True(job.Type == typeof(DatasetWorker) || job.Type == typeof(QualityWorker), $"Nobody works on {job.Type}.");
            var queue = job.Type == typeof(DatasetWorker) ? waiting : scans;
            queue.Enqueue((int)job.Args[0]);
            return $"{queue.Count}";
        }

        public bool ChangeState(string jobId, IState state, string expectedState) => throw new NotSupportedException();
    }
}
