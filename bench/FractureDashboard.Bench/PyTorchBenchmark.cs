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
        await EpochsAsync(output, phantoms, folder, cancellationToken);
    }

    private static async Task CompareAsync(TextWriter output, Phantoms phantoms, string export, ImageRecord[] train, ImageRecord[] images, CancellationToken cancellationToken)
    {
        var rounds = BenchScale.Of(7, 1);
        await Task.Run(() => NumpyExport.Write(phantoms, train, images, Size, export, cancellationToken), cancellationToken);
        using var python = await PyTorchTrainer.StartAsync(export, "cpu", Engine.Status.Threads);
        (string Name, Func<Task<double>> Epoch)[] loops =
        [
            ("this project", () => Task.Run(() => phantoms.Train(new TrainingOptions { Epochs = 1, BatchSize = Batch, ImageSize = Size }, new SilentSink(), images, cancellationToken: cancellationToken).Epochs[0].TrainSeconds, cancellationToken)),
            ("PyTorch, NCHW", () => python.EpochAsync("nchw", Batch)),
            ("PyTorch, channels-last", () => python.EpochAsync("channels_last", Batch)),
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
        await output.WriteLineAsync($"Epochs of the same network on {phantoms.Catalog.Images.Count(i => i.Split == Split.Train)} training and {phantoms.Catalog.Images.Count(i => i.Split == Split.Validation)} validation images, validation and checkpoint included, median of {rounds} alternating rounds; epoch 1 also decodes all {phantoms.Catalog.Images.Count} images into the tensor cache:");
        await output.WriteLineAsync("| augmentation | epoch 1, s | epoch 2, s | of the steps of epoch 2: data and augmentation | of epoch 2: outside the model, augmentation left out |");
        await output.WriteLineAsync("|---|---|---|---|---|");
        (string Name, AugmentationOptions Options)[] kinds = [("off", AugmentationOptions.None), ("the notebook's", AugmentationOptions.Notebook)];
        var timings = kinds.Select(_ => new List<EpochTimings>()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < kinds.Length; i++)
            {
                var options = new TrainingOptions { Epochs = 2, BatchSize = Batch, ImageSize = Size, Augmentation = kinds[i].Options };
                timings[i].Add(await Task.Run(() => EpochTimings.Measure(phantoms, options, folder.Sub($"cache-{Guid.NewGuid():N}"), cancellationToken), cancellationToken));
            }
        }

        for (var i = 0; i < kinds.Length; i++)
        {
            double Of(Func<EpochTimings, double> value) => Statistics.Median(timings[i].Select(value));
            var outside = kinds[i].Options.IsOff ? FormattableString.Invariant($"{100 * Of(t => t.OutsideShare):0.0} %") : "";
            await output.WriteLineAsync(FormattableString.Invariant(
                $"| {kinds[i].Name} | {Of(t => t.First):0.00} | {Of(t => t.Second):0.00} | {100 * Of(t => t.DataShare):0.0} % | {outside} |"));
        }
    }
}
