using System.Text;
using FractureDashboard.ML.Imaging;

namespace FractureDashboard.Predict;

/// <summary>Serves answers on paper: one as a printable page, many as a table.</summary>
internal static class ReportEndpoint
{
    // Two hundred dots an inch on the width of the page.
    private const int PrintedSide = 1400;
    private const int MostMinutes = 14 * 60;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/predictions/{id:int}/report.pdf", ReportAsync);
        app.MapGet(HistoryFilter.ExportPath, ExportAsync);
    }

    /// <summary>The address of an answer's report.</summary>
    public static string Url(int id) => $"/predictions/{id}/report.pdf";

    private static async Task<IResult> ReportAsync(int id, HttpContext context, PredictionHistory history, PredictionArchive archive, FeedbackStore feedback, DisplayImages displays, ImageDecoder decoder, CancellationToken cancellationToken)
    {
        if (await history.FindAsync(id, cancellationToken) is not { } found)
        {
            return Results.NotFound();
        }

        var picture = await Task.Run(() => displays.RenderForPrint(archive.OriginalPath(found.Stored.ContentHash), PrintedSide), cancellationToken);
        if (picture.Value is not { } jpeg || decoder.ReadHeader(jpeg, DecodeLimits.Dataset).Value is not { } size)
        {
            return Results.NotFound();
        }

        var pdf = PredictionReport.Write(found, jpeg, size, await feedback.FindAsync(id, cancellationToken));
        context.Response.Headers.CacheControl = "private, no-store";
        context.Response.Headers.ContentDisposition = $"inline; filename=\"prediction-{id}.pdf\"";
        return Results.Bytes(pdf, "application/pdf");
    }

    private static async Task ExportAsync(string? q, string? decision, string? feedback, string? from, string? to, string? offset, HttpContext context, PredictionHistory history, CancellationToken cancellationToken)
    {
        var minutes = int.TryParse(offset, out var number) ? Math.Clamp(number, -MostMinutes, MostMinutes) : 0;
        context.Response.ContentType = "text/csv; charset=utf-8";
        context.Response.Headers.ContentDisposition = "attachment; filename=\"predictions.csv\"";
        context.Response.Headers.CacheControl = "private, no-store";
        await foreach (var line in history.ExportAsync(new HistoryFilter(q, decision, feedback, from, to).Query(TimeSpan.FromMinutes(minutes)), cancellationToken))
        {
            await context.Response.WriteAsync(line, Encoding.UTF8, cancellationToken);
        }
    }
}
