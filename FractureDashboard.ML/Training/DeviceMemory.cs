using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace FractureDashboard.ML.Training;

/// <summary>What is free on the GPUs. The engine does not say; their driver's own tool does.</summary>
internal static class DeviceMemory
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Bytes free on the fullest GPU of the machine. The engine may number them otherwise than the driver, so the least is the one
    /// number that is safe for each.
    /// </summary>
    /// <returns>Bytes, or null when nobody can tell.</returns>
    public static long? FreeBytes()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("nvidia-smi", ["--query-gpu=memory.free", "--format=csv,noheader,nounits"])
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            });
            if (process is null || !process.WaitForExit(Patience))
            {
                return null;
            }

            return process.ExitCode == 0 ? Parse(process.StandardOutput.ReadToEnd()) : null;
        }
        catch (Win32Exception)
        {
            // There is no such tool.
            return null;
        }
    }

    /// <summary>The least of the tool's lines, each a number of MiB.</summary>
    /// <param name="output">What it printed.</param>
    /// <returns>Bytes, or null when a line is no number.</returns>
    public static long? Parse(string output)
    {
        long? least = null;
        foreach (var line in output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!long.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var mebibytes))
            {
                return null;
            }

            least = Math.Min(least ?? long.MaxValue, mebibytes << 20);
        }

        return least;
    }
}
