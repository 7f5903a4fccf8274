using System.Globalization;

namespace FractureDashboard.Bench;

/// <summary>The reference network in PyTorch, in a process that lives on between its turns, so that its start is not counted and it is idle while others are measured.</summary>
internal sealed class PyTorchTrainer : IDisposable
{
    // What NativeHeap does for this project, said to glibc from outside: one heap that keeps its pages, in huge pages.
    private const string KeptPages = "glibc.malloc.hugetlb=1:glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=17179869184:glibc.malloc.arena_max=2";

    private readonly ChildProcess python;

    private PyTorchTrainer(ChildProcess python, string description)
    {
        this.python = python;
        Description = description;
    }

    /// <summary>Version, device and threads.</summary>
    public string Description { get; }

    /// <summary>Starts it.</summary>
    /// <param name="data">A folder written by <see cref="NumpyExport"/>.</param>
    /// <param name="device"><c>cpu</c> or <c>cuda</c>.</param>
    /// <param name="threads">Threads on the CPU.</param>
    /// <param name="keepsPages">Whether it gets the heap that this project trains with, instead of the system's.</param>
    public static async Task<PyTorchTrainer> StartAsync(string data, string device, int threads, bool keepsPages = false)
    {
        var count = threads.ToString(CultureInfo.InvariantCulture);
        (string, string)[] environment = [("OMP_NUM_THREADS", count), ("OMP_WAIT_POLICY", "passive"), .. keepsPages ? [("GLIBC_TUNABLES", KeptPages)] : Array.Empty<(string, string)>()];
        var process = new ChildProcess(Tools.Python, [Tools.Script("pytorch/baseline_cnn.py"), data, device, count], environment);
        return new(process, await process.ReadAsync() ?? throw new InvalidOperationException("PyTorch did not start; its own message stands above."));
    }

    /// <summary>Trains an epoch from scratch.</summary>
    /// <param name="layout"><c>nchw</c> or <c>channels_last</c>.</param>
    /// <param name="batch">Batch size.</param>
    /// <returns>Seconds.</returns>
    public async Task<double> EpochAsync(string layout, int batch) =>
        Number(await python.AskAsync(string.Create(CultureInfo.InvariantCulture, $"epoch {layout} {batch}")));

    /// <summary>Trains on images in memory.</summary>
    /// <param name="layout">As above.</param>
    /// <param name="batch">Batch size.</param>
    /// <param name="count">Steps.</param>
    /// <returns>Images per second.</returns>
    public async Task<double> StepsAsync(string layout, int batch, int count) =>
        Number(await python.AskAsync(string.Create(CultureInfo.InvariantCulture, $"steps {layout} {batch} {count}")));

    /// <inheritdoc />
    public void Dispose() => python.Dispose();

    private static double Number(string answer) => double.Parse(answer.Split(' ')[0], CultureInfo.InvariantCulture);
}
