using System.Runtime.InteropServices;
using TorchSharp;

namespace FractureDashboard.ML.Runtime;

/// <summary>A failure of the engine or of a training that the message explains to a person.</summary>
public sealed class EngineException : Exception
{
    /// <summary>Creates the exception.</summary>
    public EngineException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was wrong and what to do.</param>
    public EngineException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was wrong and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public EngineException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>The one place where failures of native code and of the disk become sentences.</summary>
internal static class EngineErrors
{
    private const int DiskFull = 28;
    private const int DiskFullWindows = unchecked((int)0x80070070);

    /// <summary>What happened and what to do, or null when the exception is not a foreseen one.</summary>
    public static string? Explain(Exception exception) => exception switch
    {
        AggregateException { InnerException: { } inner } => Explain(inner),
        EngineException e => e.Message,
        ExternalException e when IsOutOfMemory(e.Message) =>
            "The engine ran out of memory. Choose a smaller batch size or image size, or stop other programs, and resume the run.",
        ExternalException e => $"The engine reported an error: {FirstLine(e.Message)}",
        OutOfMemoryException => "The program ran out of memory. Choose a smaller batch size or image size and resume the run.",
        IOException e when IsDiskFull(e) => "The disk is full. Free some space in the data folder and resume the run; the last checkpoint is kept.",
        IOException or UnauthorizedAccessException => $"A file could not be read or written: {exception.Message} Check the disk and the permissions, then resume the run.",
        InvalidDataException => exception.Message,
        _ => null,
    };

    /// <summary>The device of a name, when it exists here.</summary>
    /// <exception cref="EngineException">It does not.</exception>
    public static torch.Device RequireDevice(string name)
    {
        if (Engine.Status.Problem is { } problem)
        {
            throw new EngineException(problem);
        }

        var cuda = Engine.Status.CudaDevices;
        if (name is ComputeDevices.Cpu || (name is ComputeDevices.Auto && cuda == 0))
        {
            return torch.CPU;
        }

        var index = name is ComputeDevices.Auto ? 0 : int.Parse(name.AsSpan("cuda:".Length), System.Globalization.CultureInfo.InvariantCulture);
        return index < cuda
            ? new torch.Device(DeviceType.CUDA, index)
            : throw new EngineException($"There is no device '{name}' on this machine; it has {cuda} CUDA devices. Choose auto or cpu.");
    }

    private static bool IsOutOfMemory(string message) =>
        message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
        || message.Contains("can't allocate memory", StringComparison.OrdinalIgnoreCase)
        || message.Contains("not enough memory", StringComparison.OrdinalIgnoreCase);

    private static bool IsDiskFull(IOException e) => e.HResult is DiskFull or DiskFullWindows || (e.HResult & 0xFFFF) == DiskFull;

    private static string FirstLine(string message) => message.Split('\n', 2)[0].Trim();
}
