using System.Data.Common;
using System.Text.Json;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Predict;

/// <summary>Answers for an image: receive, decode, score, keep. Knows no page.</summary>
/// <param name="databases">The database.</param>
/// <param name="runs">The runs that can answer.</param>
/// <param name="models">The loaded models.</param>
/// <param name="receiver">Takes uploads to disk.</param>
/// <param name="dicoms">Makes pictures of DICOM files.</param>
/// <param name="images">Decodes them.</param>
/// <param name="archive">Keeps the answers.</param>
/// <param name="clock">The time.</param>
public sealed class PredictionService(
    IDbContextFactory<DashboardContext> databases,
    FinishedRuns runs,
    ModelCache models,
    UploadReceiver receiver,
    DicomIntake dicoms,
    ImageReading images,
    PredictionArchive archive,
    TimeProvider clock)
{
    /// <summary>Largest upload, bytes.</summary>
    public static long MaximumBytes => DecodeLimits.Upload.MaxBytes;

    /// <summary>Answers for an uploaded file. Damaged files are refused: half an image is no image.</summary>
    /// <param name="content">The upload.</param>
    /// <param name="claimedName">The name the browser gave.</param>
    /// <param name="runId">Whose model answers.</param>
    /// <param name="threshold">Scores at or above it are called fractured; the model's own when null.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The stored answer, or why there is none.</returns>
    public Task<PredictionOutcome> PredictUploadAsync(Stream content, string claimedName, int runId, double? threshold, CancellationToken cancellationToken) =>
        PredictAsync(content, new Question(UploadNames.Sanitise(claimedName), runId, threshold, DecodeLimits.Upload, RefuseDamage: true), cancellationToken);

    /// <summary>Answers for an image of a registered data set, read the way training reads it.</summary>
    /// <param name="imageId">The image.</param>
    /// <param name="runId">Whose model answers.</param>
    /// <param name="threshold">Scores at or above it are called fractured.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The stored answer, or why there is none.</returns>
    public async Task<PredictionOutcome> PredictRegisteredAsync(int imageId, int runId, double threshold, CancellationToken cancellationToken)
    {
        string? root, relativePath;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            (root, relativePath) = await db.Images.Where(i => i.Id == imageId)
                .Join(db.Datasets, i => i.DatasetId, d => d.Id, (i, d) => new ValueTuple<string?, string?>(d.Root, i.RelativePath))
                .FirstOrDefaultAsync(cancellationToken);
        }

        if (root is null || relativePath is null)
        {
            return new PredictionError(PredictionFailure.Unreadable, $"image {imageId}", "There is no such image in a data set any more. Open the data set and choose another.");
        }

        // What is read lies below the data set's root, whatever the database or a link says.
        var name = UploadNames.Sanitise(relativePath);
        var folder = PhysicalPath.Resolve(root);
        var path = folder is null ? null : PhysicalPath.Resolve(Path.Combine(folder, relativePath));
        return folder is null || path is null || !PhysicalPath.IsBelow(path, folder)
            ? new PredictionError(PredictionFailure.Unreadable, name, "The file is not in the data set's folder any more. Index the data set again.")
            : await PredictFileAsync(path, new Question(name, runId, threshold, DecodeLimits.Dataset, RefuseDamage: false), "Index the data set again.", cancellationToken);
    }

    /// <summary>Answers once more for the image of an earlier answer, usually with another model.</summary>
    /// <param name="predictionId">The earlier answer.</param>
    /// <param name="runId">Whose model answers.</param>
    /// <param name="threshold">Scores at or above it are called fractured.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The stored answer, or why there is none.</returns>
    public async Task<PredictionOutcome> PredictAgainAsync(int predictionId, int runId, double threshold, CancellationToken cancellationToken)
    {
        Prediction? earlier;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            earlier = await db.Predictions.AsNoTracking().FirstOrDefaultAsync(p => p.Id == predictionId, cancellationToken);
        }

        // Whatever let it in the first time lets it in again: a file of a data set may be larger than an upload.
        return earlier is null
            ? new PredictionError(PredictionFailure.Unreadable, $"answer {predictionId}", "This answer has been deleted, and its image with it. Choose the file again.")
            : await PredictFileAsync(
                archive.OriginalPath(earlier.ContentHash),
                new Question(earlier.FileName, runId, threshold, DecodeLimits.Dataset, RefuseDamage: false)
                {
                    Origin = earlier.Format == ImageFormat.Dicom ? new ImageOrigin(ImageFormat.Dicom, earlier.Bytes, TimeSpan.Zero) : null,
                },
                "Choose the file again.",
                cancellationToken);
    }

    private async Task<PredictionOutcome> PredictFileAsync(string path, Question question, string advice, CancellationToken cancellationToken)
    {
        FileStream content;
        try
        {
            content = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, useAsync: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var reason = e is FileNotFoundException or DirectoryNotFoundException ? "is not there any more" : "may not be read";
            return new PredictionError(PredictionFailure.Unreadable, question.Name, $"The file {reason}. {advice}");
        }

        await using (content)
        {
            return await PredictAsync(content, question, cancellationToken);
        }
    }

    private async Task<PredictionOutcome> PredictAsync(Stream content, Question question, CancellationToken cancellationToken)
    {
        if (await runs.FindAsync(question.RunId, cancellationToken) is not { } run)
        {
            return new PredictionError(PredictionFailure.NoModel, question.Name, "The chosen run has no weights (any more). Choose another model.");
        }

        var (file, refused) = await receiver.ReceiveAsync(content, question.Name, question.Limits.MaxBytes, cancellationToken);
        if (file is null)
        {
            return refused!;
        }

        using (file)
        {
            return DicomFiles.IsDicom(file.Path)
                ? await AnswerDicomAsync(file, question, run, cancellationToken)
                : await AnswerAsync(file, question, run, cancellationToken);
        }
    }

    // From here on there is only the picture: the file with the patient's data goes when this ends.
    private async Task<PredictionOutcome> AnswerDicomAsync(ReceivedFile file, Question question, FinishedRun run, CancellationToken cancellationToken)
    {
        var (picture, error) = await dicoms.ConvertAsync(file, question.Name, question.Limits, cancellationToken);
        if (picture is null)
        {
            return error!;
        }

        using (picture.File)
        {
            // Written here a moment ago: it may be larger than an upload, and it is not damaged.
            var about = question with { Name = picture.Name, Limits = DecodeLimits.Dataset, RefuseDamage = false, Origin = picture.Origin };
            return await AnswerAsync(picture.File, about, run, cancellationToken);
        }
    }

    private async Task<PredictionOutcome> AnswerAsync(ReceivedFile file, Question question, FinishedRun run, CancellationToken cancellationToken)
    {
        try
        {
            var read = await images.ReadAsync(file.Path, run.Options(), question.Limits, question.RefuseDamage, cancellationToken);
            if (read.Value is not { } image)
            {
                return Refusal(read.Error!, question.Name);
            }

            var (score, elapsed) = await ScoreAsync(image.Pixels, run, cancellationToken);
            if (!float.IsFinite(score))
            {
                return new PredictionError(
                    PredictionFailure.ModelUnavailable, question.Name, $"The model of run '{run.Name}' gave no number: its training diverged. Choose another model.");
            }

            var readIn = image.Elapsed + (question.Origin?.Elapsed ?? TimeSpan.Zero);
            var prediction = new Prediction
            {
                RunId = run.Id,
                RunName = run.Name,
                WeightsHash = run.WeightsHash,
                FileName = question.Name,
                ContentHash = file.ContentHash,
                Format = question.Origin?.Format ?? image.Header.Format,
                Bytes = question.Origin?.Bytes ?? file.Bytes,
                Width = image.Header.Width,
                Height = image.Header.Height,
                Score = score,
                Threshold = question.Threshold is { } asked && double.IsFinite(asked) ? Math.Clamp(asked, 0, 1) : run.Threshold,
                Milliseconds = (readIn + elapsed).TotalMilliseconds,
                CreatedUtc = clock.GetUtcNow().UtcDateTime,
            };
            await archive.AddAsync(prediction, file.Path, image.Pictures, cancellationToken);
            return new PredictionResult(prediction, run.IsSynthetic, readIn.TotalMilliseconds, elapsed.TotalMilliseconds);
        }
        catch (ModelUnavailableException e)
        {
            return new PredictionError(PredictionFailure.ModelUnavailable, question.Name, e.Message);
        }
        catch (JsonException)
        {
            return new PredictionError(PredictionFailure.ModelUnavailable, question.Name, $"The options of run '{run.Name}' cannot be read. Choose another model.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DbUpdateException or DbException)
        {
            return new PredictionError(PredictionFailure.NotStored, question.Name, UploadReceiver.NotStored);
        }
    }

    // Loading the weights, and waiting for it, is not part of the answer's time: it happens once for many answers.
    private async Task<(float Score, TimeSpan Elapsed)> ScoreAsync(PixelImage pixels, FinishedRun run, CancellationToken cancellationToken)
    {
        using var lease = await models.RentAsync(run, cancellationToken);
        var started = clock.GetTimestamp();
        var score = await lease.Model.PredictAsync(pixels, cancellationToken);
        return (score, clock.GetElapsedTime(started));
    }

    /// <summary>What a failed decode means for who asked.</summary>
    internal static PredictionError Refusal(DecodeError error, string name)
    {
        var kind = error.Kind switch
        {
            DecodeFailure.NotAnImage => PredictionFailure.NotAnImage,
            DecodeFailure.Empty => PredictionFailure.Empty,
            DecodeFailure.TooManyBytes or DecodeFailure.TooManyPixels => PredictionFailure.TooLarge,
            DecodeFailure.Truncated or DecodeFailure.Damaged => PredictionFailure.Damaged,
            DecodeFailure.Unsupported => PredictionFailure.Unsupported,
            _ => PredictionFailure.Unreadable,
        };
        return new PredictionError(kind, name, error.Message);
    }

    private sealed record Question(string Name, int RunId, double? Threshold, DecodeLimits Limits, bool RefuseDamage)
    {
        /// <summary>What was uploaded, where it is not what is decoded.</summary>
        public ImageOrigin? Origin { get; init; }
    }
}
