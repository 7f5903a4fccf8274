using System.Runtime.InteropServices;
using FractureDashboard.Bench;
using FractureDashboard.ML.Runtime;

NativeHeap.Prepare();
var reference = Environment.GetEnvironmentVariable("FRACTUREDASHBOARD_REFERENCE") is { Length: > 0 } folder ? folder : null;
var benchmarks = new Dictionary<string, Func<TextWriter, Task>>(StringComparer.Ordinal)
{
    ["throughput"] = output => Task.Run(() => ThroughputBenchmark.Run(output, CancellationToken.None)),
    ["models"] = output => Task.Run(() => ModelBenchmark.Run(output)),
    ["augmentation"] = output => Task.Run(() => AugmentationBenchmark.Run(output, CancellationToken.None)),
    ["phantom"] = output => Task.Run(() => PhantomBenchmark.Run(output, CancellationToken.None)),
    ["explain"] = output => ExplainBenchmark.RunAsync(output, CancellationToken.None),
    ["datasets"] = output => DatasetBenchmark.RunAsync(output, reference, CancellationToken.None),
    ["gallery"] = GalleryBenchmark.RunAsync,
    ["pytorch"] = output => PyTorchBenchmark.RunAsync(output, CancellationToken.None),
    ["cache"] = output => Task.Run(() => CacheBenchmark.Run(output, reference, CancellationToken.None)),
    ["sources"] = output => Task.Run(() => SourceBenchmark.Run(output, reference, CancellationToken.None)),
    ["memory"] = output => Task.Run(() => MemoryBenchmark.Run(output, CancellationToken.None)),
    ["kill"] = output => KillBenchmark.RunAsync(output, CancellationToken.None),
    ["quarantine"] = output => QuarantineBenchmark.RunAsync(output, CancellationToken.None),
    ["responsiveness"] = output => ResponsivenessBenchmark.RunAsync(output, CancellationToken.None),
    ["gpu"] = output => GpuBenchmark.RunAsync(output, CancellationToken.None),
    ["crossvalidation"] = output => Task.Run(() => CrossValidationBenchmark.Run(output, CancellationToken.None)),
    ["leakage"] = output => Task.Run(() => LeakageBenchmark.Run(output, CancellationToken.None)),
    ["scan"] = output => Task.Run(() => ScanBenchmark.Run(output, reference, CancellationToken.None)),
    ["corpus"] = output => Task.Run(() => CorpusBenchmark.Run(output, CancellationToken.None)),
    ["recipes"] = output => Task.Run(() => RecipeBenchmark.Run(output, CancellationToken.None)),
};

// What the benchmarks start this program with.
switch (args)
{
    case [TrainChild.Command, var place]:
        return TrainChild.Run(place);
    case [QuarantineChild.Command, var place, var what]:
        return QuarantineChild.Run(place, what);
    case [ServeChild.Command, var place]:
        return await ServeChild.RunAsync(place);
}

BenchScale.IsQuick = args.Contains(BenchScale.Flag, StringComparer.Ordinal);
string[] named = [.. args.Where(a => a != BenchScale.Flag && !BenchSettings.IsSetting(a))];
string[] chosen = named.Length == 0 ? [.. benchmarks.Keys.Except(BenchSettings.OnlyByName)] : named;
if (chosen.Except(benchmarks.Keys).ToArray() is { Length: > 0 } unknown)
{
    Console.Error.WriteLine($"Unknown benchmark: {string.Join(", ", unknown)}. Known: {string.Join(", ", benchmarks.Keys)}; none runs all but {string.Join(", ", BenchSettings.OnlyByName)}. {BenchScale.Flag} shows that they work, not how fast.");
    return 2;
}

Console.WriteLine($"{DateTime.UtcNow:yyyy-MM-dd}; {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}; {Engine.Status.Version}, {Engine.Status.Threads} threads{(BenchScale.IsQuick ? "; quick pass, no measurement" : "")}");
foreach (var name in chosen)
{
    Console.WriteLine();
    await benchmarks[name](Console.Out);
}

return Environment.ExitCode;
