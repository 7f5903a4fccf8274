using TorchSharp;

namespace FractureDashboard.ML.Runtime;

/// <summary>Whether the native engine (libtorch) loads here, and what it offers.</summary>
/// <param name="IsAvailable">True when tensors can be made.</param>
/// <param name="Problem">What is missing and how to fix it; null when available.</param>
/// <param name="Version">Version of TorchSharp and libtorch.</param>
/// <param name="CudaDevices">Number of CUDA devices.</param>
/// <param name="Threads">Threads the engine uses on CPU.</param>
public sealed record EngineStatus(bool IsAvailable, string? Problem, string Version, int CudaDevices, int Threads);

/// <summary>Loads the native engine once per process and fixes its thread count before any tensor work.</summary>
public static class Engine
{
    private static readonly Lazy<EngineStatus> LazyStatus = new(Load);

    /// <summary>The engine's status; the first call loads the native library.</summary>
    public static EngineStatus Status => LazyStatus.Value;

    /// <summary>
    /// Threads for tensor work: <c>FRACTUREDASHBOARD_THREADS</c> when set, otherwise every core.
    /// Read once, when the engine loads.
    /// </summary>
    private static int WantedThreads =>
        int.TryParse(Environment.GetEnvironmentVariable("FRACTUREDASHBOARD_THREADS"), out var n) && n is >= 1 and <= 256
            ? n
            : Environment.ProcessorCount;

    private static EngineStatus Load()
    {
        var version = "TorchSharp " + (typeof(torch).Assembly.GetName().Version?.ToString(3) ?? "?");
        if (CxxRuntime.Problem() is { } runtimeProblem)
        {
            return new(false, runtimeProblem, version, 0, 0);
        }

        try
        {
            torch.set_num_threads(WantedThreads);
            using var probe = torch.zeros(1);
            var cuda = torch.cuda.is_available() ? torch.cuda.device_count() : 0;
            return new(true, null, $"{version}, libtorch {torch.__version__}", cuda, torch.get_num_threads());
        }
        catch (Exception e) when (e is TypeInitializationException or DllNotFoundException or NotSupportedException or BadImageFormatException or EntryPointNotFoundException)
        {
            return new(false, $"The training engine could not be loaded: {(e.InnerException ?? e).Message} Install the libtorch package for this system and restart.", version, 0, 0);
        }
    }
}
