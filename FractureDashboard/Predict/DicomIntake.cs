using FractureDashboard.ML.Imaging;

namespace FractureDashboard.Predict;

/// <summary>What was uploaded, where something else is decoded in its place.</summary>
/// <param name="Format">Its format.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Elapsed">How long it took to make the picture of it.</param>
public sealed record ImageOrigin(ImageFormat Format, long Bytes, TimeSpan Elapsed);

/// <summary>A picture made of a DICOM file.</summary>
/// <param name="File">A PNG under a temporary name.</param>
/// <param name="Name">A name that does not give the patient away.</param>
/// <param name="Origin">What it was made of.</param>
public sealed record DicomUpload(ReceivedFile File, string Name, ImageOrigin Origin);

/// <summary>Puts a picture in the place of an uploaded DICOM file, which is not kept.</summary>
/// <param name="converter">Makes the picture.</param>
/// <param name="receiver">Writes it to disk.</param>
/// <param name="clock">The time.</param>
public sealed class DicomIntake(DicomConverter converter, UploadReceiver receiver, TimeProvider clock) : IDisposable
{
    private const int AtOnce = 2;

    // A process each, with up to two gigabytes: no more at once than images are decoded.
    private readonly SemaphoreSlim gate = new(AtOnce);

    /// <summary>Converts an upload.</summary>
    /// <param name="file">The DICOM file; the caller removes it.</param>
    /// <param name="name">Its name.</param>
    /// <param name="limits">What is refused.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The picture, or why there is none.</returns>
    public async Task<(DicomUpload? Upload, PredictionError? Error)> ConvertAsync(ReceivedFile file, string name, DecodeLimits limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        var started = clock.GetTimestamp();
        await gate.WaitAsync(cancellationToken);
        try
        {
            var converted = await converter.ConvertAsync(file.Path, name, limits, cancellationToken);
            if (converted.Value is not { } picture)
            {
                return (null, PredictionService.Refusal(converted.Error!, name));
            }

            using var content = new MemoryStream(picture.Png, writable: false);
            var (png, refused) = await receiver.ReceiveAsync(content, picture.Name, long.MaxValue, cancellationToken);
            return png is null
                ? (null, refused)
                : (new DicomUpload(png, picture.Name, new ImageOrigin(ImageFormat.Dicom, file.Bytes, clock.GetElapsedTime(started))), null);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => gate.Dispose();
}
