using System.Diagnostics;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Runtime;
using FractureDashboard.ML.Training;
using static TorchSharp.torch;

namespace FractureDashboard.Bench;

/// <summary>What a CUDA device makes of a training: whether it computes what the CPU does, and how fast, beside PyTorch where that sees the device too.</summary>
internal static class GpuBenchmark
{
    private const int Size = 224;
    private const int ReferenceImages = 9246;
    private const double Tolerance = 1e-3;
    private static readonly int[] Batches = [32, 64, 128, 256, 512];

    public static async Task RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        if (Engine.Status.CudaDevices == 0)
        {
            await output.WriteLineAsync("GPU: skipped, since the engine sees no CUDA device. Run bench/gpu/run.sh on a machine with an NVIDIA GPU and its driver; it builds the engine for CUDA.");
            return;
        }

        await Task.Run(() => Agree(output, "baseline-cnn"), cancellationToken);
        await Task.Run(() => Agree(output, "compact-resnet"), cancellationToken);
        using var folder = new ScratchFolder();
        await output.WriteLineAsync();
        await output.WriteLineAsync("Drawing the phantoms ...");
        var phantoms = new Phantoms(folder, new PhantomOptions(BenchScale.Of(ReferenceImages + 64, 160)), cancellationToken);

        // As many training images as the reference set has, whatever split they were drawn for.
        var images = phantoms.Catalog.Images.Select((image, i) => image with { Split = i < 64 ? Split.Validation : Split.Train }).ToArray();
        var train = images.Where(i => i.Split == Split.Train).ToArray();
        using var python = Tools.PythonHas("numpy, torch; assert torch.cuda.is_available()") ? await ExportAsync() : null;
        await output.WriteLineAsync(python is null
            ? $"PyTorch: left out, since {Tools.Python} has no torch with CUDA. Set FRACTUREDASHBOARD_PYTHON to one that has."
            : $"Beside it: {python.Description}.");
        await ThroughputAsync(output, python, cancellationToken);
        await EpochsAsync(output, phantoms, images, train.Length, python, cancellationToken);

