using FractureDashboard.ML.Imaging;

namespace FractureDashboard.Gallery;

/// <summary>An image as a browser can show it.</summary>
/// <param name="Content">The bytes.</param>
/// <param name="MediaType">What they are, exactly: browsers are told not to guess.</param>
internal sealed record BrowserImage(byte[] Content, string MediaType);

/// <summary>
/// Full-size images for the viewer: the original bytes where every browser shows them as the decoder reads them, our
/// own lossless rendering of everything else.
/// </summary>
/// <param name="decoder">Reads headers.</param>
/// <param name="display">Renders.</param>
internal sealed class FullImages(ImageDecoder decoder, DisplayImages display) : IDisposable
{
    // Whole images are held in memory: few at a time.
    private readonly SemaphoreSlim slots = new(Math.Max(2, Environment.ProcessorCount));

    /// <summary>The image of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The image, or the reason why there is none.</returns>
    public async Task<DecodeResult<BrowserImage>> GetAsync(ImageFile file, CancellationToken cancellationToken)
    {
        await slots.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => Read(file.FullPath), cancellationToken);
        }
        finally
        {
            slots.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => slots.Dispose();

    private DecodeResult<BrowserImage> Read(string path)
    {
        var header = decoder.ReadHeader(path, DecodeLimits.Dataset);
        if (header.Value is not { } facts)
        {
            return header.Error!;
        }

        if (ReadOriginal(path, facts) is { } original)
        {
            return new BrowserImage(original, ImageFormats.MediaType(facts.Format));
        }

        var rendered = display.Render(path);
        return rendered.Value is { } png ? new BrowserImage(png, DisplayImages.MediaType) : rendered.Error!;
    }

    private static byte[]? ReadOriginal(string path, ImageHeader facts)
    {
        // Transparency and CMYK are flattened and converted by us as for the model, and 16 bits scaled.
        if (facts.Channels is not (1 or 3) || facts.BitsPerChannel > 8 || facts.Format is not (ImageFormat.Jpeg or ImageFormat.Png or ImageFormat.WebP))
        {
            return null;
        }

        try
        {
            var content = File.ReadAllBytes(path);
            return ImageFormats.Sniff(content) == facts.Format && BrowserFormats.ShowAlike(facts.Format, content) ? content : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The rendering fails the same way and says why.
            return null;
        }
    }
}
