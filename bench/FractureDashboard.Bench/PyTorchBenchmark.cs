using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Preprocessing;
using FractureDashboard.ML.Runtime;
using FractureDashboard.ML.Training;

namespace FractureDashboard.Bench;

/// <summary>
/// The app's training loop beside PyTorch's on the same images with the same threads, in alternating rounds: the app reads
/// its tensor cache, counts and reports; PyTorch finds its batches ready in memory. Then what an epoch of the app is made of.
/// </summary>
internal static class PyTorchBenchmark
{
    private const int Batch = 32;
    private const int Size = 224;

    public static async Task RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        using var folder = new ScratchFolder();
        var phantoms = new Phantoms(folder, new PhantomOptions(Images: BenchScale.Of(460, 100)), cancellationToken);

        // Full batches only, and two images to validate with.
        var train = phantoms.Catalog.Images.Where(i => i.Split == Split.Train).ToArray();
        train = train[..(train.Length / Batch * Batch)];
        ImageRecord[] images = [.. train, .. phantoms.Catalog.Images.Where(i => i.Split == Split.Validation).Take(2)];
        if (Tools.PythonHas("torch, numpy"))
        {
            await CompareAsync(output, phantoms, folder.Sub("export"), train, images, cancellationToken);
        }
        else
        {
            await output.WriteLineAsync($"PyTorch: skipped, since {Tools.Python} cannot import torch and numpy. On Debian or Ubuntu: apt-get install python3-torch python3-numpy; or set FRACTUREDASHBOARD_PYTHON.");
        }

        await output.WriteLineAsync();
        using var larger = new ScratchFolder();
        await EpochsAsync(output, new Phantoms(larger, new PhantomOptions(Images: BenchScale.Of(1500, 100)), cancellationToken), larger, cancellationToken);
    }

    private static async Task CompareAsync(TextWriter output, Phantoms phantoms, string export, ImageRecord[] train, ImageRecord[] images, CancellationToken cancellationToken)
    {
        var rounds = BenchScale.Of(7, 1);
        await Task.Run(() => NumpyExport.Write(phantoms, train, images, Size, export, cancellationToken), cancellationToken);
        using var python = await PyTorchTrainer.StartAsync(export, "cpu", Engine.Status.Threads);
        using var tuned = await PyTorchTrainer.StartAsync(export, "cpu", Engine.Status.Threads, keepsPages: true);
        // The second epoch, since the first also takes its memory from the system; PyTorch, which lives on, did so while it warmed up.
        (string Name, Func<Task<double>> Epoch)[] loops =
        [
            ("this project", () => Task.Run(() => phantoms.Train(new TrainingOptions { Epochs = 2, BatchSize = Batch, ImageSize = Size }, new SilentSink(), images, cancellationToken: cancellationToken).Epochs[1].TrainSeconds, cancellationToken)),
            ("PyTorch, NCHW", () => python.EpochAsync("nchw", Batch)),
            ("PyTorch, channels-last", () => python.EpochAsync("channels_last", Batch)),
            ("PyTorch, channels-last, glibc told to keep pages", () => tuned.EpochAsync("channels_last", Batch)),
        ];
        var seconds = loops.Select(_ => new List<double>()).ToArray();
        for (var round = -1; round < rounds; round++)
        {
            for (var i = 0; i < loops.Length; i++)
            {
                var time = await loops[i].Epoch();
                if (round >= 0)
                {
                    seconds[i].Add(time);
                }
            }
        }

        await output.WriteLineAsync($"Training loop beside PyTorch ({python.Description}): baseline-cnn, batch {Batch}, {Size} px, {train.Length} images an epoch, {rounds} alternating rounds after one to warm up:");
        await output.WriteLineAsync("| loop | images/s, median | images/s, best | this project is faster by (median of rounds) |");
        await output.WriteLineAsync("|---|---|---|---|");
        for (var i = 0; i < loops.Length; i++)
        {
            var faster = i == 0 ? "" : FormattableString.Invariant($"{Statistics.MedianRatio(seconds[i], seconds[0]):0.00}");
            await output.WriteLineAsync(FormattableString.Invariant(
                $"| {loops[i].Name} | {train.Length / Statistics.Median(seconds[i]):0.0} | {train.Length / seconds[i].Min():0.0} | {faster} |"));
        }
    }

    private static async Task EpochsAsync(TextWriter output, Phantoms phantoms, ScratchFolder folder, CancellationToken cancellationToken)
    {
        var rounds = BenchScale.Of(3, 1);
        await output.WriteLineAsync($"Epochs of the same network on {phantoms.Catalog.Images.Count(i => i.Split == Split.Train)} training and {phantoms.Catalog.Images.Count(i => i.Split == Split.Validation)} validation images, validation and checkpoint included, median of {rounds} alternating rounds after one to warm up; epoch 1 also decodes all {phantoms.Catalog.Images.Count} images into the tensor cache:");
        await output.WriteLineAsync("| augmentation | epoch 1, s | epoch 2, s | of the steps of epoch 2: data and augmentation | of epoch 2: outside the model | seconds outside the model |");
        await output.WriteLineAsync("|---|---|---|---|---|---|");
        (string Name, AugmentationOptions Options)[] kinds = [("off", AugmentationOptions.None), ("the notebook's", AugmentationOptions.Notebook)];
        var timings = kinds.Select(_ => new List<EpochTimings>()).ToArray();
        for (var round = -1; round < rounds; round++)
        {
            for (var i = 0; i < kinds.Length; i++)
            {
                var options = new TrainingOptions { Epochs = 2, BatchSize = Batch, ImageSize = Size, Augmentation = kinds[i].Options };
                var timing = await Task.Run(() => EpochTimings.Measure(phantoms, options, folder.Sub($"cache-{Guid.NewGuid():N}"), cancellationToken), cancellationToken);
                if (round >= 0)
                {
                    timings[i].Add(timing);
                }
            }
        }

        for (var i = 0; i < kinds.Length; i++)
        {
            double Of(Func<EpochTimings, double> value) => Statistics.Median(timings[i].Select(value));
            await output.WriteLineAsync(FormattableString.Invariant(
                $"| {kinds[i].Name} | {Of(t => t.First):0.00} | {Of(t => t.Second):0.00} | {100 * Of(t => t.DataShare):0.0} % | {100 * Of(t => t.Outside / t.Second):0.0} % | {Of(t => t.Outside):0.00} |"));
        }
    }
}
