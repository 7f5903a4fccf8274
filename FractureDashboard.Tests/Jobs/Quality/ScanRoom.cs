using FractureDashboard.Jobs;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Quality;
using FractureDashboard.Storage;
using FractureDashboard.Tests.Datasets;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FractureDashboard.Tests.Jobs;

/// <summary>A registered data set to scan, with an engine that a test can take the place of.</summary>
internal sealed class ScanRoom : IAsyncDisposable
{
    private static readonly QualityScanner Real = new(new ImageDecoder());

    private ScanRoom(DatasetRoom room, Dataset dataset, ScanEngineSwitch engine)
    {
        (Room, Dataset) = (room, dataset);
        Engine = engine;
    }

    public DatasetRoom Room { get; }

    public Dataset Dataset { get; }

    public ScanEngineSwitch Engine { get; }

    public QualityQueue Queue => Room.Get<QualityQueue>();

    /// <summary>The reference tree of twelve sound images, with what a test adds.</summary>
    public static async Task<ScanRoom> CreateAsync(Action<string>? arrange = null, bool automatic = false)
    {
        var engine = new ScanEngineSwitch { Current = Files };
        var room = await DatasetRoom.CreateAsync(s =>
        {
            s.AddSingleton<ScanEngine>((request, facts, progress, found, ct) => engine.Current(request, facts, progress, found, ct));
            s.AddSingleton(new AutomaticScanOptions(automatic));
        });
        var root = TestImages.Tree(Path.Combine(room.Folder, "set"));
        arrange?.Invoke(root);
        return new(room, await room.AddFolderAsync(root), engine);
    }

    /// <summary>The real engine, but for sources: those are searched in tests of their own.</summary>
    public static ScanResult Files(ScanRequest request, IFileFactsStore facts, Action<ScanProgress>? progress, Action<QualityFinding>? found, CancellationToken cancellationToken) =>
        Real.Scan(request with { FindSources = false }, facts, progress, found, cancellationToken);

    /// <summary>Looks at the first files, then waits until it is stopped.</summary>
    public static ScanEngine StuckAfter(int files, TaskCompletionSource stuck) => (request, facts, progress, found, cancellationToken) =>
    {
        Files(request with { Files = [.. request.Files.Take(files)] }, facts, progress, found, CancellationToken.None);
        stuck.SetResult();
        cancellationToken.WaitHandle.WaitOne();
        throw new OperationCanceledException(cancellationToken);
    };

    /// <summary>Asks for a scan and has it done.</summary>
    public async Task<QualityScanRow> ScanAsync()
    {
        var id = await StartAsync();
        await Room.ScanAsync();
        return await FindAsync(id);
    }

    public async Task<int> StartAsync()
    {
        var result = await Queue.StartAsync(Dataset.Id, CancellationToken.None);
        Assert.Null(result.Problem);
        return result.ScanId!.Value;
    }

    public async Task<QualityScanRow> FindAsync(int scanId)
    {
        await using var db = await Room.OpenAsync();
        return await db.QualityScans.AsNoTracking().SingleAsync(s => s.Id == scanId);
    }

    public async Task<IReadOnlyList<QualityFindingRow>> FindingsAsync()
    {
        await using var db = await Room.OpenAsync();
        return await db.QualityFindings.AsNoTracking().OrderBy(f => f.Id).ToListAsync();
    }

    public async Task<T> ReadAsync<T>(Func<DashboardContext, Task<T>> read)
    {
        await using var db = await Room.OpenAsync();
        return await read(db);
    }

    public string Write(string relativePath, byte[] content) => TestImages.Write(Dataset.Root, relativePath, content);

    public ValueTask DisposeAsync() => Room.DisposeAsync();

    /// <summary>The engine that scans just now.</summary>
    public sealed class ScanEngineSwitch
    {
        public required ScanEngine Current { get; set; }
    }
}
