using FractureDashboard.Jobs;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Training;
using FractureDashboard.Storage;
using FractureDashboard.Tests.ML.Training;
using FractureDashboard.Tests.Runs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace FractureDashboard.Tests.Jobs;

/// <summary>A store with a small synthetic data set, in which one test image is a copy of a training image, and a run trained on it.</summary>
public sealed class EvaluationStage : IAsyncDisposable
{
    private readonly RunStore store;

    private EvaluationStage(RunStore store) => this.store = store;

    internal static TrainingOptions Options { get; } = TrainerHarness.Quick with { Epochs = 1 };

    internal RunStore Store => store;

    internal EvaluationQueue Queue { get; private set; } = null!;

    internal ShortcutProbe Probe { get; private set; } = null!;

    public int DatasetId { get; private set; }

    public int RunId { get; private set; }

    public string Root => Path.Combine(store.Root, "set");

    /// <summary>The copy in the test split.</summary>
    public string Twin { get; private set; } = "";

    internal IReadOnlyList<ImageRecord> Images { get; private set; } = [];

    internal TrainingResult Result { get; private set; } = null!;

    public static async Task<EvaluationStage> CreateAsync(bool trains = true)
    {
        var stage = new EvaluationStage(await RunStore.CreateAsync());
        stage.Queue = new EvaluationQueue(stage.store.Databases, stage.store.Jobs, stage.store.Live, TimeProvider.System);
        stage.Probe = new ShortcutProbe(stage.store.Databases, stage.Queue, stage.store.Live);
        PhantomGenerator.Generate(stage.Root, new PhantomOptions(Images: 48, Size: 128), null, CancellationToken.None);
        var first = Directory.GetFiles(Path.Combine(stage.Root, "train", "fractured")).Order(StringComparer.Ordinal).First();
        stage.Twin = $"test/fractured/copy{Path.GetExtension(first)}";
        File.Copy(first, Path.Combine(stage.Root, stage.Twin));
        var catalog = new DatasetCatalog(new ImageDecoder()).Index(stage.Root, new Dictionary<string, ImageRecord>(), null, CancellationToken.None);
        stage.Images = catalog.Images;
        await stage.store.ChangeAsync(async db =>
        {
            var dataset = new Dataset { Name = "Phantoms", Root = stage.Root, State = DatasetState.Ready, Kind = DatasetKind.Synthetic, Version = 1, Fingerprint = catalog.Fingerprint };
            db.Datasets.Add(dataset);
            await db.SaveChangesAsync();
            stage.DatasetId = dataset.Id;
            db.DatasetVersions.Add(new DatasetVersion { DatasetId = dataset.Id, Number = 1, Name = "Folders", Fingerprint = catalog.Fingerprint });
            db.Images.AddRange(catalog.Images.Select(i => Row(dataset.Id, i)));
        });
        stage.RunId = await stage.store.AddRunAsync(options: Options, set: r => (r.DatasetId, r.DatasetVersion, r.Fingerprint) = (stage.DatasetId, 1, catalog.Fingerprint));
        if (trains)
        {
            await stage.TrainAsync(catalog.Fingerprint);
        }

        return stage;
    }

    internal EvaluationWorker Worker() =>
        new(store.Databases, store.Paths, new ImageDecoder(), Queue, Probe, store.Live, TimeProvider.System, NullLogger<EvaluationWorker>.Instance);

    /// <summary>Does what is queued.</summary>
    public async Task WorkAsync(CancellationToken shutdown = default)
    {
        foreach (var id in store.Jobs.RunIds.ToArray())
        {
            await Worker().ExecuteAsync(id, shutdown);
        }

        store.Jobs.RunIds.Clear();
    }

    public async Task<Evaluation> FindAsync(int id)
    {
        await using var db = await store.Databases.CreateDbContextAsync();
        return await db.Evaluations.AsNoTracking().SingleAsync(e => e.Id == id);
    }

    public async Task<IReadOnlyList<EvaluationScore>> ScoresAsync(int id)
    {
        await using var db = await store.Databases.CreateDbContextAsync();
        return await db.EvaluationScores.AsNoTracking().Where(s => s.EvaluationId == id).OrderBy(s => s.RelativePath).ToListAsync();
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();

    private static DatasetImage Row(int datasetId, ImageRecord i) => new()
    {
        DatasetId = datasetId,
        RelativePath = i.RelativePath,
        Split = i.Split,
        Label = i.Label,
        Format = i.Format,
        Bytes = i.Bytes,
        ModifiedUtc = i.ModifiedUtc,
        ContentHash = i.ContentHash,
        Width = i.Width,
        Height = i.Height,
    };

    private async Task TrainAsync(string fingerprint)
    {
        var directory = Directory.CreateDirectory(store.Paths.Run(RunId)).FullName;
        await using var db = await store.Databases.CreateDbContextAsync();
        var run = await db.Runs.SingleAsync(r => r.Id == RunId);
        var manifest = await RunManifest.LoadAsync(db, run, directory, CancellationToken.None);
        Result = new Trainer(new ImageDecoder(), TimeProvider.System).Run(
            new TrainingJob(Options, Root, fingerprint, manifest, directory, store.Paths.Cache), new RecordingSink(), CancellationToken.None);
        run.WeightsHash = Result.WeightsHash;
        await db.SaveChangesAsync();
    }
}
