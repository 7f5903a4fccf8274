using System.Globalization;

namespace FractureDashboard.ML.Preprocessing;

/// <summary>How many bytes the caches of a folder may take together. Kept beside them, so that whoever builds one knows it.</summary>
public static class CacheBudget
{
    /// <summary>The smallest budget that can be set: 100 MiB.</summary>
    public const long Smallest = 100L << 20;

    private const string FileName = "size-budget";
    private const long LargestDefault = 20L << 30;
    private const double ShareOfDisk = 0.25;

    /// <summary>The budget: what was set, otherwise 20 GiB or a quarter of the room, whichever is less.</summary>
    /// <param name="cacheDirectory">Where caches lie.</param>
    /// <returns>Bytes, and whether they were set.</returns>
    public static (long Bytes, bool IsSet) Read(string cacheDirectory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(cacheDirectory);
        var path = Path.Combine(cacheDirectory, FileName);
        if (File.Exists(path) && long.TryParse(File.ReadAllText(path), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes >= Smallest)
        {
            return (bytes, true);
        }

        // What the caches take already is room that they have; otherwise the budget would shrink as they grow.
        var room = new DriveInfo(Path.GetFullPath(cacheDirectory)).AvailableFreeSpace + TensorCaches.List(cacheDirectory).Sum(c => c.Bytes);
        return (Math.Max(Smallest, Math.Min(LargestDefault, (long)(room * ShareOfDisk))), false);
    }

    /// <summary>Sets the budget. Nothing is deleted by that; see <see cref="TensorCaches.Trim"/>.</summary>
    /// <param name="cacheDirectory">Where caches lie.</param>
    /// <param name="bytes">At least <see cref="Smallest"/>; null returns to the default.</param>
    /// <exception cref="IOException">It could not be written.</exception>
    public static void Write(string cacheDirectory, long? bytes)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(cacheDirectory);
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes ?? Smallest, Smallest, nameof(bytes));
        var path = Path.Combine(cacheDirectory, FileName);
        if (bytes is not { } budget)
        {
            File.Delete(path);
            return;
        }

        File.WriteAllText(path + ".tmp", budget.ToString(CultureInfo.InvariantCulture));
        File.Move(path + ".tmp", path, overwrite: true);
    }
}
