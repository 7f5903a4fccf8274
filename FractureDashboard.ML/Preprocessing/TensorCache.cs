using System.IO.MemoryMappedFiles;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FractureDashboard.ML.Runtime;

namespace FractureDashboard.ML.Preprocessing;

/// <summary>
/// The decoded images of a data set on disk: one memory-mapped uint8 array [rows, size, size, channels] in numpy's format, a
/// row for each distinct content. Keyed by contents, so splits, labels and copies of one file share it.
/// </summary>
internal sealed class TensorCache : IDisposable
{
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;
    private readonly Dictionary<string, int> rows;
    private readonly long dataOffset;

    private TensorCache(MemoryMappedFile file, MemoryMappedViewAccessor view, TensorCacheIndex index)
    {
        this.file = file;
        this.view = view;
        Size = index.Size;
        Channels = index.Preprocessing.Channels;
        Failures = index.Failures.Concat(index.Missing).ToDictionary(StringComparer.Ordinal);
        IsComplete = index.Missing.Count == 0;
        dataOffset = index.DataOffset;
        rows = index.Rows.Select((hash, row) => (hash, row)).ToDictionary(r => r.hash, r => r.row, StringComparer.Ordinal);
    }

    /// <summary>Side of the images in pixels.</summary>
    public int Size { get; }

    /// <summary>Channels of every row: 1 or 3.</summary>
    public int Channels { get; }

    /// <summary>Bytes of a row.</summary>
    public int RowBytes => Size * Size * Channels;

    /// <summary>False when files were missing or changed when it was built; they may be back.</summary>
    public bool IsComplete { get; }

    /// <summary>Contents that could not be decoded, with the reason.</summary>
    public IReadOnlyDictionary<string, string> Failures { get; }

    /// <summary>The row of a content, or null when it could not be decoded.</summary>
    /// <param name="contentHash">SHA-256 of the file.</param>
    public int? RowOf(string contentHash) => !Failures.ContainsKey(contentHash) && rows.TryGetValue(contentHash, out var row) ? row : null;

    /// <summary>Copies a row's pixels, height by width by channel.</summary>
    /// <param name="row">The row.</param>
    /// <param name="target">At least <see cref="RowBytes"/> long.</param>
    public void CopyRow(int row, Span<byte> target)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, rows.Count);
        view.SafeMemoryMappedViewHandle.ReadSpan((ulong)(dataOffset + ((long)row * RowBytes)), target[..RowBytes]);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        view.Dispose();
        file.Dispose();
    }

    /// <summary>The file name of a cache, without its extension.</summary>
    /// <param name="hashes">The distinct contents in ordinal order.</param>
    /// <param name="size">Side in pixels.</param>
    /// <param name="preprocessing">How files become rows.</param>
    public static string Key(IEnumerable<string> hashes, int size, PreprocessingOptions preprocessing)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(Encoding.ASCII.GetBytes($"v{TensorCacheIndex.FormatVersion} {preprocessing.Fit} {size} {preprocessing.Channels}{(preprocessing.Clahe ? " clahe" : "")}\n"));
        foreach (var hash in hashes)
        {
            sha.AppendData(Encoding.ASCII.GetBytes(hash));
        }

        return $"{Convert.ToHexStringLower(sha.GetHashAndReset())[..32]}-{size}x{size}x{preprocessing.Channels}";
    }

    /// <summary>Opens a finished cache after checking its hash.</summary>
    /// <param name="path">Path without extension.</param>
    /// <returns>The cache, or null when there is none or it is damaged.</returns>
    public static TensorCache? TryOpen(string path)
    {
        if (!File.Exists(path + TensorCacheIndex.Extension) || !File.Exists(path + ".npy"))
        {
            return null;
        }

        TensorCacheIndex? index;
        try
        {
            index = JsonSerializer.Deserialize<TensorCacheIndex>(File.ReadAllBytes(path + TensorCacheIndex.Extension));
        }
        catch (JsonException)
        {
            return null;
        }

        if (index?.Preprocessing is null || index.Size <= 0 || new FileInfo(path + ".npy").Length != index.FileBytes || !string.Equals(FileHash.Of(path + ".npy"), index.Sha256, StringComparison.Ordinal))
        {
            return null;
        }

        var map = MemoryMappedFile.CreateFromFile(path + ".npy", FileMode.Open, mapName: null, capacity: 0, MemoryMappedFileAccess.Read);
        return new TensorCache(map, map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read), index);
    }
}

/// <summary>What stands beside a cache's array.</summary>
/// <param name="Size">Side in pixels.</param>
/// <param name="Preprocessing">How files became rows.</param>
/// <param name="Rows">Content hash of each row.</param>
/// <param name="Failures">Contents that cannot be decoded, with the reason; their rows are black and never used.</param>
/// <param name="Missing">Contents no file held when the cache was built, with the reason.</param>
/// <param name="DataOffset">Bytes before the first row.</param>
/// <param name="FileBytes">Length of the array's file.</param>
/// <param name="Sha256">Hash of the array's file.</param>
internal sealed record TensorCacheIndex(
    int Size,
    PreprocessingOptions Preprocessing,
    IReadOnlyList<string> Rows,
    IReadOnlyDictionary<string, string> Failures,
    IReadOnlyDictionary<string, string> Missing,
    long DataOffset,
    long FileBytes,
    string Sha256)
{
    /// <summary>Counts up when the decoder's output changes, so that old caches are not used.</summary>
    public const int FormatVersion = 2;

    /// <summary>Extension of the index file.</summary>
    public const string Extension = ".json";
}
