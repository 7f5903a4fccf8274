using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Preprocessing;
using FractureDashboard.ML.Training;

namespace FractureDashboard.Bench;

/// <summary>Resident memory over many short trainings of different kinds in one process, each on a thread of its own as in the app.</summary>
internal static class MemoryBenchmark
{
    private const int Settled = 5;

    private static readonly (string Name, TrainingOptions Options)[] Kinds =
    [
        ("baseline-cnn", new() { ImageSize = 128, BatchSize = 16, Epochs = 1 }),
        ("baseline-cnn, augmented", new() { ImageSize = 128, BatchSize = 16, Epochs = 1, Augmentation = AugmentationOptions.Notebook }),
        ("compact-resnet, grey", new() { Model = "compact-resnet", ImageSize = 128, BatchSize = 16, Epochs = 1, Preprocessing = new(Greyscale: true) }),
        ("compact-resnet, mixed precision", new() { Model = "compact-resnet", ImageSize = 128, BatchSize = 16, Epochs = 1, Precision = Precision.Mixed }),
        ("compact-resnet, AdamW, weight average", new() { Model = "compact-resnet", ImageSize = 128, BatchSize = 16, Epochs = 1, Optimizer = new(OptimizerKind.AdamW, WeightDecay: 0.01, EmaDecay: 0.99) }),
    ];

    public static void Run(TextWriter output, CancellationToken cancellationToken)
    {
        using var folder = new ScratchFolder();
        var phantoms = new Phantoms(folder, new PhantomOptions(Images: BenchScale.Of(120, 60)), cancellationToken);
        var runs = BenchScale.Of(50, 10);
        var megabytes = new List<double>();
        output.WriteLine($"Resident memory after each of {runs} trainings of one epoch on {phantoms.Catalog.Images.Count} images in one process, five kinds in turn:");
        output.WriteLine("| run | kind | resident, MB |");
        output.WriteLine("|---|---|---|");
        for (var run = 0; run < runs; run++)
        {
            var (name, options) = Kinds[run % Kinds.Length];
            OnItsOwnThread(() => phantoms.Train(options with { Seed = run }, new SilentSink(), cancellationToken: cancellationToken));
            // What the garbage collector has not come to yet is no leak, and it comes at its own time.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            megabytes.Add(Environment.WorkingSet / 1e6);
            output.WriteLine(FormattableString.Invariant($"| {run + 1} | {name} | {megabytes[^1]:0} |"));
        }

        // One round of all kinds each time: single figures move by a few huge pages.
        var early = Statistics.Median(megabytes.Skip(Settled - 1).Take(Kinds.Length));
        var late = Statistics.Median(megabytes.TakeLast(Kinds.Length));
        output.WriteLine();
        output.WriteLine(FormattableString.Invariant(
            $"After the {Settled}th run {megabytes[Settled - 1]:0} MB, after the {runs}th {megabytes[^1]:0} MB. Medians of {Kinds.Length} runs from there and up to there: {early:0} and {late:0} MB, ratio {late / early:0.000} (goal 1.05 at most: {(late / early <= 1.05 ? "met" : "missed")})."));
    }

    private static void OnItsOwnThread(Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                action();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        if (failure is not null)
        {
            throw new InvalidOperationException(failure.Message, failure);
        }
    }
}
