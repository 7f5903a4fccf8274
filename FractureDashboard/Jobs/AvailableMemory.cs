using System.Globalization;
using FractureDashboard.ML.Models;
using FractureDashboard.ML.Runtime;
using FractureDashboard.ML.Training;

namespace FractureDashboard.Jobs;

/// <summary>Memory that a training can have on this machine.</summary>
public static class AvailableMemory
{
    private const string LinuxTable = "/proc/meminfo";
    private const string LinuxLine = "MemAvailable:";

    /// <summary>What a training on a device can have.</summary>
    /// <param name="device">A device as in the options.</param>
    /// <returns>Bytes; null for a GPU, whose free memory is not known before the engine has it in use.</returns>
    public static long? Of(string device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device != ComputeDevices.Cpu && (device != ComputeDevices.Auto || Engine.Status.CudaDevices > 0))
        {
            return null;
        }

        // The process is counted as free: runs are trained in it one after another, and what the one before holds goes with it.
        var limit = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return Linux() is { } free ? Math.Min(free + Environment.WorkingSet, limit) : limit;
    }

    /// <summary>Refuses a batch that cannot fit.</summary>
    /// <param name="options">Valid options.</param>
    /// <returns>A sentence with the batch that would fit, or null.</returns>
    public static string? Problem(TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Of(options.Device) is { } available ? TrainingMemory.Check(options, available)?.Message : null;
    }

    private static long? Linux() =>
        File.Exists(LinuxTable)
        && File.ReadLines(LinuxTable).FirstOrDefault(l => l.StartsWith(LinuxLine, StringComparison.Ordinal)) is { } line
        && long.TryParse(line.AsSpan(LinuxLine.Length).Trim().TrimEnd("kB").Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var kibibytes)
            ? kibibytes * 1024
            : null;
}
