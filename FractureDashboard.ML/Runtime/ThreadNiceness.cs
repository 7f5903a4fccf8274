using System.Runtime.InteropServices;

namespace FractureDashboard.ML.Runtime;

/// <summary>Lets a thread of heavy work step back behind the threads that answer browsers.</summary>
public static partial class ThreadNiceness
{
    private const int ThisThread = 0;
    private const int WhichProcess = 0;
    private const int Nice = 10;

    /// <summary>
    /// Lowers the priority of the calling thread. On Linux, where .NET's own thread priorities do nothing, its nice value
    /// rises to 10, and the engine's worker threads, which the calling thread starts later, inherit it. With idle cores
    /// nothing changes; without, a page is served at once. Where the system refuses, the thread goes on as it was.
    /// </summary>
    /// <returns>True when the priority was lowered.</returns>
    public static bool Lower()
    {
        if (OperatingSystem.IsLinux())
        {
            // On Linux a "process" of setpriority(2) is a thread, and 0 is the calling one.
            return SetPriority(WhichProcess, ThisThread, Nice) == 0;
        }

        Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
        return true;
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, uint who, int priority);
}
