using System.ComponentModel;
using System.Diagnostics;

namespace FractureDashboard.Bench;

/// <summary>Programs of the system that benchmarks compare with, and scripts of this project.</summary>
internal static class Tools
{
    /// <summary>The Python that the comparisons run in: <c>FRACTUREDASHBOARD_PYTHON</c>, or the system's.</summary>
    public static string Python => Environment.GetEnvironmentVariable("FRACTUREDASHBOARD_PYTHON") is { Length: > 0 } path ? path : "/usr/bin/python3";

    /// <summary>Whether that Python has some modules.</summary>
    /// <param name="modules">Names, separated by commas.</param>
    public static bool PythonHas(string modules) => Run(Python, "-c", $"import {modules}").ExitCode == 0;

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">Path or name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>Its exit code, -1 when there is no such program, and what it printed.</returns>
    public static (int ExitCode, string Output) Run(string program, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output + errors.GetAwaiter().GetResult());
        }
        catch (Win32Exception)
        {
            return (-1, $"There is no program '{program}'.");
        }
    }

    /// <summary>The path of a script below <c>bench</c>.</summary>
    /// <param name="path">Path below that folder.</param>
    /// <exception cref="FileNotFoundException">The program was taken out of the repository.</exception>
    public static string Script(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Path.Combine(folder.FullName, "bench", path) is var candidate && File.Exists(candidate))
            {
                return candidate;
            }
        }

        throw new FileNotFoundException($"bench/{path} was not found above {AppContext.BaseDirectory}. Run the benchmarks from a checkout of the repository.");
    }
}