        async Task<PyTorchTrainer> ExportAsync()
        {
            await Task.Run(() => NumpyExport.Write(phantoms, train, images, Size, folder.Sub("export"), cancellationToken), cancellationToken);
            return await PyTorchTrainer.StartAsync(folder.Sub("export"), "cuda", Engine.Status.Threads);
        }
    }

    private static void Agree(TextWriter output, string model)
    {
        const int steps = 20;
        var options = new TrainingOptions { Model = model };

        // Convolutions with a mantissa of 10 bits would hide a real difference.
        var reduced = backends.cudnn.allow_tf32;
        backends.cudnn.allow_tf32 = false;
        using var generator = new Generator(42);
        using var x = rand([steps, 32, Size, Size, 3], generator: generator).permute(0, 1, 4, 2, 3);
        using var y = arange(32).remainder(2).to(ScalarType.Float32); // both classes by turns
        var (cpu, cuda) = (Losses(options, x, y, CPU), Losses(options, x, y, CUDA));
        backends.cudnn.allow_tf32 = reduced;
        var worst = cpu.Zip(cuda, (a, b) => Math.Abs(a - b) / Math.Max(Math.Abs(a), 1e-6)).Max();
        output.WriteLine(FormattableString.Invariant(
            $"{model}: losses of the first {steps} steps on CPU and CUDA differ by {worst:0.0E+0} of the loss at most (goal {Tolerance:0.0E+0}: {(worst <= Tolerance ? "met" : "missed")}); first {cpu[0]:0.000000} and {cuda[0]:0.000000}, last {cpu[^1]:0.000000} and {cuda[^1]:0.000000}."));
        if (worst > Tolerance)
        {
            Environment.ExitCode = 1;
        }
    }

    private static double[] Losses(TrainingOptions options, Tensor x, Tensor y, Device device)
    {
        using var learner = new Learner(options, device);
        learner.BeginEpoch(1);
        learner.SetRate(1e-4);
        var losses = new double[x.shape[0]];
        for (var step = 0; step < losses.Length; step++)
        {
            using var scope = NewDisposeScope();
            var loss = nn.functional.binary_cross_entropy_with_logits(learner.Forward(x[step].to(device), 1, step), y.to(device));
            learner.Backward(loss);
            learner.Step();
            losses[step] = loss.to(CPU).item<float>();
        }

        return losses;
    }

    private static async Task ThroughputAsync(TextWriter output, PyTorchTrainer? python, CancellationToken cancellationToken)
    {
        var (rounds, steps) = (BenchScale.Of(5, 1), BenchScale.Of(50, 3));
        await output.WriteLineAsync();
        await output.WriteLineAsync($"Training steps at {Size} px on images that lie on the device, images/s, median of {rounds} alternating rounds of {steps} steps:");
        await output.WriteLineAsync("| batch | baseline-cnn | PyTorch, NCHW | PyTorch, channels-last | faster than NCHW by | than channels-last by | compact-resnet | compact-resnet, mixed |");
        await output.WriteLineAsync("|---|---|---|---|---|---|---|---|");
        foreach (var batch in Batches)
        {
            var rates = Enumerable.Range(0, 5).Select(_ => new List<double>()).ToArray();
            for (var round = 0; round < rounds; round++)
            {
                rates[0].Add(await Task.Run(() => Steps(new() { BatchSize = batch }, steps), cancellationToken));
                if (python is not null)
                {
                    rates[1].Add(await python.StepsAsync("nchw", batch, steps));
                    rates[2].Add(await python.StepsAsync("channels_last", batch, steps));
                }

                rates[3].Add(await Task.Run(() => Steps(new() { Model = "compact-resnet", BatchSize = batch }, steps), cancellationToken));
                rates[4].Add(await Task.Run(() => Steps(new() { Model = "compact-resnet", BatchSize = batch, Precision = Precision.Mixed }, steps), cancellationToken));
            }

            await output.WriteLineAsync(FormattableString.Invariant(
                $"| {batch} | {Rate(rates[0])} | {Rate(rates[1])} | {Rate(rates[2])} | {Ratio(rates[0], rates[1])} | {Ratio(rates[0], rates[2])} | {Rate(rates[3])} | {Rate(rates[4])} |"));
        }
    }

    private static double Steps(TrainingOptions options, int steps)
    {
        using var learner = new Learner(options, CUDA);
        using var x = rand(options.BatchSize, Size, Size, 3, device: CUDA).permute(0, 3, 1, 2);
        using var y = randint(0, 2, options.BatchSize, device: CUDA).to(ScalarType.Float32);
        learner.BeginEpoch(1);
        learner.SetRate(1e-4);
        Train(3);
        var watch = Stopwatch.StartNew();
        Train(steps);
        return steps * options.BatchSize / watch.Elapsed.TotalSeconds;

        void Train(int count)
        {
            for (var i = 0; i < count; i++)
            {
                using var scope = NewDisposeScope();
                learner.Backward(nn.functional.binary_cross_entropy_with_logits(learner.Forward(x, 1, i), y));
                learner.Step();
            }

            cuda.synchronize();
        }
    }

    private static async Task EpochsAsync(TextWriter output, Phantoms phantoms, ImageRecord[] images, int train, PyTorchTrainer? python, CancellationToken cancellationToken)
    {
        var rounds = BenchScale.Of(3, 1);
        await output.WriteLineAsync();
        await output.WriteLineAsync($"Seconds for an epoch of {train} images of {Size} px, baseline-cnn, median of {rounds} alternating rounds after one to warm up; the app reads, counts and reports, PyTorch has the whole set on the device:");
        await output.WriteLineAsync("| batch | this project | PyTorch, NCHW | PyTorch, channels-last | faster than NCHW by | than channels-last by |");
        await output.WriteLineAsync("|---|---|---|---|---|---|");
        foreach (var batch in Batches)
        {
            var seconds = Enumerable.Range(0, 3).Select(_ => new List<double>()).ToArray();
            for (var round = -1; round < rounds; round++)
            {
                var options = new TrainingOptions { BatchSize = batch, Epochs = 1, Device = "cuda:0" };
                List<double> times = [await Task.Run(() => phantoms.Train(options, new SilentSink(), images, cancellationToken: cancellationToken).Epochs[0].TrainSeconds, cancellationToken)];
                if (python is not null)
                {
                    times.Add(await python.EpochAsync("nchw", batch));
                    times.Add(await python.EpochAsync("channels_last", batch));
                }

                for (var i = 0; i < times.Count && round >= 0; i++)
                {
                    seconds[i].Add(times[i]);
                }
            }

            await output.WriteLineAsync(FormattableString.Invariant(
                $"| {batch} | {Seconds(seconds[0])} | {Seconds(seconds[1])} | {Seconds(seconds[2])} | {Ratio(seconds[1], seconds[0])} | {Ratio(seconds[2], seconds[0])} |"));
        }
    }

    private static string Rate(List<double> values) => values.Count == 0 ? "" : FormattableString.Invariant($"{Statistics.Median(values):0}");

    private static string Seconds(List<double> values) => values.Count == 0 ? "" : FormattableString.Invariant($"{Statistics.Median(values):0.00}");

    private static string Ratio(List<double> values, List<double> reference) =>
        reference.Count == 0 ? "" : FormattableString.Invariant($"{Statistics.MedianRatio(values, reference):0.00}");
}
