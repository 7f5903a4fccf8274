using FractureDashboard.Jobs;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Evaluation;
using FractureDashboard.ML.Imaging;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Models;

/// <summary>
/// Pictures of what the shortcut probe did to an image: <c>/models/ID/markers/HASH</c>. Only images that the run's probe has scored are
/// shown; the path comes from the store, never from the address.
/// </summary>
/// <param name="databases">The database.</param>
/// <param name="preview">Draws.</param>
public sealed class MarkerPictures(IDbContextFactory<DashboardContext> databases, MarkerPreview preview) : IDisposable
{
    private const int MostSide = 224;

    // Originals may be large: one at a time.
    private readonly SemaphoreSlim turn = new(1);

    /// <summary>Where the picture of an image is.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="contentHash">The image.</param>
    /// <returns>A relative address.</returns>
    public static string Url(int runId, string contentHash) => $"/models/{runId}/markers/{contentHash}";

    /// <inheritdoc />
    public void Dispose() => turn.Dispose();

    internal static void Map(IEndpointRouteBuilder app) => app.MapGet(
        "/models/{id:int}/markers/{hash:length(64)}",
        (int id, string hash, HttpContext context, MarkerPictures pictures) => pictures.AnswerAsync(id, hash, context));

    internal async Task<IResult> AnswerAsync(int runId, string contentHash, HttpContext context)
    {
        var stopped = context.RequestAborted;
        if (await FindAsync(runId, contentHash, stopped) is not { } found)
        {
            return Refused(context, StatusCodes.Status404NotFound, "The probe of this run has scored no such image, or its file is gone.");
        }

        await turn.WaitAsync(stopped);
        try
        {
            var drawn = await Task.Run(() => preview.Draw(found.Path, found.Options), stopped);
            if (drawn.Value is not { } images)
            {
                return Refused(context, StatusCodes.Status410Gone, drawn.Error!.Message);
            }

            context.Response.Headers.CacheControl = "private, max-age=600";
            return Results.Bytes(PixelSheet.Encode(images, MostSide), PixelSheet.MediaType);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<(string Path, ML.Training.TrainingOptions Options)?> FindAsync(int runId, string contentHash, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var found = await (
            from evaluation in db.Evaluations
            where evaluation.RunId == runId && evaluation.Kind == EvaluationKind.MarkersBlanked
            join score in db.EvaluationScores on evaluation.Id equals score.EvaluationId
            where score.ContentHash == contentHash
            join dataset in db.Datasets on evaluation.DatasetId equals dataset.Id
            join run in db.Runs on evaluation.RunId equals run.Id
            orderby evaluation.Id descending, score.RelativePath
            select new { dataset.Root, score.RelativePath, run.OptionsJson }).FirstOrDefaultAsync(cancellationToken);
        return found is not null
            && RunQueue.ReadOptions(found.OptionsJson) is { } options
            && PhysicalPath.Resolve(found.Root) is { } folder
            && PhysicalPath.Resolve(Path.Combine(folder, found.RelativePath)) is { } file
            && PhysicalPath.IsBelow(file, folder)
            ? (file, options)
            : null;
    }

    private static IResult Refused(HttpContext context, int status, string problem)
    {
        context.Response.Headers.CacheControl = "no-store";
        return Results.Text(problem, "text/plain", statusCode: status);
    }
}
