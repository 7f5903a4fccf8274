using System.Diagnostics;
using FractureDashboard.ML.Models;
using FractureDashboard.ML.Training;
using static TorchSharp.torch;

namespace FractureDashboard.Bench;

/// <summary>Every model's training step, in 32 bits and with bfloat16 convolutions, in alternating rounds.</summary>
internal static class ModelBenchmark
{
    private const int Rounds = 5;
    private const int StepsPerRound = 2;
    private const int Batch = 32;

    public static void Run(TextWriter output)
    {
        output.WriteLine($"Training steps, batch {Batch}, median of {Rounds} rounds of {StepsPerRound} steps");
        output.WriteLine();
        output.WriteLine("| model | input | parameters | multiply-adds/image | images/s, 32 bits | images/s, mixed | mixed / 32 bits |");
        output.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var (model, size, channels) in new[] { ("baseline-cnn", 224, 3), ("compact-resnet", 128, 1), ("compact-resnet", 224, 3), ("mobilenet-v2", 128, 3), ("resnet18", 128, 3) })
        {
            var cost = ModelRegistry.Get(model).Cost(new ModelInput(size, channels));
            var full = new List<double>();
            var mixed = new List<double>();
            var options = new TrainingOptions { Model = model, ImageSize = size, Preprocessing = new(Greyscale: channels == 1) };
            using var x = rand(Batch, size, size, channels).permute(0, 3, 1, 2);
            using var y = randint(0, 2, Batch).to(ScalarType.Float32);
            using var in32 = new Learner(options, CPU);
            using var in16 = new Learner(options with { Precision = Precision.Mixed }, CPU);
            Round(in32, x, y);
            Round(in16, x, y);
            for (var round = 0; round < Rounds; round++)
            {
                full.Add(Round(in32, x, y));
                mixed.Add(Round(in16, x, y));
            }

            var (f, m) = (full.Order().ElementAt(Rounds / 2), mixed.Order().ElementAt(Rounds / 2));
            output.WriteLine(FormattableString.Invariant($"| {model} | {channels}x{size}x{size} | {cost.Parameters:N0} | {cost.MultiplyAdds / 1e6:N0} M | {f:0.0} | {m:0.0} | {m / f:0.00} |"));
        }
    }

    private static double Round(Learner learner, Tensor x, Tensor y)
    {
        learner.BeginEpoch(1);
        learner.SetRate(1e-4);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < StepsPerRound; i++)
        {
            using var scope = NewDisposeScope();
            learner.Backward(nn.functional.binary_cross_entropy_with_logits(learner.Forward(x, 1, i), y));
            learner.Step();
        }

        return StepsPerRound * Batch / watch.Elapsed.TotalSeconds;
    }
}
