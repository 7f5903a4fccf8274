namespace FractureDashboard.ML.Preprocessing;

/// <summary>A tensor cache on disk, or what a build has left of one.</summary>
/// <param name="Name">Its file name without extension.</param>
/// <param name="Size">Side of the images in pixels; 0 when it is unfinished or damaged.</param>
/// <param name="Preprocessing">How files became rows; null when it is unfinished or damaged.</param>
/// <param name="Images">Distinct images in it.</param>
/// <param name="Bytes">What it takes on disk.</param>
/// <param name="LastUsedUtc">When a run opened it last, or when its build went on.</param>
/// <param name="IsInUse">Whether a run of this process uses or builds it.</param>
/// <param name="IsComplete">False for an unfinished build, which the next run with the same images goes on with.</param>
public sealed record TensorCacheEntry(
    string Name, int Size, PreprocessingOptions? Preprocessing, int Images, long Bytes, DateTime LastUsedUtc, bool IsInUse, bool IsComplete);

/// <summary>The tensor caches of a folder.</summary>
public static class TensorCaches
{
    private static readonly TimeSpan StaleAfter = TimeSpan.FromDays(7);
    private static readonly string[] Extensions =
        [TensorCacheIndex.Extension, TensorCache.ArrayExtension, PartialCache.ArrayExtension, PartialCache.JournalExtension, TensorCacheIndex.Extension + ".tmp"];

    /// <summary>Every cache, most recently used first.</summary>
    /// <param name="cacheDirectory">Where caches lie.</param>
    /// <returns>The caches; none when the folder does not exist.</returns>
    public static IReadOnlyList<TensorCacheEntry> List(string cacheDirectory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(cacheDirectory);
        return
        [
            .. Names(cacheDirectory).Select(n => Describe(cacheDirectory, n)).OfType<TensorCacheEntry>()
                .OrderByDescending(c => c.LastUsedUtc).ThenBy(c => c.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>Deletes a cache that no run of this process uses. It is built again when a run needs it.</summary>
    /// <param name="cacheDirectory">Where caches lie.</param>
    /// <param name="name">Its name.</param>
    /// <returns>False when it is in use; true when it is gone.</returns>
    /// <exception cref="IOException">A file could not be deleted.</exception>
    public static bool Delete(string cacheDirectory, string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(cacheDirectory);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (!string.Equals(Path.GetFileName(name), name, StringComparison.Ordinal))
        {
            throw new ArgumentException($"'{name}' is not the name of a cache.", nameof(name));
        }

        return CacheLeases.TryWithout(Path.Combine(cacheDirectory, name), () => DeleteFiles(cacheDirectory, name));
    }

    /// <summary>Deletes builds that nobody went on with for a week, then the least recently used caches until the rest keeps to the budget.</summary>
    /// <param name="cacheDirectory">Where caches lie.</param>
    /// <param name="clock">The time.</param>
    /// <returns>The names of what was deleted; never one that a run of this process uses.</returns>
    public static IReadOnlyList<string> Trim(string cacheDirectory, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        var budget = CacheBudget.Read(cacheDirectory).Bytes;
        var caches = List(cacheDirectory);
        var total = caches.Sum(c => c.Bytes);
        var stale = clock.GetUtcNow().UtcDateTime - StaleAfter;
        var deleted = new List<string>();
        foreach (var cache in caches.Reverse().Where(c => !c.IsInUse).OrderBy(c => c.IsComplete || c.LastUsedUtc >= stale))
        {
            var isStale = !cache.IsComplete && cache.LastUsedUtc < stale;
            if ((isStale || total > budget) && TryDelete(cacheDirectory, cache.Name))
            {
                total -= cache.Bytes;
                deleted.Add(cache.Name);
            }
        }

        return deleted;
    }

    /// <summary>Deletes every cache that holds one of some contents. They are built again when a run needs them.</summary>
    /// <param name="cacheDirectory">Where caches lie.</param>
    /// <param name="contentHashes">SHA-256 of image files, lower-case hexadecimal.</param>
    /// <exception cref="IOException">A file could not be deleted.</exception>
    public static void DeleteHolding(string cacheDirectory, IReadOnlySet<string> contentHashes)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(cacheDirectory);
        ArgumentNullException.ThrowIfNull(contentHashes);
        foreach (var name in Names(cacheDirectory).Where(n => Holds(Path.Combine(cacheDirectory, n), contentHashes)))
        {
            DeleteFiles(cacheDirectory, name);
        }
    }

    /// <summary>Notes that a cache was used.</summary>
    /// <param name="path">Its path without extension.</param>
    /// <param name="clock">The time.</param>
    internal static void Used(string path, TimeProvider clock) =>
        File.SetLastWriteTimeUtc(path + TensorCacheIndex.Extension, clock.GetUtcNow().UtcDateTime);

    private static bool TryDelete(string cacheDirectory, string name)
    {
        try
        {
            return Delete(cacheDirectory, name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Held by another process, where the system does not let go of open files; it will be its turn another time.
            return false;
        }
    }

    private static List<string> Names(string cacheDirectory) => !Directory.Exists(cacheDirectory)
        ? []
        :
        [
            .. Directory.EnumerateFiles(cacheDirectory).Select(p => Path.GetFileName(p))
                .Select(f => Extensions.FirstOrDefault(e => f.EndsWith(e, StringComparison.Ordinal)) is { } e ? f[..^e.Length] : "")
                .Where(n => n.Length > 0).Distinct(StringComparer.Ordinal),
        ];

    private static TensorCacheEntry? Describe(string cacheDirectory, string name)
    {
        var path = Path.Combine(cacheDirectory, name);
        var files = Extensions.Select(e => new FileInfo(path + e)).Where(f => f.Exists).ToArray();
        if (files.Length == 0)
        {
            return null;
        }

        var (bytes, isInUse) = (files.Sum(f => f.Length), CacheLeases.IsHeld(path));
        return TensorCacheIndex.TryRead(path + TensorCacheIndex.Extension) is { } index && File.Exists(path + TensorCache.ArrayExtension)
            ? new(name, index.Size, index.Preprocessing, index.Rows.Count, bytes, File.GetLastWriteTimeUtc(path + TensorCacheIndex.Extension), isInUse, true)
            : new(name, 0, null, PartialCache.ReadJournal(path + PartialCache.JournalExtension).Count, bytes, files.Max(f => f.LastWriteTimeUtc), isInUse, false);
    }

    private static void DeleteFiles(string cacheDirectory, string name)
    {
        // The index goes first: an array without one is never used.
        foreach (var extension in Extensions)
        {
            File.Delete(Path.Combine(cacheDirectory, name + extension));
        }
    }

    /// <summary>An index that cannot be read is of no use to anyone, so it may as well go.</summary>
    private static bool Holds(string path, IReadOnlySet<string> contentHashes)
    {
        var index = TensorCacheIndex.TryRead(path + TensorCacheIndex.Extension);
        return (index is null && File.Exists(path + TensorCacheIndex.Extension))
            || (index?.Rows.Any(contentHashes.Contains) ?? false)
            || PartialCache.ReadJournal(path + PartialCache.JournalExtension).Any(l => contentHashes.Contains(l.Content));
    }
}
