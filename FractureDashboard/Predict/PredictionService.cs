using System.Text.Json;
using FractureDashboard.ML.Imaging;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Predict;

/// <summary>Answers for an image: receive, decode, score, keep. Knows no page.</summary>
/// <param name="databases">The database.</param>
/// <param name="runs">The runs that can answer.</param>
/// <param name="models">The loaded models.</param>
/// <param name="receiver">Takes uploads to disk.</param>
/// <param name="decoder">Decodes them.</param>
/// <param name="thumbnails">Draws small previews.</param>
/// <param name="displays">Draws full-size views.</param>
/// <param name="archive">Keeps the answers.</param>
/// <param name="clock">The time.</param>
public sealed class PredictionService(
    IDbContextFactory<DashboardContext> databases,
    FinishedRuns runs,
    ModelCache models,
    UploadReceiver receiver,
    ImageDecoder decoder,
    Thumbnails thumbnails,
    DisplayImages displays,
    PredictionArchive archive,
    TimeProvider clock)
{
    /// <summary>Largest upload, bytes.</summary>
    public static long MaximumBytes => DecodeLimits.Upload.MaxBytes;

    private const int ThumbnailSize = 192;

    /// <summary>Answers for an uploaded file. Damaged files are refused: half an image is no image.</summary>
    /// <param name="content">The upload.</param>
    /// <param name="claimedName">The name the browser gave.</param>
    /// <param name="runId">Whose model answers.</param>
    /// <param name="threshold">Scores at or above it are called fractured.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The stored answer, or why there is none.</returns>
    public Task<PredictionOutcome> PredictUploadAsync(Stream content, string claimedName, int runId, double threshold, CancellationToken cancellationToken) =>
        PredictAsync(content, UploadNames.Sanitise(claimedName), runId, threshold, new DecodeOptions(Limits: DecodeLimits.Upload, Strict: true), cancellationToken);

    /// <summary>Answers for an image of a registered data set, read the way training reads it.</summary>
    /// <param name="imageId">The image.</param>
    /// <param name="runId">Whose model answers.</param>
    /// <param name="threshold">Scores at or above it are called fractured.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The stored answer, or why there is none.</returns>
    public async Task<PredictionOutcome> PredictRegisteredAsync(int imageId, int runId, double threshold, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var image = await db.Images.AsNoTracking().Where(i => i.Id == imageId)
            .Join(db.Datasets, i => i.DatasetId, d => d.Id, (i, d) => new { d.Root, i.RelativePath })
            .FirstOrDefaultAsync(cancellationToken);
        if (image is null)
        {
            return new PredictionError(PredictionFailure.Unreadable, $"image {imageId}", "There is no such image in a data set any more. Open the data set and choose another.");
        }

        var name = UploadNames.Sanitise(image.RelativePath);
        try
        {
            await using var content = new FileStream(Path.Combine(image.Root, image.RelativePath), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
            return await PredictAsync(content, name, runId, threshold, new DecodeOptions(Limits: DecodeLimits.Dataset), cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new PredictionError(PredictionFailure.Unreadable, name, $"The file could not be read: {e.Message} Index the data set again.");
        }
    }

    private async Task<PredictionOutcome> PredictAsync(
        Stream content, string name, int runId, double threshold, DecodeOptions options, CancellationToken cancellationToken)
    {
        if (await runs.FindAsync(runId, cancellationToken) is not { } run)
        {
            return new PredictionError(PredictionFailure.NoModel, name, "The chosen run has no weights any more. Choose another model.");
        }

        var (file, refused) = await receiver.ReceiveAsync(content, name, options.Limits!.MaxBytes, cancellationToken);
        if (file is null)
        {
            return refused!;
        }

        using (file)
        {
            return await AnswerAsync(file, name, run, threshold, options, cancellationToken);
        }
    }

    private async Task<PredictionOutcome> AnswerAsync(
        ReceivedFile file, string name, FinishedRun run, double threshold, DecodeOptions options, CancellationToken cancellationToken)
    {
        try
        {
            var header = decoder.ReadHeader(file.Path, options.Limits!);
            if (header.Value is not { } facts)
            {
                return Refusal(header.Error!, name);
            }

            // Loading the weights is not part of the answer's time: it happens once for many answers.
            using var lease = await models.RentAsync(run, cancellationToken);
            var started = clock.GetTimestamp();
            var size = run.ImageSize();
            var decoded = await Task.Run(() => decoder.DecodeFile(file.Path, options with { Size = size }), cancellationToken);
            if (decoded.Value is not { } pixels)
            {
                return Refusal(decoded.Error!, name);
            }

            var decodeTime = clock.GetElapsedTime(started).TotalMilliseconds;
            var score = await lease.Model.PredictAsync(pixels, cancellationToken);
            var total = clock.GetElapsedTime(started).TotalMilliseconds;

            var pictures = await Task.Run(() => (Thumbnail: thumbnails.Render(file.Path, ThumbnailSize), Display: displays.Render(file.Path)), cancellationToken);
            if (pictures is not { Thumbnail.Value: { } thumbnail, Display.Value: { } display })
            {
                return Refusal((pictures.Thumbnail.Error ?? pictures.Display.Error)!, name);
            }

            var prediction = new Prediction
            {
                RunId = run.Id,
                RunName = run.Name,
                WeightsHash = run.WeightsHash,
                FileName = name,
                ContentHash = file.ContentHash,
                Format = facts.Format,
                Bytes = file.Bytes,
                Width = facts.Width,
                Height = facts.Height,
                Score = score,
                Threshold = Math.Clamp(threshold, 0, 1),
                Milliseconds = total,
                CreatedUtc = clock.GetUtcNow().UtcDateTime,
            };
            await archive.AddAsync(prediction, file.Path, new Renderings(thumbnail, display), cancellationToken);
            return new PredictionResult(prediction, run.IsSynthetic, decodeTime, total - decodeTime);
        }
        catch (ModelLoadException e)
        {
            return new PredictionError(PredictionFailure.ModelUnavailable, name, e.Message);
        }
        catch (JsonException)
        {
            return new PredictionError(PredictionFailure.ModelUnavailable, name, $"The options of run '{run.Name}' cannot be read. Choose another model.");
        }
    }

    private static PredictionError Refusal(DecodeError error, string name) => error switch
    {
        { Kind: DecodeFailure.NotAnImage } when error.Message.Contains("DICOM", StringComparison.Ordinal) => new(
            PredictionFailure.NotAnImage, name, "DICOM is not supported yet; export the image as PNG and choose that."),
        { Kind: DecodeFailure.NotAnImage } => new(PredictionFailure.NotAnImage, name, error.Message),
        { Kind: DecodeFailure.Empty } => new(PredictionFailure.Empty, name, error.Message),
        { Kind: DecodeFailure.TooManyBytes or DecodeFailure.TooManyPixels } => new(PredictionFailure.TooLarge, name, error.Message),
        { Kind: DecodeFailure.Truncated or DecodeFailure.Damaged } => new(PredictionFailure.Damaged, name, error.Message),
        _ => new(PredictionFailure.Unreadable, name, error.Message),
    };
}
