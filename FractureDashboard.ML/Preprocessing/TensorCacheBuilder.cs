using System.Collections.Concurrent;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;

namespace FractureDashboard.ML.Preprocessing;

/// <summary>Opens the tensor cache of a set of images, decoding what is not there yet on all cores.</summary>
/// <param name="decoder">Decodes the files.</param>
/// <param name="clock">Dates the use of caches; the system's when null.</param>
internal sealed class TensorCacheBuilder(ImageDecoder decoder, TimeProvider? clock = null)
{
    /// <summary>Opens or builds the cache, going on where an earlier build stopped; then makes room for it in the size budget.</summary>
    /// <param name="cacheDirectory">Where caches lie; created when missing.</param>
    /// <param name="datasetRoot">Root of the data set; only read.</param>
    /// <param name="images">All images of the manifest.</param>
    /// <param name="size">Side of the square target in pixels.</param>
    /// <param name="preprocessing">How files become rows.</param>
    /// <param name="progress">Is told how many contents are decoded, from any thread.</param>
    /// <param name="cancellationToken">Stops; what is done is kept for the next time.</param>
    /// <returns>The cache; the caller disposes it.</returns>
    /// <exception cref="IOException">The disk is full or failing.</exception>
    public TensorCache Open(
        string cacheDirectory, string datasetRoot, IReadOnlyList<ImageRecord> images, int size, PreprocessingOptions preprocessing, Action<int, int> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        Directory.CreateDirectory(cacheDirectory);
        var contents = images.GroupBy(i => i.ContentHash, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).ToArray();
        var path = Path.Combine(cacheDirectory, TensorCache.Key(contents.Select(c => c.Key), size, preprocessing));
        using var lease = CacheLeases.Take(path);
        var cache = OpenOrBuild(path, datasetRoot, contents, size, preprocessing, progress, cancellationToken);
        TensorCaches.Used(path, clock ?? TimeProvider.System);
        TensorCaches.Trim(cacheDirectory, clock ?? TimeProvider.System);
        return cache;
    }

    private TensorCache OpenOrBuild(
        string path, string datasetRoot, IGrouping<string, ImageRecord>[] contents, int size, PreprocessingOptions preprocessing, Action<int, int> progress, CancellationToken cancellationToken)
    {
        if (TensorCache.TryOpen(path) is { } existing)
        {
            if (existing.IsComplete)
            {
                progress(contents.Length, contents.Length);
                return existing;
            }

            existing.Dispose();
        }

        var none = new Dictionary<string, string>(StringComparer.Ordinal);
        Build(path, datasetRoot, contents, new TensorCacheIndex(size, preprocessing, [.. contents.Select(c => c.Key)], [], none, none), progress, cancellationToken);
        return TensorCache.TryOpen(path) ?? throw new IOException($"The tensor cache '{path}' could not be read back.");
    }

    private void Build(
        string path, string datasetRoot, IGrouping<string, ImageRecord>[] contents, TensorCacheIndex plan, Action<int, int> progress, CancellationToken cancellationToken)
    {
        var decode = plan.Preprocessing.Decode(plan.Size);
        var missing = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        using var partial = new PartialCache(path, plan);
        int[] open = [.. Enumerable.Range(0, contents.Length).Where(row => !partial.IsDone(row))];
        var done = contents.Length - open.Length;

        // Taken one by one, since images differ in what they cost.
        Parallel.ForEach(Partitioner.Create(open, loadBalance: true), new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount }, row =>
        {
            Decode(datasetRoot, contents[row], decode, pixels => partial.Write(row, pixels), failure => partial.Fail(row, failure), reason => missing[contents[row].Key] = reason);
            progress(Interlocked.Increment(ref done), contents.Length);
        });
        partial.Publish(missing);
    }

    /// <summary>Decodes the first file of a content that still holds it.</summary>
    private void Decode(string root, IEnumerable<ImageRecord> copies, DecodeOptions decode, Action<byte[]> write, Action<string> fail, Action<string> miss)
    {
        if (DatasetContent.Read(root, copies, out var missing) is not { } bytes)
        {
            miss(missing!);
            return;
        }

        var decoded = decoder.Decode(bytes, decode);
        if (decoded.Value is { } image)
        {
            write(image.Pixels);
        }
        else
        {
            fail(decoded.Error!.Message);
        }
    }
}
