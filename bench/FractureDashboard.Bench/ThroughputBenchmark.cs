using System.Diagnostics;
using System.Globalization;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Models;
using FractureDashboard.ML.Preprocessing;
using FractureDashboard.ML.Training;
using static TorchSharp.torch;

namespace FractureDashboard.Bench;

/// <summary>
/// The app's own training loop against the bare optimizer step on tensors that are already in memory: what loading,
/// events and bookkeeping cost. Rounds of both alternate, so that a noisy machine disturbs both alike.
/// </summary>
internal static class ThroughputBenchmark
{
    private const int Rounds = 5;
    private const int Batch = 32;
    private const int Size = 224;

    public static void Run(TextWriter output, CancellationToken cancellationToken)
    {
        using var folder = new ScratchFolder();
        PhantomGenerator.Generate(folder.Sub("data"), new PhantomOptions(Images: 460), null, cancellationToken);
        var catalog = new DatasetCatalog(new ImageDecoder()).Index(folder.Sub("data"), new Dictionary<string, ImageRecord>(), null, cancellationToken);

        // The bare loop has full batches only; so has the app's, for a fair count.
        var train = catalog.Images.Where(i => i.Split == Split.Train).Take(320).ToArray();
        ImageRecord[] images = [.. train, .. catalog.Images.Where(i => i.Split == Split.Validation).Take(2)];
        var cache = new TensorCacheBuilder(new ImageDecoder()).Open(folder.Sub("cache"), folder.Sub("data"), images, Size, PreprocessingOptions.Notebook, (_, _) => { }, cancellationToken);
        using (cache)
        {
            using var bare = new BareLoop(cache, images);
            bare.Epoch(channelsLast: true);
            AppEpoch(folder, catalog, images, AugmentationOptions.None, cancellationToken);

            var rows = new Dictionary<string, List<double>>(StringComparer.Ordinal);
            for (var round = 0; round < Rounds; round++)
            {
                Add(rows, "bare step, channels-last", bare.Epoch(channelsLast: true));
                Add(rows, "app's loop", AppEpoch(folder, catalog, images, AugmentationOptions.None, cancellationToken));
                Add(rows, "app's loop, augmented", AppEpoch(folder, catalog, images, AugmentationOptions.Notebook, cancellationToken));
                Add(rows, "bare step, NCHW", bare.Epoch(channelsLast: false));
            }

            output.WriteLine($"Training throughput, baseline-cnn, batch {Batch}, {Size} px, {train.Length} images an epoch, median and best of {Rounds} alternating rounds:");
            output.WriteLine("| loop | images/s, median | images/s, best | of the bare channels-last step (median of rounds) |");
            output.WriteLine("|---|---|---|---|");
            var reference = rows["bare step, channels-last"];
            foreach (var (name, rates) in rows)
            {
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {name} | {Median(rates):0.0} | {rates.Max():0.0} | {Median([.. rates.Zip(reference, (a, b) => a / b)]):0.000} |"));
            }
        }
    }

    private static double AppEpoch(ScratchFolder folder, CatalogResult catalog, IReadOnlyList<ImageRecord> images, AugmentationOptions augmentation, CancellationToken cancellationToken)
    {
        var options = new TrainingOptions { Epochs = 1, Augmentation = augmentation };
        var job = new TrainingJob(options, folder.Sub("data"), catalog.Fingerprint, images, folder.Sub($"run-{Guid.NewGuid():N}"), folder.Sub("cache"));
        var result = new Trainer(new ImageDecoder(), TimeProvider.System).Run(job, new SilentSink(), cancellationToken);
        var seconds = result.Epochs.Single().TrainSeconds;
        return images.Count(i => i.Split == Split.Train) / seconds;
    }

    private static void Add(Dictionary<string, List<double>> rows, string name, double rate)
    {
        if (!rows.TryGetValue(name, out var list))
        {
            rows[name] = list = [];
        }

        list.Add(rate);
    }

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    /// <summary>Forward, loss, backward, step: nothing else, on batches that lie in memory.</summary>
    private sealed class BareLoop : IDisposable
    {
        private readonly List<(Tensor X, Tensor Y)> batches = [];
        private readonly int images;

        public BareLoop(TensorCache cache, IReadOnlyList<ImageRecord> records)
        {
            using var loader = new BatchLoader(cache, CPU);
            Sample[] samples = [.. records.Where(r => r.Split == Split.Train).Select(r => new Sample(cache.RowOf(r.ContentHash)!.Value, r.Label, r.RelativePath, r.ContentHash))];
            images = samples.Length;
            for (var start = 0; start < samples.Length; start += Batch)
            {
                var batch = samples.AsSpan(start, Batch);
                batches.Add((loader.Pixels(batch), loader.Targets(batch)));
            }
        }

        public double Epoch(bool channelsLast)
        {
            using var network = Networks.Create("baseline-cnn", new ModelInput(Size), 1);
            using var optimizer = optim.Adam(network.parameters(), 1e-3, eps: 1e-7);
            network.train();
            var inputs = batches.Select(b => channelsLast ? b.X.alias() : b.X.contiguous()).ToList();
            var watch = Stopwatch.StartNew();
            for (var i = 0; i < inputs.Count; i++)
            {
                using var scope = NewDisposeScope();
                optimizer.zero_grad();
                var loss = nn.functional.binary_cross_entropy_with_logits(network.forward(inputs[i]), batches[i].Y);
                loss.backward();
                optimizer.step();
            }

            watch.Stop();
            inputs.ForEach(x => x.Dispose());
            return images / watch.Elapsed.TotalSeconds;
        }

        public void Dispose()
        {
            foreach (var (x, y) in batches)
            {
                x.Dispose();
                y.Dispose();
            }
        }
    }
}
