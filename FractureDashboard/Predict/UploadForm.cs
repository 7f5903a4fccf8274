using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace FractureDashboard.Predict;

/// <summary>What the page's and the programs' uploads have in common.</summary>
internal static class UploadForm
{
    private const int LongestBoundary = 100;

    /// <summary>The boundary of a multipart form; null when the request is none.</summary>
    public static string? Boundary(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
        && HeaderUtilities.RemoveQuotes(type.Boundary).Value is { Length: > 0 and <= LongestBoundary } boundary
            ? boundary
            : null;

    /// <summary>The name of a form's part that is a file, perhaps empty; null for other parts.</summary>
    public static string? FileName(MultipartSection section) =>
        ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition) && disposition.IsFileDisposition()
            ? (disposition.FileNameStar.HasValue ? disposition.FileNameStar.Value : HeaderUtilities.RemoveQuotes(disposition.FileName).Value) ?? ""
            : null;

    /// <summary>The status that says why there is no answer.</summary>
    public static int Status(PredictionFailure kind) => kind switch
    {
        PredictionFailure.NoModel => StatusCodes.Status409Conflict,
        PredictionFailure.ModelUnavailable => StatusCodes.Status503ServiceUnavailable,
        PredictionFailure.TooLarge => StatusCodes.Status413PayloadTooLarge,
        PredictionFailure.NotAnImage or PredictionFailure.Unsupported => StatusCodes.Status415UnsupportedMediaType,
        PredictionFailure.Empty or PredictionFailure.Damaged => StatusCodes.Status422UnprocessableEntity,
        PredictionFailure.NotStored => StatusCodes.Status507InsufficientStorage,
        _ => StatusCodes.Status400BadRequest,
    };
}
