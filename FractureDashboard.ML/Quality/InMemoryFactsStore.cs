using System.Collections.Concurrent;

namespace FractureDashboard.ML.Quality;

/// <summary>Keeps facts for as long as it lives itself: for one scan of the command line, or for scans in a row.</summary>
public sealed class InMemoryFactsStore : IFileFactsStore
{
    private readonly ConcurrentDictionary<(string Path, long Bytes, DateTime ModifiedUtc), FileFacts> kept = new();

    /// <inheritdoc/>
    public FileFacts? Find(PlacedFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return kept.GetValueOrDefault(Key(file));
    }

    /// <inheritdoc/>
    public void Keep(PlacedFile file, FileFacts facts)
    {
        ArgumentNullException.ThrowIfNull(file);
        kept[Key(file)] = facts;
    }

    private static (string Path, long Bytes, DateTime ModifiedUtc) Key(PlacedFile file) => (file.RelativePath, file.Bytes, file.ModifiedUtc);
}
