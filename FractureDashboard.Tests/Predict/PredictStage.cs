using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using FractureDashboard.Live;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Explanation;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Training;
using FractureDashboard.Predict;
using FractureDashboard.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Label = FractureDashboard.ML.Datasets.Label;

namespace FractureDashboard.Tests.Predict;

/// <summary>The room's services over a real database in a folder of their own; only the model is a stand-in.</summary>
internal sealed class PredictStage : IAsyncDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("fd-predict-").FullName;
    private readonly ServiceProvider services;

    private PredictStage()
    {
        Paths = new AppPaths(Path.Combine(root, "data"));
        services = Configure(new ServiceCollection().AddLogging()).BuildServiceProvider();
    }

    public AppPaths Paths { get; }

    public FakeLoader Loader { get; } = new();

    public PredictionService Service => Get<PredictionService>();

    public PredictionArchive Archive => Get<PredictionArchive>();

    public PredictionHistory History => Get<PredictionHistory>();

    public static async Task<PredictStage> OpenAsync()
    {
        var stage = new PredictStage();
        await stage.services.MigrateDatabaseAsync();
        return stage;
    }

    public IServiceCollection Configure(IServiceCollection collection) =>
        collection.AddSingleton(TimeProvider.System).AddStorage(Paths).AddSingleton<LiveEvents>().AddSingleton<IModelLoader>(Loader).AddPredict();

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    public Task<DashboardContext> DatabaseAsync() => Get<IDbContextFactory<DashboardContext>>().CreateDbContextAsync();

    public async Task<Run> AddRunAsync(
        string name = "Baseline", double? accuracy = 0.9, DatasetKind kind = DatasetKind.Folder, RunState state = RunState.Completed, string? weights = "ab12", int? datasetId = null)
    {
        await using var db = await DatabaseAsync();
        var run = new Run
        {
            Name = name,
            DatasetId = datasetId,
            DatasetName = "Bones",
            DatasetKind = kind,
            Fingerprint = "f",
            Model = "baseline-cnn",
            Augmentation = "off",
            OptionsJson = JsonSerializer.Serialize(new TrainingOptions { ImageSize = 64 }),
            OptionsHash = "h",
            State = state,
            BestValidationAccuracy = accuracy,
            WeightsHash = weights,
            CreatedUtc = DateTime.UtcNow,
        };
        db.Runs.Add(run);
        await db.SaveChangesAsync();
        return run;
    }

    /// <summary>Registers a data set with one image, whose file is written below its root.</summary>
    public async Task<DatasetImage> AddImageAsync(byte[] content, Label label, Split split = Split.Test, string dataset = "Bones")
    {
        await using var db = await DatabaseAsync();
        var folder = Path.Combine(root, "sets", dataset);
        Directory.CreateDirectory(folder);
        var set = await db.Datasets.FirstOrDefaultAsync(d => d.Name == dataset)
            ?? db.Datasets.Add(new Dataset { Name = dataset, Root = folder, State = DatasetState.Ready }).Entity;
        await db.SaveChangesAsync();
        var name = $"{Guid.NewGuid():N}.png";
        await File.WriteAllBytesAsync(Path.Combine(folder, name), content);
        var image = new DatasetImage
        {
            DatasetId = set.Id,
            RelativePath = name,
            Label = label,
            Split = split,
            Format = ImageFormat.Png,
            Bytes = content.Length,
            ContentHash = Hash(content),
            Width = 96,
            Height = 64,
        };
        db.Images.Add(image);
        await db.SaveChangesAsync();
        return image;
    }

    public async Task<PredictionResult> AnswerAsync(byte[] content, int runId, string name = "wrist.png", double threshold = 0.5)
    {
        var outcome = await Service.PredictUploadAsync(new MemoryStream(content), name, runId, threshold, CancellationToken.None);
        return outcome.Result ?? throw new InvalidOperationException(outcome.Error!.Message);
    }

    /// <summary>Every file kept or on its way, relative to the data folder, without the database.</summary>
    public IReadOnlyList<string> Files() =>
    [
        .. new[] { Paths.Predictions, Paths.Temporary }
            .SelectMany(f => Directory.EnumerateFiles(f, "*", SearchOption.AllDirectories))
            .Select(f => Path.GetRelativePath(Paths.Root, f)),
    ];

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(root, recursive: true);
    }

    public static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}

/// <summary>Hands out models that answer what the test wants, and keeps account of them.</summary>
internal sealed class FakeLoader : IModelLoader
{
    public ConcurrentQueue<FakeModel> Loaded { get; } = new();

    /// <summary>What every model answers.</summary>
    public float Score { get; set; } = 0.8f;

    /// <summary>Runs before a model is handed out; a test lets it wait or fail.</summary>
    public Func<FinishedRun, CancellationToken, Task> OnLoad { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Runs before a model answers.</summary>
    public Func<Task> OnPredict { get; set; } = () => Task.CompletedTask;

    public async Task<ILoadedModel> LoadAsync(FinishedRun run, CancellationToken cancellationToken)
    {
        await OnLoad(run, cancellationToken);
        var model = new FakeModel(run.Id, this);
        Loaded.Enqueue(model);
        return model;
    }
}

/// <summary>A model that remembers what it was asked.</summary>
internal sealed class FakeModel(int runId, FakeLoader loader) : ILoadedModel
{
    public int RunId { get; } = runId;

    public bool IsDisposed { get; private set; }

    public PixelImage? Asked { get; private set; }

    /// <summary>Images whose embedding was asked for.</summary>
    public int Embedded { get; private set; }

    public async Task<float> PredictAsync(PixelImage image, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        Asked = image;
        await loader.OnPredict();
        return loader.Score;
    }

    /// <summary>Brightest in the last pixel.</summary>
    public Task<HeatMap> ExplainAsync(PixelImage image, ExplanationMethod method, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        var values = new float[image.Width * image.Height];
        values[^1] = method == ExplanationMethod.Occlusion ? 0 : 1;
        return Task.FromResult(new HeatMap(image.Width, image.Height, values, method, ["A note."]));
    }

    /// <summary>The mean brightness and what is missing to white: pictures of one brightness point the same way.</summary>
    public Task<float[][]> EmbedAsync(IReadOnlyList<PixelImage> images, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        Embedded += images.Count;
        return Task.FromResult<float[][]>([.. images.Select(i => new[] { (float)i.Pixels.Average(p => p), 255 - (float)i.Pixels.Average(p => p) })]);
    }

    public void Dispose()
    {
        Assert.False(IsDisposed, "A model was disposed twice.");
        IsDisposed = true;
    }
}
