using System.Text;
using System.Text.Json;
using FractureDashboard.ML.Quality;
using FractureDashboard.Shell;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Quality.Findings;

/// <summary>A finding as it is written into files for other programs.</summary>
public sealed record ExportedFinding(
    string Rule, string Category, string Severity, string Path, string? Split, string? Label, string? Sha256, string? Group, double? Score, string Evidence);

/// <summary>
/// The findings as files: <c>findings.csv</c> and <c>findings.json</c> below a data set's quality pages, with the filters of
/// the page in the query. Rows leave as the database reads them, so their number does not matter.
/// </summary>
internal static class FindingsExport
{
    private const int RowsBetweenFlushes = 500;
    private static readonly string[] Columns = ["rule", "category", "severity", "path", "split", "label", "sha256", "group", "score", "evidence"];
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/datasets/{datasetId:int}/quality/findings.csv", (int datasetId, HttpContext context, QualityHeaders headers, IDbContextFactory<DashboardContext> databases, CancellationToken cancellationToken) =>
            WriteAsync(datasetId, "csv", "text/csv; charset=utf-8", context, headers, databases, CsvAsync, cancellationToken));
        app.MapGet("/datasets/{datasetId:int}/quality/findings.json", (int datasetId, HttpContext context, QualityHeaders headers, IDbContextFactory<DashboardContext> databases, CancellationToken cancellationToken) =>
            WriteAsync(datasetId, "json", "application/json; charset=utf-8", context, headers, databases, JsonAsync, cancellationToken));
    }

    private static async Task<IResult> WriteAsync(
        int datasetId, string suffix, string mediaType, HttpContext context, QualityHeaders headers, IDbContextFactory<DashboardContext> databases,
        Func<Stream, IAsyncEnumerable<ExportedFinding>, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        if (await headers.ReadAsync(datasetId, cancellationToken) is not { } header)
        {
            return Results.Text("There is no such data set.", "text/plain", statusCode: StatusCodes.Status404NotFound);
        }

        var parameters = context.Request.Query;
        var query = FindingsQuery.Parse(parameters["rule"], parameters["severity"], parameters["split"], parameters["label"], parameters["q"], parameters["ignored"]);
        return Results.Stream(
            async stream =>
            {
                await using var db = await databases.CreateDbContextAsync(cancellationToken);
                await write(stream, Rows(db, header, query, cancellationToken), cancellationToken);
            },
            mediaType,
            $"findings-{datasetId}-scan-{header.Completed?.Id ?? 0}.{suffix}");
    }

    private static async IAsyncEnumerable<ExportedFinding> Rows(
        DashboardContext db, QualityHeader header, FindingsQuery query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var rows = FindingRows.Matching(FindingRows.Of(db, header, query.Ignored), query)
            .OrderBy(f => f.Rule).ThenBy(f => f.GroupKey).ThenBy(f => f.RelativePath);
        await foreach (var f in rows.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            var rule = QualityRules.Of(f.Rule);
            yield return new ExportedFinding(
                rule.Code, rule.Category.ToString().ToLowerInvariant(), QualityText.Of(f.Severity), f.RelativePath,
                f.Split is { } s ? QualityText.Of(s) : null, f.Label is { } l ? QualityText.Token(l) : null, f.ContentHash, f.GroupKey, f.Score, f.Evidence);
        }
    }

    private static async Task CsvAsync(Stream stream, IAsyncEnumerable<ExportedFinding> findings, CancellationToken cancellationToken)
    {
        // With a byte order mark, without which spreadsheets take the text for another alphabet.
        await using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true) { NewLine = "\r\n" };
        await writer.WriteLineAsync(Csv.Line(Columns).AsMemory(), cancellationToken);
        var written = 0;
        await foreach (var f in findings.WithCancellation(cancellationToken))
        {
            await writer.WriteLineAsync(
                Csv.Line([f.Rule, f.Category, f.Severity, f.Path, f.Split ?? "", f.Label ?? "", f.Sha256 ?? "", f.Group ?? "", f.Score?.ToString("R") ?? "", f.Evidence]).AsMemory(),
                cancellationToken);
            if (++written % RowsBetweenFlushes == 0)
            {
                await writer.FlushAsync(cancellationToken);
            }
        }
    }

    private static Task JsonAsync(Stream stream, IAsyncEnumerable<ExportedFinding> findings, CancellationToken cancellationToken) =>
        JsonSerializer.SerializeAsync(stream, findings, Json, cancellationToken);
}
