using System.Reflection;
using System.Runtime.InteropServices;
using FractureDashboard.ML.Runtime;

namespace FractureDashboard.Jobs;

/// <summary>What produced a run, so that it can be repeated.</summary>
public static class SoftwareVersion
{
    private static readonly string Informational =
        typeof(SoftwareVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    /// <summary>The commit the program was built from, when the build knew it.</summary>
    public static string? GitCommit { get; } = Informational.Split('+') is [_, var commit] ? commit : null;

    /// <summary>The versions of program, engine, runtime and system.</summary>
    /// <returns>One line.</returns>
    public static string Describe() =>
        $"FractureDashboard {Informational.Split('+')[0]}; {Engine.Status.Version}; {RuntimeInformation.FrameworkDescription}; {RuntimeInformation.OSDescription}";
}
