using System.Text;
using FractureDashboard.Jobs;
using FractureDashboard.Shell;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace FractureDashboard.Datasets;

/// <summary>What the browser is told when an upload has ended.</summary>
/// <param name="Id">The new data set; null when it was refused.</param>
/// <param name="Field">The field to correct: <c>Name</c> or <c>Source</c>.</param>
/// <param name="Problem">What is wrong and what to do.</param>
public sealed record UploadReply(int? Id, string? Field, string? Problem);

/// <summary>Receives a ZIP archive as a stream: never in memory, never larger than allowed, never under a name it chose.</summary>
/// <param name="registry">Registers what arrived.</param>
/// <param name="paths">Where it is kept on its way.</param>
/// <param name="antiforgery">Tells our own pages from others.</param>
/// <param name="options">The size limit.</param>
public sealed class DatasetUpload(DatasetRegistry registry, AppPaths paths, IAntiforgery antiforgery, IOptions<DatasetUploadOptions> options)
{
    private const int BufferSize = 128 * 1024;

    // Boundaries, part headers and the name, beside the archive itself.
    private const int Envelope = 64 * 1024;

    private static readonly UploadReply NotOurPage = Refusal("The upload did not come from this dashboard's own page, or the page is out of date. Reload it and try again.");

    /// <summary>Answers an upload.</summary>
    /// <param name="context">The request.</param>
    /// <returns>The reply as JSON.</returns>
    public async Task<IResult> ReceiveAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var limit = options.Value.MaxUploadBytes;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = limit + Envelope;
        }

        // Only the header counts: looking for the token in the form would read the whole body first.
        if (!context.Request.Headers.ContainsKey("RequestVerificationToken") || !await antiforgery.IsRequestValidAsync(context))
        {
            return Reply(StatusCodes.Status400BadRequest, NotOurPage);
        }

        if (context.Request.ContentLength > limit + Envelope)
        {
            return Reply(StatusCodes.Status413PayloadTooLarge, TooLarge(limit));
        }

        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            || type.MediaType != "multipart/form-data"
            || HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 and <= 200 } boundary)
        {
            return Reply(StatusCodes.Status415UnsupportedMediaType, Refusal("Send the archive as a form (multipart/form-data) with the fields 'name' and 'file'."));
        }

        return await ReceiveAsync(new MultipartReader(boundary.ToString(), context.Request.Body), limit, context.Request.ContentLength ?? 0, context.RequestAborted);
    }

    private async Task<IResult> ReceiveAsync(MultipartReader reader, long limit, long announced, CancellationToken cancellationToken)
    {
        if (DatasetDiskSpace.Problem(paths.Temporary, announced) is { } full)
        {
            return Reply(StatusCodes.Status507InsufficientStorage, Refusal(full));
        }

        var temporary = Path.Combine(paths.Temporary, $"dataset-{Guid.NewGuid():N}.zip");
        var keep = false;
        try
        {
            var (name, bytes) = await ReadPartsAsync(reader, temporary, limit, cancellationToken);
            if (bytes > limit)
            {
                return Reply(StatusCodes.Status413PayloadTooLarge, TooLarge(limit));
            }

            if (bytes == 0)
            {
                return Reply(StatusCodes.Status400BadRequest, Refusal("The file is empty, or none was sent. Choose a ZIP archive."));
            }

            var result = await registry.AddUploadAsync(name ?? "", temporary, cancellationToken);
            keep = result.Id is not null;
            return keep
                ? Reply(StatusCodes.Status200OK, new(result.Id, null, null))
                : Reply(StatusCodes.Status400BadRequest, new(null, result.Field?.ToString(), result.Problem));
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return Reply(e.StatusCode, TooLarge(limit));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Results.StatusCode(StatusCodes.Status499ClientClosedRequest);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return Reply(StatusCodes.Status400BadRequest, Refusal($"The upload could not be received completely: {e.Message} Try again."));
        }
        finally
        {
            if (!keep)
            {
                File.Delete(temporary);
            }
        }
    }

    /// <summary>Reads the parts in whatever order they come. More than <paramref name="limit"/> bytes means that it gave up.</summary>
    private static async Task<(string? Name, long Bytes)> ReadPartsAsync(MultipartReader reader, string path, long limit, CancellationToken cancellationToken)
    {
        string? name = null;
        long bytes = 0;
        while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
        {
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
            {
                continue;
            }

            if (disposition.IsFileDisposition() && bytes == 0)
            {
                bytes = await CopyAsync(section.Body, path, limit, cancellationToken);
                if (bytes > limit)
                {
                    break;
                }
            }
            else if (disposition.IsFormDisposition() && HeaderUtilities.RemoveQuotes(disposition.Name) == "name")
            {
                name = await ReadTextAsync(section.Body, cancellationToken);
            }
        }

        return (name, bytes);
    }

    private static async Task<long> CopyAsync(Stream content, string path, long limit, CancellationToken cancellationToken)
    {
        await using var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
        var buffer = new byte[BufferSize];
        long total = 0;
        int read;
        while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
        {
            total += read;
            if (total > limit)
            {
                break;
            }

            await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        return total;
    }

    // A longer name than any that is accepted is cut, and refused by its length later.
    private static async Task<string> ReadTextAsync(Stream content, CancellationToken cancellationToken)
    {
        var buffer = new byte[4 * (DatasetNames.MaximumLength + 1)];
        var read = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(buffer, 0, read);
    }

    private static UploadReply TooLarge(long limit) => Refusal(
        $"The archive is larger than {Humane.Bytes(limit)}, the limit for uploads. Copy it to the server and use the tab 'ZIP on the server', or raise {DatasetUploadOptions.Section}:{nameof(DatasetUploadOptions.MaxUploadBytes)} in appsettings.json.");

    private static UploadReply Refusal(string problem) => new(null, nameof(RegistrationField.Source), problem);

    private static IResult Reply(int status, UploadReply reply) => Results.Json(reply, statusCode: status);
}
