using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Training;

namespace FractureDashboard.Predict;

/// <summary>All that an answer needs of an image file.</summary>
/// <param name="Header">What its header says.</param>
/// <param name="Pixels">The model's input.</param>
/// <param name="Pictures">What a browser may see of it.</param>
/// <param name="Elapsed">The time it took to get <paramref name="Pixels"/>: the pictures are not part of the answer.</param>
public sealed record ReadImage(ImageHeader Header, PixelImage Pixels, Renderings Pictures, TimeSpan Elapsed);

/// <summary>Turns a file into the model's input and into pictures, a few at a time.</summary>
/// <param name="decoder">Decodes.</param>
/// <param name="thumbnails">Draws small previews.</param>
/// <param name="displays">Draws full-size views.</param>
/// <param name="clock">The time.</param>
public sealed class ImageReading(ImageDecoder decoder, Thumbnails thumbnails, DisplayImages displays, TimeProvider clock) : IDisposable
{
    private const int ThumbnailSize = 192;
    private const int AtOnce = 2;

    // An image at the pixel limit takes 300 MB while it is decoded: many at once would take all memory.
    private readonly SemaphoreSlim gate = new(AtOnce);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">What the model was trained with.</param>
    /// <param name="limits">What is refused.</param>
    /// <param name="refuseDamage">Whether a file that decodes but is damaged somewhere is refused as well.</param>
    /// <param name="cancellationToken">Stops the wait for a turn.</param>
    /// <returns>The image, or why there is none.</returns>
    public async Task<DecodeResult<ReadImage>> ReadAsync(string path, TrainingOptions model, DecodeLimits limits, bool refuseDamage, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => Read(path, model, limits, refuseDamage), CancellationToken.None);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => gate.Dispose();

    private DecodeResult<ReadImage> Read(string path, TrainingOptions model, DecodeLimits limits, bool refuseDamage)
    {
        var started = clock.GetTimestamp();
        var header = decoder.ReadHeader(path, limits);
        if (header.Value is not { } facts)
        {
            return header.Error!;
        }

        // The strict decode only checks. The model gets the pixels of the ordinary one, with which it was trained:
        // the two resize differently, and an image must get the same answer whichever way it came.
        var options = model.Preprocessing.Decode(model.ImageSize) with { Limits = limits };
        if (refuseDamage && decoder.DecodeFile(path, options with { Strict = true }).Error is { } damage)
        {
            return damage;
        }

        var decoded = decoder.DecodeFile(path, options);
        if (decoded.Value is not { } pixels)
        {
            return decoded.Error!;
        }

        var elapsed = clock.GetElapsedTime(started);
        var thumbnail = thumbnails.Render(path, ThumbnailSize);
        var display = displays.Render(path);
        return thumbnail.Value is { } small && display.Value is { } large
            ? new ReadImage(facts, pixels, new Renderings(small, large), elapsed)
            : (thumbnail.Error ?? display.Error)!;
    }
}
