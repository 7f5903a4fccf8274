using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace FractureDashboard.Predict;

/// <summary>What the browser is told about an upload: an answer, or else a problem.</summary>
/// <param name="PredictionId">The stored answer; null when there is none.</param>
/// <param name="Score">P(fractured).</param>
/// <param name="IsFractured">The decision at the threshold.</param>
/// <param name="DecodeMilliseconds">Time to read, check and resize the image.</param>
/// <param name="ModelMilliseconds">The model's own time.</param>
/// <param name="Problem">The kind of failure, usually a name of <see cref="PredictionFailure"/>.</param>
/// <param name="Message">What was wrong and what to do.</param>
public sealed record UploadReply(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? PredictionId = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Score = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? IsFractured = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? DecodeMilliseconds = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? ModelMilliseconds = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Problem = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Message = null);

/// <summary>A token to send with an upload.</summary>
/// <param name="Header">The header that carries it.</param>
/// <param name="Token">The token.</param>
public sealed record UploadToken(string Header, string Token);

/// <summary>
/// Takes an image by an ordinary request rather than through the page's circuit: it is streamed to disk as it comes,
/// shows its progress, can be cancelled, and does not share the circuit's message limit with the page.
/// </summary>
internal static class UploadEndpoint
{
    public const string Path = "/predictions";

    public const string TokenPath = "/predictions/token";

    // The parts' headers and boundaries come on top of the file.
    private const long Envelope = 64 * 1024;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(TokenPath, GetToken);
        app.MapPost(Path, PostAsync).WithMetadata(new RequestSizeLimitAttribute(PredictionService.MaximumBytes + Envelope));
    }

    // Only a page of our own origin can read it: no cross-origin answer is ever allowed to be read.
    private static IResult GetToken(HttpContext context, IAntiforgery antiforgery)
    {
        var tokens = antiforgery.GetAndStoreTokens(context);
        context.Response.Headers.CacheControl = "no-store";
        return Results.Json(new UploadToken(tokens.HeaderName!, tokens.RequestToken!));
    }

    private static async Task<IResult> PostAsync(
        int run, double? threshold, HttpContext context, IAntiforgery antiforgery, IOptions<AntiforgeryOptions> options, PredictionService service, CancellationToken cancellationToken)
    {
        // Asked for in the header only: looking for it in the form would read the whole file first.
        if (options.Value.HeaderName is not { } header || !context.Request.Headers.ContainsKey(header) || !await antiforgery.IsRequestValidAsync(context))
        {
            return Refuse(StatusCodes.Status400BadRequest, "Antiforgery", "The page has expired. Reload it and choose the file again.");
        }

        if (context.Request.ContentLength > PredictionService.MaximumBytes + Envelope)
        {
            return Refuse(UploadReceiver.TooLarge("", PredictionService.MaximumBytes));
        }

        if (UploadForm.Boundary(context.Request) is not { } boundary)
        {
            return Refuse(StatusCodes.Status415UnsupportedMediaType, "Form", "Send the file as multipart/form-data.");
        }

        MultipartSection? section;
        string? name = null;
        try
        {
            var reader = new MultipartReader(boundary, context.Request.Body);
            do
            {
                section = await reader.ReadNextSectionAsync(cancellationToken);
            }
            while (section is not null && (name = UploadForm.FileName(section)) is null);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return Refuse(UploadReceiver.TooLarge("", PredictionService.MaximumBytes));
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return Refuse(StatusCodes.Status400BadRequest, "Form", "The upload is not well formed or broke off. Choose the file again.");
        }

        if (section is null)
        {
            return Refuse(StatusCodes.Status400BadRequest, "Form", "The upload holds no file. Choose one.");
        }

        var outcome = await service.PredictUploadAsync(section.Body, name!, run, threshold, cancellationToken);
        return outcome switch
        {
            { Result: { } result } => Results.Created(
                $"/predict/{result.Stored.Id}",
                new UploadReply(result.Stored.Id, result.Stored.Score, result.Stored.IsFractured, result.DecodeMilliseconds, result.ModelMilliseconds)),
            _ => Refuse(outcome.Error!),
        };
    }

    private static IResult Refuse(PredictionError error) => Refuse(UploadForm.Status(error.Kind), error.Kind.ToString(), error.Message);

    private static IResult Refuse(int status, string problem, string message) => Results.Json(new UploadReply(Problem: problem, Message: message), statusCode: status);
}
