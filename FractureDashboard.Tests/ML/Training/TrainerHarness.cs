using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Training;

namespace FractureDashboard.Tests.ML.Training;

/// <summary>Trains on a small set in folders of its own.</summary>
internal sealed class TrainerHarness(PhantomSet set) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TrainingOptions Quick { get; } = new() { ImageSize = 48, BatchSize = 8, Epochs = 3, Seed = 11 };

    public string RunDirectory(string run) => folder.Sub(run);

    public string Weights(string run) => Path.Combine(RunDirectory(run), "weights.safetensors");

    public string[] Checkpoints(string run) => [.. Directory.GetFiles(Path.Combine(RunDirectory(run), "checkpoints")).Order(StringComparer.Ordinal)];

    public TrainingResult Train(
        TrainingOptions options, RecordingSink sink, string run = "run", IReadOnlyList<ImageRecord>? images = null, long firstSequence = 1, CancellationToken cancellationToken = default)
    {
        var job = new TrainingJob(options, set.Root, set.Fingerprint, images ?? set.Images, RunDirectory(run), folder.Sub("cache"), firstSequence);
        return new Trainer(new ImageDecoder(), TimeProvider.System).Run(job, sink, cancellationToken);
    }

    public void Dispose() => folder.Dispose();
}
