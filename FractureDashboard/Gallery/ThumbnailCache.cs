using FractureDashboard.ML.Imaging;
using FractureDashboard.Storage;

namespace FractureDashboard.Gallery;

/// <summary>Renders a thumbnail, see <see cref="Thumbnails.Render"/>.</summary>
/// <param name="path">An image file.</param>
/// <param name="size">Side of the square it must fit into.</param>
/// <returns>A WebP file, or the reason why there is none.</returns>
internal delegate DecodeResult<byte[]> ThumbnailRenderer(string path, int size);

/// <summary>
/// Thumbnails, each made once and kept on the disk by content hash, so that byte-identical images share one.
/// However many are asked for at a time, only as many are decoded as there are processors to spare.
/// </summary>
/// <param name="paths">Where they are kept.</param>
/// <param name="render">Makes one.</param>
/// <param name="logger">Hears of a disk that cannot be written.</param>
internal sealed partial class ThumbnailCache(AppPaths paths, ThumbnailRenderer render, ILogger<ThumbnailCache> logger) : IDisposable
{
    /// <summary>Side of the square that a thumbnail fits into: sharp on a double-density screen.</summary>
    public const int Size = 320;

    private const int Gates = 64;

    private readonly SemaphoreSlim slots = new(Math.Max(1, Environment.ProcessorCount - 1));

    // Requests for the same content queue here, so that the second finds what the first has made. A request that is
    // aborted (the user scrolled on) leaves its queue and costs nothing.
    private readonly SemaphoreSlim[] gates = [.. Enumerable.Range(0, Gates).Select(_ => new SemaphoreSlim(1))];

    /// <summary>The thumbnail of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>A WebP file, or the reason why there is none.</returns>
    public async Task<DecodeResult<byte[]>> GetAsync(ImageFile file, CancellationToken cancellationToken)
    {
        var place = file.IsAsIndexed ? PlaceOf(file.ContentHash) : null;
        if (await ReadAsync(place, cancellationToken) is { } kept)
        {
            return kept;
        }

        var gate = gates[(uint)file.ContentHash.GetHashCode(StringComparison.Ordinal) % Gates];
        await gate.WaitAsync(cancellationToken);
        try
        {
            return await ReadAsync(place, cancellationToken) is { } made ? made : await MakeAsync(file, place, cancellationToken);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        slots.Dispose();
        Array.ForEach(gates, g => g.Dispose());
    }

    /// <summary>Where the thumbnail of a content is kept; null when the hash is not one.</summary>
    internal string? PlaceOf(string contentHash) => contentHash.Length == 64 && contentHash.All(char.IsAsciiHexDigitLower)
        ? Path.Combine(paths.Thumbnails, contentHash[..2], $"{contentHash}-{Size}.webp")
        : null;

    private async Task<DecodeResult<byte[]>> MakeAsync(ImageFile file, string? place, CancellationToken cancellationToken)
    {
        await slots.WaitAsync(cancellationToken);
        try
        {
            var rendered = await Task.Run(() => render(file.FullPath, Size), cancellationToken);
            if (rendered.Value is { } thumbnail && place is not null)
            {
                await KeepAsync(place, thumbnail);
            }

            return rendered;
        }
        finally
        {
            slots.Release();
        }
    }

    private static async Task<byte[]?> ReadAsync(string? place, CancellationToken cancellationToken)
    {
        try
        {
            // A power cut can leave an empty file behind a rename: what is no WebP is made again.
            return place is not null && File.Exists(place)
                && await File.ReadAllBytesAsync(place, cancellationToken) is { } bytes
                && ImageFormats.Sniff(bytes) == ImageFormat.WebP ? bytes : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    // The picture is there already: a full disk costs the next request a rendering, not this one its answer.
    private async Task KeepAsync(string place, byte[] thumbnail)
    {
        var temporary = Path.Combine(paths.Temporary, $"thumb-{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            await File.WriteAllBytesAsync(temporary, thumbnail, CancellationToken.None);
            File.Move(temporary, place, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotKept(logger, place, e);
            File.Delete(temporary);
        }
    }

    [LoggerMessage(3001, LogLevel.Warning, "The thumbnail {Place} could not be kept; it is made again at each request. Free space on the disk or make the folder writable.")]
    private static partial void LogNotKept(ILogger logger, string place, Exception exception);
}
