using System.Runtime.InteropServices;

namespace FractureDashboard.ML.Runtime;

/// <summary>
/// Looks for the C++ runtime symbol version that TorchSharp's native library needs. Without it the loader's own
/// message names the wrong cause, so it is checked first.
/// </summary>
internal static class CxxRuntime
{
    private const string NeededVersion = "GLIBCXX_3.4.32";

    /// <summary>What is missing and how to fix it, or null when all is well or cannot be told.</summary>
    public static string? Problem()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            return null;
        }

        var library = Candidates().FirstOrDefault(File.Exists);
        if (library is null)
        {
            return $"The C++ runtime libstdc++.so.6 was not found. Install libstdc++6 (GCC 13.2 or later, for {NeededVersion}) and restart.";
        }

        return Contains(library, NeededVersion)
            ? null
            : $"The C++ runtime of this system is older than GCC 13.2 ({NeededVersion} is missing from {library}). "
              + "On Debian 12 run ./run once as root, or install libstdc++6 from Debian 13 (trixie); on Ubuntu 22.04 take libstdc++6 from ppa:ubuntu-toolchain-r/test; then restart. "
              + "Gallery and history work without it.";
    }

    private static IEnumerable<string> Candidates()
    {
        foreach (var folder in (Environment.GetEnvironmentVariable("LD_LIBRARY_PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            yield return Path.Combine(folder, "libstdc++.so.6");
        }

        yield return "/lib/x86_64-linux-gnu/libstdc++.so.6";
        yield return "/usr/lib/x86_64-linux-gnu/libstdc++.so.6";
        yield return "/usr/lib64/libstdc++.so.6";
        yield return "/lib64/libstdc++.so.6";
        yield return "/usr/lib/libstdc++.so.6";
    }

    private static bool Contains(string path, string text)
    {
        var bytes = File.ReadAllBytes(path);
        return bytes.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(text)) >= 0;
    }
}
