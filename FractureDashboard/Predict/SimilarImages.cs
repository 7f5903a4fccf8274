using System.Text.Json;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Explanation;
using FractureDashboard.ML.Imaging;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Predict;

/// <summary>A training image that the model finds like the one asked about.</summary>
/// <param name="ImageId">In its data set now; null when it is not indexed any more.</param>
/// <param name="DatasetId">The data set.</param>
/// <param name="RelativePath">Where it lies there.</param>
/// <param name="ContentHash">Of its bytes.</param>
/// <param name="Label">With which it was trained on.</param>
/// <param name="Similarity">Cosine between the two embeddings, -1 to 1.</param>
public sealed record SimilarImage(int? ImageId, int DatasetId, string RelativePath, string ContentHash, Label Label, double Similarity);

/// <summary>How an image lies to a model's training images.</summary>
/// <param name="Nearest">The nearest ones, one of each radiograph, the nearest first.</param>
/// <param name="Likeness">Whether it is like them at all.</param>
/// <param name="Compared">Contents that it was compared with.</param>
public sealed record Similarity(IReadOnlyList<SimilarImage> Nearest, Likeness Likeness, int Compared);

/// <summary>Compares kept answers' images with the training images of the model that answered.</summary>
/// <param name="runs">The runs that can answer.</param>
/// <param name="models">The loaded models.</param>
/// <param name="indexes">What models make of their training images.</param>
/// <param name="history">The answers.</param>
/// <param name="archive">Their images.</param>
/// <param name="databases">The database.</param>
/// <param name="decoder">Decodes the images.</param>
public sealed class SimilarImages(
    FinishedRuns runs, ModelCache models, TrainingIndexes indexes, PredictionHistory history, PredictionArchive archive, IDbContextFactory<DashboardContext> databases, ImageDecoder decoder)
{
    /// <summary>Images that are named.</summary>
    public const int Named = 6;

    // Of one radiograph there may be dozens of copies.
    private const int Looked = 400;

    /// <summary>True when the comparison takes no time, since the model has looked at its training images before.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task.</returns>
    public async Task<bool> IsReadyAsync(Prediction answer, CancellationToken cancellationToken) =>
        await RunAsync(answer, cancellationToken) is { } run && indexes.IsThere(run);

    /// <summary>Compares.</summary>
    /// <param name="predictionId">The answer.</param>
    /// <param name="progress">Is told how many of how many training images the model has looked at, when it does so for the first time; from any thread.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The comparison, or a sentence that says why there is none.</returns>
    public async Task<(Similarity? Found, string? Problem)> FindAsync(int predictionId, Action<int, int> progress, CancellationToken cancellationToken)
    {
        if (await history.FindAsync(predictionId, cancellationToken) is not { Stored: var answer })
        {
            return (null, "This answer has been deleted, and its image with it.");
        }

        if (await RunAsync(answer, cancellationToken) is not { } run)
        {
            return (null, "The weights that gave this answer are not there any more, so nothing can be compared by them.");
        }

        try
        {
            var options = run.Options();
            var path = archive.OriginalPath(answer.ContentHash);
            var input = await Task.Run(() => decoder.DecodeFile(path, options.Preprocessing.Decode(options.ImageSize)), cancellationToken);
            if (input.Value is not { } pixels)
            {
                return (null, input.Error!.Message);
            }

            var (index, problem) = await indexes.OpenAsync(run, progress, cancellationToken);
            if (index is null)
            {
                return (null, problem);
            }

            using var lease = await models.RentAsync(run, cancellationToken);
            var embedding = (await lease.Model.EmbedAsync([pixels], cancellationToken))[0];
            return (await CompareAsync(index, embedding, answer.ContentHash, cancellationToken), null);
        }
        catch (ModelUnavailableException e)
        {
            return (null, e.Message);
        }
        catch (JsonException)
        {
            return (null, $"The options of run '{run.Name}' cannot be read.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, $"What the model makes of its training images could not be kept: {e.Message} Free space on the disk or make the folder writable.");
        }
    }

    private async Task<FinishedRun?> RunAsync(Prediction answer, CancellationToken cancellationToken) =>
        answer.RunId is { } id && await runs.FindAsync(id, cancellationToken) is { } run && run.WeightsHash == answer.WeightsHash ? run : null;

    private async Task<Similarity> CompareAsync(TrainingIndex index, float[] embedding, string own, CancellationToken cancellationToken)
    {
        Neighbour[] nearest = [.. index.Index.Nearest(embedding, Looked, own).DistinctBy(n => index.Sources[n.Hash], StringComparer.Ordinal).Take(Named)];
        string[] hashes = [.. nearest.Select(n => n.Hash)];
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var ids = await db.Images.Where(i => i.DatasetId == index.DatasetId && hashes.Contains(i.ContentHash))
            .GroupBy(i => i.ContentHash)
            .Select(g => new { Hash = g.Key, Id = g.Min(i => i.Id) })
            .ToDictionaryAsync(i => i.Hash, i => i.Id, StringComparer.Ordinal, cancellationToken);
        return new Similarity(
            [.. nearest.Select(n => new SimilarImage(
                ids.TryGetValue(n.Hash, out var id) ? id : null, index.DatasetId, index.Images[n.Hash].RelativePath, n.Hash, index.Images[n.Hash].Label, n.Similarity))],
            index.Reference.Judge(index.Index, embedding),
            index.Index.Count);
    }
}
