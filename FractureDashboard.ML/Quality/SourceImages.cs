using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Preprocessing;

namespace FractureDashboard.ML.Quality;

/// <summary>Reads each content of a data set once, small and grey, and takes its frequencies.</summary>
/// <param name="root">The data set's root.</param>
/// <param name="decoder">Decodes the files.</param>
internal sealed class SourceImages(string root, ImageDecoder decoder)
{
    private const int Side = LogPolarPatches.Side;
    private static readonly PreprocessingOptions Preprocessing = new(FitMode.Letterbox, Greyscale: true);

    /// <summary>Reads them.</summary>
    /// <param name="pathsByContent">The files of each content.</param>
    /// <param name="cacheFolder">Where decoded images are kept; null keeps none.</param>
    /// <param name="progress">Is told how many contents are done, from any thread.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The contents that could be decoded, in the order given, and their frequencies.</returns>
    /// <exception cref="IOException">The cache could not be written.</exception>
    public (IReadOnlyList<string> Contents, RingSpectra Spectra) Read(
        IReadOnlyList<KeyValuePair<string, string[]>> pathsByContent, string? cacheFolder, Action<int> progress, CancellationToken cancellationToken)
    {
        using var cache = cacheFolder is null ? null : OpenCache(cacheFolder, pathsByContent, progress, cancellationToken);
        var all = new RingSpectra(pathsByContent.Count);
        var isSet = new bool[pathsByContent.Count];
        var done = 0;
        var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(0, pathsByContent.Count, options, i =>
        {
            var (content, paths) = pathsByContent[i];
            if (Pixels(cache, content, paths) is { } square)
            {
                var (grey, width, height) = WithoutBars(square, paths);
                var patch = new float[LogPolarPatches.Rings * LogPolarPatches.Angles];
                LogPolarPatches.Sample(grey, width, height, patch);
                all.Set(i, patch);
                isSet[i] = true;
            }

            var count = Interlocked.Increment(ref done);
            if (cache is null)
            {
                progress(count);
            }
        });
        int[] places = [.. Enumerable.Range(0, pathsByContent.Count).Where(i => isSet[i])];
        return (Array.ConvertAll(places, i => pathsByContent[i].Key), all.Only(places));
    }

    private TensorCache OpenCache(string cacheFolder, IReadOnlyList<KeyValuePair<string, string[]>> pathsByContent, Action<int> progress, CancellationToken cancellationToken)
    {
        // The cache looks at content and path alone.
        ImageRecord[] records =
            [.. from content in pathsByContent
                from path in content.Value
                select new ImageRecord(path, Split.Train, Label.NotFractured, 0, default, content.Key, 0, 0, ImageFormat.Unknown)];
        return new TensorCacheBuilder(decoder).Open(cacheFolder, root, records, Side, Preprocessing, (done, _) => progress(done), cancellationToken);
    }

    private byte[]? Pixels(TensorCache? cache, string content, string[] paths)
    {
        if (cache is not null)
        {
            if (cache.RowOf(content) is not { } row)
            {
                return null;
            }

            var pixels = new byte[cache.RowBytes];
            cache.CopyRow(row, pixels);
            return pixels;
        }

        return paths.Select(p => decoder.DecodeFile(Path.Combine(root, p), Preprocessing.Decode(Side)).Value?.Pixels).FirstOrDefault(p => p is not null);
    }

    /// <summary>Cuts off what the letterbox added; the header tells how much, the black bars on which sides, since the picture may be stored lying.</summary>
    private (byte[] Grey, int Width, int Height) WithoutBars(byte[] square, string[] paths)
    {
        var header = paths.Select(p => decoder.ReadHeader(Path.Combine(root, p), DecodeLimits.Dataset).Value).FirstOrDefault(h => h is not null);
        if (header is null || header.Width == header.Height)
        {
            return (square, Side, Side);
        }

        var (shorter, longer) = (Math.Min(header.Width, header.Height), Math.Max(header.Width, header.Height));
        var kept = Math.Clamp((int)Math.Round((double)shorter * Side / longer), 1, Side);
        var bar = (Side - kept) / 2;
        var isLying = header.Width > header.Height;
        if (IsBlack(square, bar, above: !isLying) && !IsBlack(square, bar, above: isLying))
        {
            isLying = !isLying;
        }

        return isLying
            ? (square[(bar * Side)..((bar + kept) * Side)], Side, kept)
            : ([.. Enumerable.Range(0, Side).SelectMany(y => square[((y * Side) + bar)..((y * Side) + bar + kept)])], kept, Side);
    }

    private static bool IsBlack(byte[] square, int bar, bool above)
    {
        for (var i = 0; i < bar * Side; i++)
        {
            var (along, across) = (i % Side, i / Side);
            if (square[above ? i : (along * Side) + across] != 0)
            {
                return false;
            }
        }

        return true;
    }
}
