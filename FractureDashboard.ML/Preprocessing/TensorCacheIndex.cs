using System.Text.Json;
using System.Text.Json.Serialization;

namespace FractureDashboard.ML.Preprocessing;

/// <summary>What stands beside a cache's array.</summary>
/// <param name="Size">Side in pixels.</param>
/// <param name="Preprocessing">How files became rows.</param>
/// <param name="Rows">Content hash of each row.</param>
/// <param name="RowHashes">SHA-256 of each row's pixels; empty for a row that is not used.</param>
/// <param name="Failures">Contents that cannot be decoded, with the reason; their rows are black and never used.</param>
/// <param name="Missing">Contents no file held when the cache was built, with the reason.</param>
internal sealed record TensorCacheIndex(
    int Size,
    PreprocessingOptions Preprocessing,
    IReadOnlyList<string> Rows,
    IReadOnlyList<string> RowHashes,
    IReadOnlyDictionary<string, string> Failures,
    IReadOnlyDictionary<string, string> Missing)
{
    /// <summary>Counts up when the decoder's output or this record changes, so that old caches are not used.</summary>
    public const int FormatVersion = 2;

    /// <summary>Extension of the index file.</summary>
    public const string Extension = ".json";

    /// <summary>What the array's file begins with.</summary>
    [JsonIgnore]
    public byte[] Header { get; } = NpyHeader.ForBytes(Rows?.Count ?? 0, Size, Size, Preprocessing?.Channels ?? 0);

    /// <summary>Bytes of a row.</summary>
    [JsonIgnore]
    public int RowBytes => Size * Size * Preprocessing.Channels;

    /// <summary>Length of the array's file.</summary>
    [JsonIgnore]
    public long FileBytes => OffsetOf(Rows.Count);

    /// <summary>Where a row begins in the array's file.</summary>
    /// <param name="row">The row.</param>
    public long OffsetOf(int row) => Header.Length + ((long)row * RowBytes);

    /// <summary>Whether a row holds pixels.</summary>
    /// <param name="row">The row.</param>
    public bool IsUsable(int row) => RowHashes[row].Length > 0;

    /// <summary>Reads an index.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The index, or null when there is none or it is damaged.</returns>
    public static TensorCacheIndex? TryRead(string path)
    {
        try
        {
            var index = JsonSerializer.Deserialize<TensorCacheIndex>(File.ReadAllBytes(path));
            return index is { Size: > 0, Preprocessing: not null, Rows: not null, RowHashes: not null, Failures: not null, Missing: not null }
                && index.Rows.Count == index.RowHashes.Count
                ? index
                : null;
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Writes the index under a temporary name, flushes and renames it.</summary>
    /// <param name="path">The file.</param>
    public void Write(string path)
    {
        var temporary = path + ".tmp";
        using (var stream = File.Create(temporary))
        {
            JsonSerializer.Serialize(stream, this);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
