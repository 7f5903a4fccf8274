using System.Collections.Concurrent;
using FractureDashboard.ML.Quality;

namespace FractureDashboard.Jobs;

/// <summary>A file and what an inspection saw of it.</summary>
/// <param name="File">The file.</param>
/// <param name="Facts">What was seen.</param>
public sealed record SeenFile(PlacedFile File, FileFacts Facts);

/// <summary>
/// What earlier scans saw of a data set's files, and what the present one sees on its way to the database. The scan's threads
/// leave it here and wake nobody, see <see cref="QualityActivity"/>.
/// </summary>
/// <param name="known">From earlier scans, by relative path.</param>
public sealed class ScanFacts(IReadOnlyDictionary<string, KnownFacts> known) : IFileFactsStore
{
    private readonly ConcurrentQueue<SeenFile> waiting = new();

    /// <inheritdoc />
    public FileFacts? Find(PlacedFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return known.TryGetValue(file.RelativePath, out var k) && k.Bytes == file.Bytes && k.ModifiedUtc == file.ModifiedUtc ? k.Facts : null;
    }

    /// <inheritdoc />
    public void Keep(PlacedFile file, FileFacts facts) => waiting.Enqueue(new(file, facts));

    /// <summary>What waits to be stored.</summary>
    /// <returns>Each file once; empty when nothing is new.</returns>
    internal IReadOnlyList<SeenFile> Take()
    {
        var taken = new List<SeenFile>();
        while (waiting.TryDequeue(out var seen))
        {
            taken.Add(seen);
        }

        return taken;
    }
}

/// <summary>What an earlier scan saw of a file.</summary>
/// <param name="Bytes">The file's size then.</param>
/// <param name="ModifiedUtc">Its last write time then.</param>
/// <param name="Facts">What was seen.</param>
public sealed record KnownFacts(long Bytes, DateTime ModifiedUtc, FileFacts Facts);
