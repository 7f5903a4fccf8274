using System.Runtime.InteropServices;
using FractureDashboard.Bench;
using FractureDashboard.ML.Runtime;

string[] known = ["phantom"];
var chosen = args.Length == 0 ? known : args;
if (chosen.Except(known).ToArray() is { Length: > 0 } unknown)
{
    Console.Error.WriteLine($"Unknown benchmark: {string.Join(", ", unknown)}. Known: {string.Join(", ", known)}.");
    return 2;
}

Console.WriteLine($"{DateTime.UtcNow:yyyy-MM-dd}; {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}; {Engine.Status.Version}, {Engine.Status.Threads} threads");
foreach (var name in chosen)
{
    Console.WriteLine();
    switch (name)
    {
        case "phantom":
            PhantomBenchmark.Run(Console.Out, CancellationToken.None);
            break;
    }
}

return 0;
