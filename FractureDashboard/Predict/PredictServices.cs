using FractureDashboard.ML.Imaging;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Net.Http.Headers;

namespace FractureDashboard.Predict;

/// <summary>Registers and maps prediction.</summary>
internal static class PredictServices
{
    public static IServiceCollection AddPredict(this IServiceCollection services)
    {
        services.TryAddSingleton<ImageDecoder>();
        services.TryAddSingleton<Thumbnails>();
        services.TryAddSingleton<DisplayImages>();
        services.TryAddSingleton<IModelLoader, EngineModelLoader>();
        services.AddSingleton<FinishedRuns>();
        services.AddSingleton<ModelCache>();
        services.AddSingleton<UploadReceiver>();
        services.AddSingleton<PredictionArchive>();
        services.AddSingleton<PredictionHistory>();
        services.AddSingleton<PredictionService>();
        return services;
    }

    public static void MapPredict(this IEndpointRouteBuilder app)
    {
        app.MapGet("/predictions/{id:int}/thumb", (int id, HttpContext context, PredictionHistory history, PredictionArchive archive, CancellationToken cancellationToken) =>
            PictureAsync(id, "thumb", Thumbnails.MediaType, archive.ThumbnailPath, context, history, cancellationToken));
        app.MapGet("/predictions/{id:int}/image", (int id, HttpContext context, PredictionHistory history, PredictionArchive archive, CancellationToken cancellationToken) =>
            PictureAsync(id, "view", DisplayImages.MediaType, archive.DisplayPath, context, history, cancellationToken));
    }

    // Uploaded bytes are never sent back, only our own renderings of them; an id's image never changes.
    private static async Task<IResult> PictureAsync(
        int id, string kind, string mediaType, Func<string, string> path, HttpContext context, PredictionHistory history, CancellationToken cancellationToken)
    {
        if (await history.FindHashAsync(id, cancellationToken) is not { } hash || !File.Exists(path(hash)))
        {
            return Results.NotFound();
        }

        context.Response.Headers.CacheControl = "private, max-age=2592000, immutable";
        return Results.File(path(hash), mediaType, entityTag: new EntityTagHeaderValue($"\"{hash[..32]}-{kind}\""));
    }
}
