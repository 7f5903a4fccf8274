using System.Globalization;
using System.Runtime.InteropServices;
using FractureDashboard.ML.Models;
using FractureDashboard.ML.Preprocessing;
using FractureDashboard.ML.Training;
using static TorchSharp.torch;

namespace FractureDashboard.Tests.ML.Models;

[Collection(EngineCollection.Name)]
public sealed class TrainingMemoryTests(ITestOutputHelper output)
{
    [Fact]
    public void A_batch_that_cannot_fit_is_refused_with_the_one_that_would()
    {
        var options = new TrainingOptions { Model = "resnet18", BatchSize = 512 };
        const long available = 4_000_000_000;

        var largest = TrainingMemory.LargestBatch(options, available);
        var problem = TrainingMemory.Check(options, available);

        Assert.InRange(largest, 1, 511);
        Assert.NotNull(problem);
        Assert.Equal("BatchSize", problem.Field);
        Assert.Contains($"At most {largest} would fit", problem.Message, StringComparison.Ordinal);
        Assert.Null(TrainingMemory.Check(options with { BatchSize = largest }, available));
        Assert.NotNull(TrainingMemory.Check(options with { BatchSize = largest + 1 }, available));
        Assert.InRange(TrainingMemory.Estimate(options with { BatchSize = largest }), 0, available);
    }

    [Fact]
    public void Where_not_even_one_image_fits_it_says_so()
    {
        var problem = TrainingMemory.Check(new TrainingOptions { Model = "resnet18" }, 1_000_000);

        Assert.Contains("Not even one image", problem!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Moments_and_the_average_of_the_weights_count()
    {
        var adam = new TrainingOptions { Model = "resnet18" };
        var parameters = ModelRegistry.Get("resnet18").Cost(adam.Input).Parameters;
        var plain = adam with { Optimizer = new OptimizerOptions(OptimizerKind.Sgd, Momentum: 0) };

        Assert.Equal(8 * parameters, TrainingMemory.Estimate(adam) - TrainingMemory.Estimate(plain));
        Assert.Equal(4 * parameters, TrainingMemory.Estimate(adam with { Optimizer = new OptimizerOptions(EmaDecay: 0.999) }) - TrainingMemory.Estimate(adam));
    }

    /// <summary>One real step of each model against its estimate, within the factors that the documentation states.</summary>
    [Theory]
    [InlineData("baseline-cnn", 128, 3, 48)]
    [InlineData("compact-resnet", 128, 1, 64)]
    [InlineData("mobilenet-v2", 96, 3, 24)]
    [InlineData("resnet18", 96, 3, 24)]
    public void The_estimate_is_near_the_peak_of_a_real_step(string model, int size, int channels, int batch)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The peak of resident memory is read from /proc.");
        var options = new TrainingOptions { Model = model, ImageSize = size, BatchSize = batch, Preprocessing = new PreprocessingOptions(Greyscale: channels == 1) };

        // A first step makes what stays, such as kernels compiled for these shapes. What the allocator keeps from before
        // hides a part of the next one, so the largest of a few counts.
        Step(options);
        var used = Enumerable.Range(0, 3).Max(_ => PeakOfStep(options));
        var estimate = TrainingMemory.Estimate(options);
        output.WriteLine($"{model}: estimated {estimate / 1e6:0} MB, measured {used / 1e6:0} MB, ratio {(double)estimate / used:0.00}");

        Assert.InRange((double)estimate / used, 0.8, 2);
    }

    private static long PeakOfStep(TrainingOptions options)
    {
        _ = malloc_trim(0);
        File.WriteAllText("/proc/self/clear_refs", "5");
        var before = Status("VmRSS:");
        Step(options);
        return Status("VmHWM:") - before;
    }

    private static void Step(TrainingOptions options)
    {
        using var scope = NewDisposeScope();
        using var network = Networks.Create(options.Model, options.Input, 1);
        using var optimizer = optim.Adam(network.parameters(), 1e-3);
        network.train();
        (network as IStochasticNetwork)?.BeginStep(1, 1, 0);
        var pixels = zeros(options.BatchSize, options.ImageSize, options.ImageSize, options.Input.Channels, dtype: ScalarType.Byte);
        var x = pixels.to(ScalarType.Float32).add_(1).div_(256f).permute(0, 3, 1, 2);
        var loss = nn.functional.binary_cross_entropy_with_logits(network.forward(x), zeros(options.BatchSize));
        loss.backward();
        optimizer.step();
    }

    [DllImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int malloc_trim(nint pad);

    private static long Status(string field) => 1024 * File.ReadLines("/proc/self/status")
        .Where(line => line.StartsWith(field, StringComparison.Ordinal))
        .Select(line => long.Parse(line[field.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture))
        .Single();
}
