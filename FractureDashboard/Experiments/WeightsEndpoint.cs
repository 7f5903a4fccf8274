using FractureDashboard.Shell;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;

namespace FractureDashboard.Experiments;

/// <summary>What the browser is told about an uploaded weights file.</summary>
/// <param name="Path">Where it lies now; null when it was refused.</param>
/// <param name="Problem">Why, and what to do.</param>
public sealed record WeightsReply(string? Path, string? Problem);

/// <summary>Takes a weights file as the body of a request, streamed to disk.</summary>
internal static class WeightsEndpoint
{
    public const string Path = "/experiments/weights";

    public const string TokenPath = Path + "/token";

    public static void Map(IEndpointRouteBuilder app)
    {
        // Other sites can neither read this answer nor send the header that carries it back.
        app.MapGet(TokenPath, (HttpContext context, IAntiforgery antiforgery) =>
        {
            var tokens = antiforgery.GetAndStoreTokens(context);
            context.Response.Headers.CacheControl = "no-store";
            return Results.Json(new { header = tokens.HeaderName, token = tokens.RequestToken });
        });
        app.MapPost(Path, ReceiveAsync).WithMetadata(new RequestSizeLimitAttribute(WeightFiles.MaximumBytes));
    }

    private static async Task<IResult> ReceiveAsync(string? name, HttpContext context, IAntiforgery antiforgery, WeightFiles files)
    {
        // Only the header counts: looking for the token in a form would read the body first.
        if (!context.Request.Headers.ContainsKey("RequestVerificationToken") || !await antiforgery.IsRequestValidAsync(context))
        {
            return Refused(StatusCodes.Status400BadRequest, "The page has expired. Reload it and choose the file again.");
        }

        if (WeightFiles.SafeName(name) is not { } safe)
        {
            return Refused(StatusCodes.Status415UnsupportedMediaType, "Choose a safetensors file. Other formats can hold programs and are not read.");
        }

        if (context.Request.ContentLength is > WeightFiles.MaximumBytes)
        {
            return TooLarge();
        }

        try
        {
            return await files.SaveAsync(safe, context.Request.Body, context.RequestAborted) is { } file ? Results.Json(new WeightsReply(file.Path, null)) : TooLarge();
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return TooLarge();
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return Results.StatusCode(StatusCodes.Status499ClientClosedRequest);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refused(StatusCodes.Status507InsufficientStorage, $"The file could not be stored: {e.Message}");
        }
    }

    private static IResult TooLarge() =>
        Refused(StatusCodes.Status413PayloadTooLarge, $"The file is larger than {Humane.Bytes(WeightFiles.MaximumBytes)}. Copy it to the server and give its path.");

    private static IResult Refused(int status, string problem) => Results.Json(new WeightsReply(null, problem), statusCode: status);
}
