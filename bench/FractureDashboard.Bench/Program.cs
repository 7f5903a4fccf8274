using System.Runtime.InteropServices;
using FractureDashboard.Bench;
using FractureDashboard.ML.Runtime;

var benchmarks = new Dictionary<string, Func<TextWriter, Task>>(StringComparer.Ordinal)
{
    ["throughput"] = output => Task.Run(() => ThroughputBenchmark.Run(output, CancellationToken.None)),
    ["models"] = output => Task.Run(() => ModelBenchmark.Run(output)),
    ["augmentation"] = output => Task.Run(() => AugmentationBenchmark.Run(output, CancellationToken.None)),
    ["phantom"] = output => Task.Run(() => PhantomBenchmark.Run(output, CancellationToken.None)),
    ["datasets"] = output => DatasetBenchmark.RunAsync(output, Environment.GetEnvironmentVariable("FRACTUREDASHBOARD_REFERENCE"), CancellationToken.None),
    ["gallery"] = GalleryBenchmark.RunAsync,
    ["crossvalidation"] = output => Task.Run(() => CrossValidationBenchmark.Run(output, CancellationToken.None)),
    ["recipes"] = output => Task.Run(() => RecipeBenchmark.Run(output, CancellationToken.None)),
};

string[] named = [.. args.Where(a => !BenchSettings.IsSetting(a))];
string[] chosen = named.Length == 0 ? [.. benchmarks.Keys.Except(BenchSettings.OnlyByName)] : named;
if (chosen.Except(benchmarks.Keys).ToArray() is { Length: > 0 } unknown)
{
    Console.Error.WriteLine($"Unknown benchmark: {string.Join(", ", unknown)}. Known: {string.Join(", ", benchmarks.Keys)}; none runs all but {string.Join(", ", BenchSettings.OnlyByName)}.");
    return 2;
}

Console.WriteLine($"{DateTime.UtcNow:yyyy-MM-dd}; {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}; {Engine.Status.Version}, {Engine.Status.Threads} threads");
foreach (var name in chosen)
{
    Console.WriteLine();
    await benchmarks[name](Console.Out);
}

return 0;
