using FractureDashboard.ML.Imaging;
using Microsoft.Net.Http.Headers;

namespace FractureDashboard.Gallery;

/// <summary>
/// Images by address: <c>/images/ID/thumb</c> and <c>/images/ID/full</c>. With <c>?h=HASH</c> the address names the
/// content, which the browser may then keep for good.
/// </summary>
internal static class ImageEndpoints
{
    /// <summary>Digits of the content hash that an address carries.</summary>
    public const int HashDigits = 16;

    private const string Forever = "private, max-age=31536000, immutable";
    private const string AskAgain = "private, no-cache";
    private const string Never = "no-store";

    public static string ThumbnailUrl(int id, string contentHash) => $"/images/{id}/thumb?h={contentHash[..HashDigits]}";

    public static string FullUrl(int id, string contentHash) => $"/images/{id}/full?h={contentHash[..HashDigits]}";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/images/{id:int}/thumb", (int id, string? h, HttpContext context, ImageFiles files, ThumbnailCache thumbnails, CancellationToken cancellationToken) =>
            AnswerAsync(id, h, $"thumb{ThumbnailCache.Size}", context, files, async file => await thumbnails.GetAsync(file, cancellationToken) switch
            {
                { Value: { } webp } => new BrowserImage(webp, Thumbnails.MediaType),
                { Error: var error } => (DecodeResult<BrowserImage>)error!,
            }, cancellationToken));
        app.MapGet("/images/{id:int}/full", (int id, string? h, HttpContext context, ImageFiles files, FullImages images, CancellationToken cancellationToken) =>
            AnswerAsync(id, h, "full", context, files, file => images.GetAsync(file, cancellationToken), cancellationToken));
    }

    private static async Task<IResult> AnswerAsync(
        int id, string? hash, string kind, HttpContext context, ImageFiles files, Func<ImageFile, Task<DecodeResult<BrowserImage>>> read, CancellationToken cancellationToken)
    {
        var lookup = await files.FindAsync(id, cancellationToken);
        if (lookup.File is not { } file)
        {
            return Failed(context, lookup.IsIndexed ? StatusCodes.Status410Gone : StatusCodes.Status404NotFound, lookup.Problem!);
        }

        // The hash speaks for the content only as long as the file is the one that was indexed.
        var tag = file.IsAsIndexed ? new EntityTagHeaderValue($"\"{kind}-{file.ContentHash}\"") : null;
        if (tag is not null && IsKnownToBrowser(context, tag))
        {
            Headers(context, file, hash, tag);
            return Results.StatusCode(StatusCodes.Status304NotModified);
        }

        var image = await read(file);
        if (image.Value is not { } shown)
        {
            return Failed(context, StatusCodes.Status410Gone, image.Error!.Message);
        }

        Headers(context, file, hash, tag);
        return Results.Bytes(shown.Content, shown.MediaType);
    }

    private static void Headers(HttpContext context, ImageFile file, string? hash, EntityTagHeaderValue? tag)
    {
        var headers = context.Response.GetTypedHeaders();
        headers.ETag = tag;
        context.Response.Headers.CacheControl = tag is null ? Never : hash == file.ContentHash[..HashDigits] ? Forever : AskAgain;
    }

    private static bool IsKnownToBrowser(HttpContext context, EntityTagHeaderValue tag) =>
        context.Request.GetTypedHeaders().IfNoneMatch.Any(t => t.Equals(EntityTagHeaderValue.Any) || t.Compare(tag, useStrongComparison: false));

    // With a body of its own the answer is not replaced by the not-found page.
    private static IResult Failed(HttpContext context, int status, string problem)
    {
        context.Response.Headers.CacheControl = Never;
        return Results.Text(problem, "text/plain", statusCode: status);
    }
}
