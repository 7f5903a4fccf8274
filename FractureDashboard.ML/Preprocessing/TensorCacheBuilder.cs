using System.IO.MemoryMappedFiles;
using System.Security.Cryptography;
using System.Text.Json;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Runtime;

namespace FractureDashboard.ML.Preprocessing;

/// <summary>Opens the tensor cache of a set of images, decoding what is not there yet on all cores.</summary>
/// <param name="decoder">Decodes the files.</param>
internal sealed class TensorCacheBuilder(ImageDecoder decoder)
{
    /// <summary>Opens or builds the cache.</summary>
    /// <param name="cacheDirectory">Where caches lie; created when missing.</param>
    /// <param name="datasetRoot">Root of the data set; only read.</param>
    /// <param name="images">All images of the manifest.</param>
    /// <param name="size">Side of the square target in pixels.</param>
    /// <param name="preprocessing">How files become rows.</param>
    /// <param name="progress">Is told how many contents are decoded, from any thread.</param>
    /// <param name="cancellationToken">Stops; a half-built file is removed.</param>
    /// <returns>The cache; the caller disposes it.</returns>
    /// <exception cref="IOException">The disk is full or failing.</exception>
    public TensorCache Open(
        string cacheDirectory, string datasetRoot, IReadOnlyList<ImageRecord> images, int size, PreprocessingOptions preprocessing, Action<int, int> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        Directory.CreateDirectory(cacheDirectory);
        var contents = images.GroupBy(i => i.ContentHash, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).ToArray();
        var path = Path.Combine(cacheDirectory, TensorCache.Key(contents.Select(c => c.Key), size, preprocessing));
        if (TensorCache.TryOpen(path) is { } existing)
        {
            if (existing.IsComplete)
            {
                progress(contents.Length, contents.Length);
                return existing;
            }

            existing.Dispose();
        }

        Build(path, datasetRoot, contents, size, preprocessing, progress, cancellationToken);
        return TensorCache.TryOpen(path) ?? throw new IOException($"The tensor cache '{path}' could not be read back.");
    }

    private void Build(
        string path, string datasetRoot, IGrouping<string, ImageRecord>[] contents, int size, PreprocessingOptions preprocessing, Action<int, int> progress, CancellationToken cancellationToken)
    {
        var decode = preprocessing.Decode(size);
        var header = NpyHeader.ForBytes(contents.Length, size, size, preprocessing.Channels);
        var rowBytes = (long)size * size * preprocessing.Channels;
        var length = header.Length + (contents.Length * rowBytes);
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        var outcomes = new Outcome[contents.Length];
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0))
            {
                // Claimed at once: a full disk must show here, as an exception, and not as a fault in mapped memory.
                RandomAccess.SetLength(stream.SafeFileHandle, length);
                ReserveSpace(stream, length);
                RandomAccess.Write(stream.SafeFileHandle, header, 0);
                using var map = MemoryMappedFile.CreateFromFile(stream, mapName: null, capacity: 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
                using var view = map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.ReadWrite);
                var done = 0;
                Parallel.For(0, contents.Length, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount }, row =>
                {
                    var (pixels, outcome) = Decode(datasetRoot, contents[row], decode);
                    outcomes[row] = outcome;
                    if (pixels is not null)
                    {
                        view.SafeMemoryMappedViewHandle.WriteSpan<byte>((ulong)(header.Length + (row * rowBytes)), pixels);
                    }

                    progress(Interlocked.Increment(ref done), contents.Length);
                });
                view.Flush();
                stream.Flush(flushToDisk: true);
            }

            string[] rows = [.. contents.Select(c => c.Key)];
            var index = new TensorCacheIndex(
                size, preprocessing, rows, Reasons(rows, outcomes, o => o.Failure), Reasons(rows, outcomes, o => o.Missing), header.Length, length, FileHash.Of(temporary));
            File.Delete(path + TensorCacheIndex.Extension);
            File.Move(temporary, path + ".npy", overwrite: true);
            WriteIndex(path + TensorCacheIndex.Extension, index);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static Dictionary<string, string> Reasons(string[] rows, Outcome[] outcomes, Func<Outcome, string?> reason) =>
        rows.Zip(outcomes).Where(r => reason(r.Second) is not null).ToDictionary(r => r.First, r => reason(r.Second)!, StringComparer.Ordinal);

    /// <summary>Decodes the first file of a content that still holds it.</summary>
    private (byte[]? Pixels, Outcome Outcome) Decode(string root, IEnumerable<ImageRecord> copies, DecodeOptions decode)
    {
        string? missing = null;
        foreach (var copy in copies)
        {
            var file = FileContent.ReadImage(Path.Combine(root, copy.RelativePath), DecodeLimits.Dataset.MaxBytes);
            if (file.Value is not { } bytes)
            {
                missing ??= file.Error!.Message;
                continue;
            }

            if (!string.Equals(Convert.ToHexStringLower(SHA256.HashData(bytes)), copy.ContentHash, StringComparison.Ordinal))
            {
                missing ??= "The file has changed since the data set was indexed. Index the data set again.";
                continue;
            }

            var decoded = decoder.Decode(bytes, decode);
            return decoded.Value is { } image ? (image.Pixels, default) : (null, new Outcome(decoded.Error!.Message, null));
        }

        return (null, new Outcome(null, missing));
    }

    private static void ReserveSpace(FileStream stream, long length)
    {
        var drive = new DriveInfo(Path.GetFullPath(stream.Name));
        if (drive.AvailableFreeSpace < length)
        {
            throw new IOException(
                $"The decoded images need {length >> 20} MiB and the disk of the data folder has {drive.AvailableFreeSpace >> 20} MiB left. Free some space and resume the run.");
        }
    }

    private readonly record struct Outcome(string? Failure, string? Missing);

    private static void WriteIndex(string path, TensorCacheIndex index)
    {
        var temporary = path + ".tmp";
        using (var stream = File.Create(temporary))
        {
            JsonSerializer.Serialize(stream, index);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
