using System.Globalization;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Training;

namespace FractureDashboard.Bench;

/// <summary>What the baseline reaches on the whole synthetic demo set, and what it reaches on shuffled labels.</summary>
internal static class PhantomBenchmark
{
    private static readonly int[] Seeds = [42, 7, 2026];

    public static void Run(TextWriter output, CancellationToken cancellationToken)
    {
        using var folder = new ScratchFolder();
        PhantomGenerator.Generate(folder.Sub("data"), new PhantomOptions(), null, cancellationToken);
        var catalog = new DatasetCatalog(new ImageDecoder()).Index(folder.Sub("data"), new Dictionary<string, ImageRecord>(), null, cancellationToken);

        output.WriteLine("Phantom set, 600 images, baseline-cnn, notebook options (5 epochs, batch 32, 224 px):");
        output.WriteLine("| labels | seed | best validation accuracy | by epoch | last validation accuracy | test accuracy |");
        output.WriteLine("|---|---|---|---|---|---|");
        foreach (var shuffled in (bool[])[false, true])
        {
            foreach (var seed in Seeds)
            {
                var options = new TrainingOptions { Seed = seed, ShuffleLabels = shuffled };
                var job = new TrainingJob(options, folder.Sub("data"), catalog.Fingerprint, catalog.Images, folder.Sub($"run-{shuffled}-{seed}"), folder.Sub("cache"));
                var result = new Trainer(new ImageDecoder(), TimeProvider.System).Run(job, new SilentSink(), cancellationToken);
                if (result.Outcome != TrainingOutcome.Completed)
                {
                    throw new InvalidOperationException(result.Failure ?? "The training was cancelled.");
                }

                var best = result.Epochs.MaxBy(e => e.ValidationAccuracy)!;
                var test = result.Scores.Where(s => s.Split == Split.Test).ToList();
                var accuracy = test.Average(s => s.Score >= 0.5 == (s.Label == Label.Fractured) ? 1.0 : 0.0);
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {(shuffled ? "shuffled" : "true")} | {seed} | {best.ValidationAccuracy:0.000} | {best.Epoch} | {result.Epochs[^1].ValidationAccuracy:0.000} | {accuracy:0.000} |"));
            }
        }
    }
}
