using System.IO.MemoryMappedFiles;
using System.Security.Cryptography;
using System.Text;

namespace FractureDashboard.ML.Preprocessing;

/// <summary>
/// The decoded images of a data set on disk: one memory-mapped uint8 array [rows, size, size, channels] in numpy's format, a
/// row for each distinct content. Keyed by contents, so splits, labels and copies of one file share it.
/// </summary>
internal sealed class TensorCache : IDisposable
{
    /// <summary>Extension of the array's file.</summary>
    public const string ArrayExtension = ".npy";

    private readonly IDisposable lease;
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;
    private readonly Dictionary<string, int> rows;
    private readonly long dataOffset;

    private TensorCache(IDisposable lease, MemoryMappedFile file, MemoryMappedViewAccessor view, TensorCacheIndex index)
    {
        this.lease = lease;
        this.file = file;
        this.view = view;
        Size = index.Size;
        Channels = index.Preprocessing.Channels;
        Failures = index.Failures.Concat(index.Missing).ToDictionary(StringComparer.Ordinal);
        IsComplete = index.Missing.Count == 0;
        dataOffset = index.OffsetOf(0);
        rows = index.Rows.Select((hash, row) => (hash, row)).ToDictionary(r => r.hash, r => r.row, StringComparer.Ordinal);
    }

    /// <summary>Side of the images in pixels.</summary>
    public int Size { get; }

    /// <summary>Channels of every row: 1 or 3.</summary>
    public int Channels { get; }

    /// <summary>Rows, those that are not used among them.</summary>
    public int RowCount => rows.Count;

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
        lease.Dispose();
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

    /// <summary>Opens a finished cache after checking the hash of every row, on all cores.</summary>
    /// <param name="path">Path without extension.</param>
    /// <returns>The cache, in use until it is disposed; null when there is none or it is damaged.</returns>
    public static TensorCache? TryOpen(string path)
    {
        var held = CacheLeases.Take(path);
        MemoryMappedFile? array = null;
        MemoryMappedViewAccessor? pixels = null;
        TensorCache? cache = null;
        try
        {
            if (TensorCacheIndex.TryRead(path + TensorCacheIndex.Extension) is not { } index
                || !File.Exists(path + ArrayExtension) || new FileInfo(path + ArrayExtension).Length != index.FileBytes)
            {
                return null;
            }

            array = MemoryMappedFile.CreateFromFile(path + ArrayExtension, FileMode.Open, mapName: null, capacity: 0, MemoryMappedFileAccess.Read);
            pixels = array.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            if (IsWhole(pixels, index))
            {
                cache = new TensorCache(held, array, pixels, index);
            }

            return cache;
        }
        finally
        {
            if (cache is null)
            {
                pixels?.Dispose();
                array?.Dispose();
                held.Dispose();
            }
        }
    }

    private static bool IsWhole(MemoryMappedViewAccessor view, TensorCacheIndex index)
    {
        var header = new byte[index.Header.Length];
        view.SafeMemoryMappedViewHandle.ReadSpan<byte>(0, header);
        return header.AsSpan().SequenceEqual(index.Header)
            && Parallel.For(0, index.Rows.Count, () => new byte[index.RowBytes], (row, state, buffer) =>
            {
                view.SafeMemoryMappedViewHandle.ReadSpan<byte>((ulong)index.OffsetOf(row), buffer);
                if (!index.IsUsable(row) || string.Equals(RowHash(buffer), index.RowHashes[row], StringComparison.Ordinal))
                {
                    return buffer;
                }

                state.Stop();
                return buffer;
            }, _ => { }).IsCompleted;
    }

    /// <summary>The hash by which a row is told from a damaged one.</summary>
    /// <param name="pixels">The row.</param>
    public static string RowHash(ReadOnlySpan<byte> pixels) => Convert.ToHexStringLower(SHA256.HashData(pixels));
}
