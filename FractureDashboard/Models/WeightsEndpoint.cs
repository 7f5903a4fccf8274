using Microsoft.Net.Http.Headers;

namespace FractureDashboard.Models;

/// <summary>A run's weights as a download: <c>/models/ID/weights.safetensors</c>. The path comes from the number alone.</summary>
internal static class WeightsEndpoint
{
    public static string Url(int runId) => $"/models/{runId}/weights.safetensors";

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/models/{id:int}/weights.safetensors", async (int id, HttpContext context, ModelReader models, CancellationToken cancellationToken) =>
        {
            context.Response.Headers.CacheControl = "private, no-cache";
            return await models.FindWeightsAsync(id, cancellationToken) is { } weights && Open(models.WeightsPath(id)) is { } file
                ? Results.Stream(file, "application/octet-stream", $"run-{id}-{weights.Model}.safetensors", entityTag: new EntityTagHeaderValue($"\"{weights.Hash}\""), enableRangeProcessing: true)
                : Results.Text("There are no weights of this run.", "text/plain", statusCode: StatusCodes.Status404NotFound);
        });

    // Opened here rather than named to the framework: the run may be deleted between a check and the sending.
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
