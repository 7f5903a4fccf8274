using System.Diagnostics;
using System.Globalization;
using FractureDashboard.ML.Models;
using FractureDashboard.ML.Preprocessing;
using static TorchSharp.torch;

namespace FractureDashboard.Bench;

/// <summary>
/// What augmentation costs on a batch in memory, by kind, beside one optimizer step of the reference network. Rounds alternate
/// between all of them, so that a noisy machine disturbs all alike; processor time is disturbed least.
/// </summary>
internal static class AugmentationBenchmark
{
    private const int Rounds = 9;
    private const int Batch = 32;
    private const int Size = 224;

    public static void Run(TextWriter output, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var rgb = rand(Batch, Size, Size, 3).permute(0, 3, 1, 2);
        var grey = rand(Batch, Size, Size, 1).permute(0, 3, 1, 2);
        var planar = rgb.contiguous();
        var tone = new AugmentationOptions { Brightness = 0.2, Contrast = 0.2 };
        var gamma = new AugmentationOptions { Gamma = 0.2 };
        var most = AugmentationOptions.Notebook with { Brightness = 0.2, Contrast = 0.2, Gamma = 0.2 };
        int[] samples = [.. Enumerable.Range(0, Batch)];
        var targets = ones(Batch);
        using var step = new Step();
        var kinds = new (string Name, Action Act)[]
        {
            ("one step of baseline-cnn", () => step.Run(rgb, targets)),
            ("the notebook's family", () => BatchAugmentation.Apply(rgb, AugmentationOptions.Notebook, 1, 1, samples)),
            ("the notebook's family, NCHW memory", () => BatchAugmentation.Apply(planar, AugmentationOptions.Notebook, 1, 1, samples)),
            ("the notebook's family, 1 channel", () => BatchAugmentation.Apply(grey, AugmentationOptions.Notebook, 1, 1, samples)),
            ("brightness and contrast", () => BatchAugmentation.Apply(rgb, tone, 1, 1, samples)),
            ("gamma", () => BatchAugmentation.Apply(rgb, gamma, 1, 1, samples)),
            ("noise", () => BatchAugmentation.Apply(rgb, new AugmentationOptions { Noise = 0.1 }, 1, 1, samples)),
            ("erasing", () => BatchAugmentation.Apply(rgb, new AugmentationOptions { Erasing = 0.5 }, 1, 1, samples)),
            ("family, brightness, contrast, gamma", () => BatchAugmentation.Apply(rgb, most, 1, 1, samples)),
            ("the same, 1 channel", () => BatchAugmentation.Apply(grey, most, 1, 1, samples)),
            ("mixup", () => BatchMixing.Apply(rgb, targets, new AugmentationOptions { Mixup = 0.2 }, 1, 1, 1)),
            ("CutMix", () => BatchMixing.Apply(rgb, targets, new AugmentationOptions { CutMix = 1 }, 1, 1, 1)),
            ("copy of the batch, for scale", () => rgb.clone()),
        };
        var seconds = kinds.ToDictionary(k => k.Name, _ => new List<double>(), StringComparer.Ordinal);
        var busy = kinds.ToDictionary(k => k.Name, _ => new List<double>(), StringComparer.Ordinal);
        for (var round = -1; round < Rounds; round++)
        {
            foreach (var (name, act) in kinds)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var inner = NewDisposeScope();
                var (started, used) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
                act();
                if (round >= 0)
                {
                    seconds[name].Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
                    busy[name].Add((Environment.CpuUsage.TotalTime - used).TotalSeconds);
                }
            }
        }

        output.WriteLine($"Augmentation of a batch of {Batch} at {Size} px, median and best of {Rounds} alternating rounds:");
        output.WriteLine("| what | ms, median | ms, best | of a step (best) | processor ms, median | of a step's |");
        output.WriteLine("|---|---|---|---|---|---|");
        var (best, work) = (seconds[kinds[0].Name].Min(), Median(busy[kinds[0].Name]));
        foreach (var (name, times) in seconds)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {1000 * Median(times):0.0} | {1000 * times.Min():0.0} | {100 * times.Min() / best:0.0} % | {1000 * Median(busy[name]):0.0} | {100 * Median(busy[name]) / work:0.0} % |"));
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private sealed class Step : IDisposable
    {
        private readonly nn.Module<Tensor, Tensor> network = Networks.Create("baseline-cnn", new ModelInput(Size), 1);
        private readonly optim.Optimizer optimizer;

        public Step()
        {
            network.train();
            optimizer = optim.Adam(network.parameters(), 1e-3, eps: 1e-7);
        }

        public void Run(Tensor images, Tensor targets)
        {
            optimizer.zero_grad();
            nn.functional.binary_cross_entropy_with_logits(network.forward(images), targets).backward();
            optimizer.step();
        }

        public void Dispose()
        {
            optimizer.Dispose();
            network.Dispose();
        }
    }
}
