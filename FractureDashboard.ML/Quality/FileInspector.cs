using System.Globalization;
using FractureDashboard.ML.Imaging;

namespace FractureDashboard.ML.Quality;

/// <summary>
/// Looks at files: reads each once, hashes it, decodes every pixel strictly once, and takes all that the rules ask about from
/// that one decode. Bad content never throws. Safe to share between threads.
/// </summary>
/// <param name="decoder">Decodes.</param>
public sealed class FileInspector(ImageDecoder decoder)
{
    /// <summary>Images of more pixels are decoded one at a time, so that memory does not grow with the number of cores.</summary>
    private const long LargeImage = 16_000_000;

    private static readonly DecodeLimits Limits = DecodeLimits.Dataset;
    private readonly Lock oneLargeImage = new();

    /// <summary>Looks at a file.</summary>
    /// <param name="fullPath">The file.</param>
    /// <param name="cancellationToken">Stops while a large file that is no image is hashed.</param>
    /// <returns>What was seen; never throws for what a file holds or for a file that cannot be read.</returns>
    public FileFacts Inspect(string fullPath, CancellationToken cancellationToken) =>
        Inspect(fullPath, static (_, look) => look(), cancellationToken);

    /// <summary>Looks at a file, unless its content has been seen already.</summary>
    /// <param name="fullPath">The file.</param>
    /// <param name="share">Is given the content's hash and what looks at the content, and returns the facts of that content.</param>
    /// <param name="cancellationToken">Stops while a large file that is no image is hashed.</param>
    internal FileFacts Inspect(string fullPath, Func<string, Func<FileFacts>, FileFacts> share, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(fullPath);
        var file = HashedContent.Read(fullPath, Limits.MaxBytes, cancellationToken);
        return file.Hash is null
            ? Failed(file.Hash, file.Format, null, file.Error!)
            : share(file.Hash, () => file.Content is { } content ? Look(file.Hash, file.Format, content) : Failed(file.Hash, file.Format, null, file.Error!));
    }

    private FileFacts Look(string hash, ImageFormat format, byte[] content)
    {
        if (ClaimedPixels(format, content) <= LargeImage)
        {
            return LookNow(hash, format, content);
        }

        lock (oneLargeImage)
        {
            return LookNow(hash, format, content);
        }
    }

    private FileFacts LookNow(string hash, ImageFormat format, byte[] content)
    {
        var decoded = decoder.DecodeAsStored(content, Limits);
        if (decoded.Value is not var (stored, pixels))
        {
            return Failed(hash, format, content, decoded.Error!);
        }

        return new(
            hash,
            format,
            stored.Width,
            stored.Height,
            stored.Channels,
            stored.Bits,
            stored.Orientation,
            stored.Pages,
            stored.HasAlpha,
            stored.IsCmyk,
            TensorFlowReading.Accepts(format, content),
            Failure: null,
            Problem: null,
            PixelStatistics.Of(pixels),
            PerceptualHash.Of(pixels).ToString("x16", CultureInfo.InvariantCulture),
            MarkerLocator.Share(MarkerLocator.Find(pixels), pixels.Width, pixels.Height),
            stored.IsRare);
    }

    /// <summary>Also of what cannot be decoded, the header may tell something.</summary>
    private FileFacts Failed(string? hash, ImageFormat format, byte[]? content, DecodeError error)
    {
        var header = content is null ? null : decoder.ReadHeader(content, Limits).Value;
        var claimed = content is null ? null : HeaderSize.Peek(format, content);
        return new(
            hash,
            format,
            header?.Width ?? Side(claimed?.Width),
            header?.Height ?? Side(claimed?.Height),
            header?.Channels ?? 0,
            header?.BitsPerChannel ?? 0,
            Orientation: 1,
            Pages: 1,
            HasAlpha: false,
            IsCmyk: false,
            IsForTensorFlow: false,
            error.Kind,
            error.Message,
            Pixels: null,
            Hash: null);
    }

    private long ClaimedPixels(ImageFormat format, byte[] content)
    {
        if (HeaderSize.Peek(format, content) is { } size)
        {
            return size.Width * size.Height;
        }

        return decoder.ReadHeader(content, Limits).Value is { } header ? (long)header.Width * header.Height : 0;
    }

    private static int Side(long? claimed) => (int)Math.Clamp(claimed ?? 0, 0, int.MaxValue);
}
