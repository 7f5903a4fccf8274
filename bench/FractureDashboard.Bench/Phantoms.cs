using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Training;

namespace FractureDashboard.Bench;

/// <summary>A phantom set on disk, and trainings on it in folders of their own.</summary>
internal sealed class Phantoms
{
    private readonly ScratchFolder folder;

    /// <summary>Draws the set, unless the folder has it, and indexes it.</summary>
    /// <param name="folder">Where everything lies.</param>
    /// <param name="options">What to draw.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Phantoms(ScratchFolder folder, PhantomOptions options, CancellationToken cancellationToken)
    {
        this.folder = folder;
        if (!Directory.Exists(Root))
        {
            PhantomGenerator.Generate(Root, options, null, cancellationToken);
        }

        Catalog = new DatasetCatalog(new ImageDecoder()).Index(Root, new Dictionary<string, ImageRecord>(), null, cancellationToken);
    }

    /// <summary>The data set's root.</summary>
    public string Root => folder.Sub("data");

    /// <summary>What it holds.</summary>
    public CatalogResult Catalog { get; }

    /// <summary>The tensor caches of trainings that bring no folder of their own.</summary>
    public string Cache => folder.Sub("cache");

    /// <summary>Trains to the end on this thread.</summary>
    /// <param name="options">How.</param>
    /// <param name="sink">Takes the events.</param>
    /// <param name="images">Which images; all when null.</param>
    /// <param name="run">Folder of the run, which a killed one goes on in; one that goes with the run when null.</param>
    /// <param name="cache">Folder of the tensor cache.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="InvalidOperationException">It did not complete.</exception>
    public TrainingResult Train(
        TrainingOptions options, ITrainingEventSink sink, IReadOnlyList<ImageRecord>? images = null, string? run = null, string? cache = null, CancellationToken cancellationToken = default)
    {
        var directory = run ?? folder.Sub($"run-{Guid.NewGuid():N}");
        var job = new TrainingJob(options, Root, Catalog.Fingerprint, images ?? Catalog.Images, directory, cache ?? Cache);
        var result = new Trainer(new ImageDecoder(), TimeProvider.System).Run(job, sink, cancellationToken);
        if (run is null)
        {
            Directory.Delete(directory, recursive: true);
        }

        return result.Outcome == TrainingOutcome.Completed
            ? result
            : throw new InvalidOperationException(result.Failure ?? "The training was cancelled.");
    }
}
