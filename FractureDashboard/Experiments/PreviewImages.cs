using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Preprocessing;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Experiments;

/// <summary>Draws previews: a training image as the network gets it, and variants of it.</summary>
/// <param name="databases">The database.</param>
/// <param name="preview">Draws with the code that trains.</param>
public sealed class PreviewImages(IDbContextFactory<DashboardContext> databases, AugmentationPreview preview) : IDisposable
{
    private const int MostSide = 224;

    // A training may be running beside it: one preview at a time is enough for a form.
    private readonly SemaphoreSlim turn = new(1);

    /// <summary>Answers a request.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="pick">Which of its training images; beyond the last it starts over.</param>
    /// <param name="query">What to draw, see <see cref="PreviewRequest.Parse"/>.</param>
    /// <param name="context">The request.</param>
    /// <returns>A row of images as one PNG, or a sentence why not.</returns>
    internal async Task<IResult> AnswerAsync(int datasetId, int pick, string? query, HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (PreviewRequest.Parse(query) is not { } request)
        {
            return Refused(context, StatusCodes.Status400BadRequest, "These are not options of a preview.");
        }

        var stopped = context.RequestAborted;
        if (await FindAsync(datasetId, pick, stopped) is not { } image)
        {
            return Refused(context, StatusCodes.Status404NotFound, "The data set has no training image there.");
        }

        var partner = request.Augmentation.IsMixing ? await FindAsync(datasetId, pick + 1, stopped) : null;
        await turn.WaitAsync(stopped);
        try
        {
            var drawn = await preview.DrawAsync(image, partner, request.ToOptions(), request.Count, stopped);
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

    /// <inheritdoc />
    public void Dispose() => turn.Dispose();

    // Neighbours in the pick are far apart in the folder, so that another image is another picture.
    private async Task<string?> FindAsync(int datasetId, int pick, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var root = await db.Datasets.Where(d => d.Id == datasetId && d.State == DatasetState.Ready).Select(d => d.Root).FirstOrDefaultAsync(cancellationToken);
        var images = db.Images.Where(i => i.DatasetId == datasetId && i.Split == Split.Train).OrderBy(i => i.RelativePath);
        var count = root is null || pick < 0 ? 0 : await images.CountAsync(cancellationToken);
        if (count == 0)
        {
            return null;
        }

        const long Stride = 7919;
        var path = await images.Select(i => i.RelativePath).Skip((int)(pick * Stride % count)).FirstOrDefaultAsync(cancellationToken);
        return path is not null && PhysicalPath.Resolve(root!) is { } folder && PhysicalPath.Resolve(Path.Combine(folder, path)) is { } file && PhysicalPath.IsBelow(file, folder)
            ? file
            : null;
    }

    private static IResult Refused(HttpContext context, int status, string problem)
    {
        context.Response.Headers.CacheControl = "no-store";
        return Results.Text(problem, "text/plain", statusCode: status);
    }
}
