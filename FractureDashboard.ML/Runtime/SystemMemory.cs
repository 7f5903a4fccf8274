using System.Globalization;

namespace FractureDashboard.ML.Runtime;

/// <summary>How much memory is free.</summary>
public static class SystemMemory
{
    private const string Meminfo = "/proc/meminfo";
    private const string ControlGroup = "/sys/fs/cgroup";

    /// <summary>
    /// Memory that a program could still take without swapping. On Linux what the kernel says is available, or what the
    /// container may still use if that is less; elsewhere what the runtime knows.
    /// </summary>
    /// <returns>Bytes.</returns>
    public static long AvailableBytes()
    {
        if (!OperatingSystem.IsLinux())
        {
            var memory = GC.GetGCMemoryInfo();
            return Math.Max(0, memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes);
        }

        var machine = AvailableIn(Read(Meminfo)) ?? long.MaxValue;
        var container = LeftInGroup(
            Read($"{ControlGroup}/memory.max") ?? Read($"{ControlGroup}/memory/memory.limit_in_bytes"),
            Read($"{ControlGroup}/memory.current") ?? Read($"{ControlGroup}/memory/memory.usage_in_bytes"),
            Read($"{ControlGroup}/memory.stat") ?? Read($"{ControlGroup}/memory/memory.stat"));
        return Math.Min(machine, container ?? long.MaxValue);
    }

    /// <summary>The kernel's estimate in <c>/proc/meminfo</c>.</summary>
    /// <param name="meminfo">The file's text.</param>
    /// <returns>Bytes, or null when it is not there.</returns>
    internal static long? AvailableIn(string? meminfo) => Field(meminfo, "MemAvailable:") is { } kibibytes ? 1024 * kibibytes : null;

    /// <summary>What a control group may still use; file pages that are not in use count as free, since the kernel drops them first.</summary>
    /// <param name="limit">Text of the limit; <c>max</c> is none.</param>
    /// <param name="usage">Text of the usage.</param>
    /// <param name="statistics">Text of <c>memory.stat</c>.</param>
    /// <returns>Bytes, or null without a limit.</returns>
    internal static long? LeftInGroup(string? limit, string? usage, string? statistics) =>
        Number(limit) is { } most && Number(usage) is { } used
            ? Math.Max(0, most - used + (Field(statistics, "inactive_file ") ?? 0))
            : null;

    private static long? Field(string? text, string name) => text?.Split('\n')
        .Where(line => line.StartsWith(name, StringComparison.Ordinal))
        .Select(line => Number(line[name.Length..].Replace("kB", "", StringComparison.Ordinal)))
        .FirstOrDefault();

    private static long? Number(string? text) => long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
