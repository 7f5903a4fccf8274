using FractureDashboard.ML.Explanation;
using FractureDashboard.ML.Imaging;
using Microsoft.Net.Http.Headers;

namespace FractureDashboard.Predict;

/// <summary>Serves the pictures of answers. Uploaded bytes are never sent back, only our own renderings of them.</summary>
internal static class PictureEndpoints
{
    private const int LegendWidth = 256;

    /// <summary>The address of the colours' legend.</summary>
    public const string LegendPath = "/predictions/heat-map-legend.png";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(LegendPath, (HttpContext context) =>
        {
            context.Response.Headers.CacheControl = "private, max-age=86400";
            return Results.Bytes(HeatMapPainter.Legend(LegendWidth, 1), HeatMapPainter.MediaType);
        });
        app.MapGet("/predictions/{id:int}/heat-maps/{method:int}", HeatMapAsync);
        app.MapGet("/predictions/{id:int}/thumb", (int id, HttpContext context, PredictionHistory history, PredictionArchive archive, CancellationToken cancellationToken) =>
            PictureAsync(id, "thumb", Thumbnails.MediaType, archive.ThumbnailPath, context, history, cancellationToken));
        app.MapGet("/predictions/{id:int}/image", (int id, HttpContext context, PredictionHistory history, PredictionArchive archive, CancellationToken cancellationToken) =>
            PictureAsync(id, "view", DisplayImages.MediaType, archive.DisplayPath, context, history, cancellationToken));
    }

    /// <summary>The address of an answer's heat map.</summary>
    public static string HeatMapUrl(int id, string contentHash, ExplanationMethod method) => $"/predictions/{id}/heat-maps/{(int)method}?v={Version(contentHash)}";

    /// <summary>The address of an answer's small picture.</summary>
    public static string ThumbnailUrl(int id, string contentHash) => $"/predictions/{id}/thumb?v={Version(contentHash)}";

    /// <summary>The address of an answer's full-size picture.</summary>
    public static string DisplayUrl(int id, string contentHash) => $"/predictions/{id}/image?v={Version(contentHash)}";

    // Not kept by the browser: whether the weights that drew it are still there is looked up each time.
    private static async Task<IResult> HeatMapAsync(int id, int method, HttpContext context, HeatMapDrawing drawing, CancellationToken cancellationToken)
    {
        if (!Enum.IsDefined((ExplanationMethod)method))
        {
            return Results.NotFound();
        }

        var (map, problem) = await drawing.DrawAsync(id, (ExplanationMethod)method, cancellationToken);
        context.Response.Headers.CacheControl = "private, no-store";
        return map is null ? Results.Text(problem, statusCode: StatusCodes.Status404NotFound) : Results.Bytes(map.Layer, HeatMapPainter.MediaType);
    }

    private static string Version(string contentHash) => contentHash[..16];

    private static async Task<IResult> PictureAsync(
        int id, string kind, string mediaType, Func<string, string> path, HttpContext context, PredictionHistory history, CancellationToken cancellationToken)
    {
        if (await history.FindHashAsync(id, cancellationToken) is not { } hash || Open(path(hash)) is not { } picture)
        {
            return Results.NotFound();
        }

        // An id alone may mean another patient's image tomorrow, with another data folder behind the same port:
        // only an address that names the content is kept without asking.
        var named = string.Equals(context.Request.Query["v"], Version(hash), StringComparison.Ordinal);
        context.Response.Headers.CacheControl = named ? "private, max-age=2592000, immutable" : "private, no-cache";
        return Results.Stream(picture, mediaType, entityTag: new EntityTagHeaderValue($"\"{hash[..32]}-{kind}\""));
    }

    // Opened here rather than named to the framework: the answer may be deleted between a check and the sending.
    private static FileStream? Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
