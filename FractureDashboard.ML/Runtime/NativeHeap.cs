using System.Runtime.InteropServices;
using System.Text;

namespace FractureDashboard.ML.Runtime;

/// <summary>
/// Makes the C library's heap fit for trainings. A step asks for and gives back tensors of hundreds of megabytes; by
/// default glibc maps each anew, so that the kernel zeroes and faults in every page of it at every step, and gives most
/// threads a heap of their own, so that trainings, each on a new thread, leave half-empty heaps behind.
/// </summary>
/// <remarks>With glibc on Linux only; elsewhere nothing is changed. Settings: mallopt(3).</remarks>
public static partial class NativeHeap
{
    /// <summary>Environment variable; <c>system</c> leaves the heap as the system has it.</summary>
    public const string Variable = "FRACTUREDASHBOARD_HEAP";

    private const string Kept = "kept";

    // One heap for all threads, nothing mapped by itself, no page returned before Release is called, huge pages on request.
    private static readonly (string Name, string Value)[] Settings =
    [
        ("MALLOC_ARENA_MAX", "1"),
        ("MALLOC_MMAP_MAX_", "0"),
        ("MALLOC_TRIM_THRESHOLD_", "17179869184"),
        ("THP_MEM_ALLOC_ENABLE", "1"),
    ];

    /// <summary>True when this process has the settings, so that <see cref="Release"/> does something.</summary>
    public static bool IsPrepared { get; private set; }

    /// <summary>
    /// Starts the program anew in the same process with the settings, which glibc reads at the start only. To be called
    /// first of all. Does nothing where the variable says <c>system</c>, where the system is another, or where it refuses.
    /// Programs that this one starts later do not get the settings.
    /// </summary>
    public static void Prepare()
    {
        var wish = Environment.GetEnvironmentVariable(Variable);
        if (wish == Kept)
        {
            IsPrepared = true;
            foreach (var (name, _) in Settings.Append((Variable, Kept)))
            {
                Environment.SetEnvironmentVariable(name, null);
            }
        }
        else if (wish != "system" && OperatingSystem.IsLinux() && IsGlibc() && Environment.ProcessPath is { } program)
        {
            Environment.SetEnvironmentVariable(Variable, Kept);
            if (Replace(program, Arguments(), Variables()) != 0)
            {
                Environment.SetEnvironmentVariable(Variable, wish);
            }
        }
    }

    /// <summary>Gives the pages that nobody uses back to the system. To be called when a training has ended.</summary>
    /// <returns>True when pages were given back.</returns>
    public static bool Release() => IsPrepared && Trim(0) == 1;

    private static bool IsGlibc()
    {
        try
        {
            return Version() != 0;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    // As the system got them: .NET's own list lacks what came before the program's name. Each ends with a zero.
    private static string?[] Arguments() =>
        [.. Encoding.UTF8.GetString(File.ReadAllBytes("/proc/self/cmdline"))[..^1].Split('\0'), null];

    private static string?[] Variables()
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            all[(string)entry.Key] = (string?)entry.Value ?? "";
        }

        foreach (var (name, value) in Settings)
        {
            all[name] = value;
        }

        return [.. all.Select(v => $"{v.Key}={v.Value}"), null];
    }

    [LibraryImport("libc", EntryPoint = "gnu_get_libc_version")]
    private static partial nint Version();

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint keep);

    [LibraryImport("libc", EntryPoint = "execve", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Replace(string program, string?[] arguments, string?[] variables);
}
