using System.Text.Json;

namespace FractureDashboard.ML.Preprocessing;

/// <summary>The tensor caches of a folder.</summary>
public static class TensorCaches
{
    /// <summary>Deletes every cache that holds one of some contents. They are built again when a run needs them.</summary>
    /// <param name="cacheDirectory">Where caches lie.</param>
    /// <param name="contentHashes">SHA-256 of image files, lower-case hexadecimal.</param>
    /// <exception cref="IOException">A file could not be deleted.</exception>
    public static void DeleteHolding(string cacheDirectory, IReadOnlySet<string> contentHashes)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(cacheDirectory);
        ArgumentNullException.ThrowIfNull(contentHashes);
        foreach (var index in Directory.EnumerateFiles(cacheDirectory, "*" + TensorCacheIndex.Extension).Where(p => Holds(p, contentHashes)).ToList())
        {
            // The index goes first: an array without one is never used.
            File.Delete(index);
            File.Delete(Path.ChangeExtension(index, ".npy"));
        }
    }

    private static bool Holds(string indexPath, IReadOnlySet<string> contentHashes)
    {
        try
        {
            return JsonSerializer.Deserialize<TensorCacheIndex>(File.ReadAllBytes(indexPath))?.Rows?.Any(contentHashes.Contains) ?? true;
        }
        catch (JsonException)
        {
            // Of no use to anyone, so it may as well go.
            return true;
        }
    }
}
