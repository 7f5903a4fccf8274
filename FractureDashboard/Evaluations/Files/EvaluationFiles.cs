using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using FractureDashboard.Evaluations.Errors;
using FractureDashboard.Jobs;
using FractureDashboard.ML.Evaluation;
using FractureDashboard.ML.Explanation;
using FractureDashboard.Shell;
using FractureDashboard.Storage;

namespace FractureDashboard.Evaluations.Files;

/// <summary>A report as a file.</summary>
/// <param name="Run">The run.</param>
/// <param name="RunName">Its name.</param>
/// <param name="Evaluation">The evaluation.</param>
/// <param name="WeightsHash">SHA-256 of the weights.</param>
/// <param name="Dataset">The data set's name.</param>
/// <param name="DatasetVersion">Its version.</param>
/// <param name="Fingerprint">Of the version.</param>
/// <param name="Splits">The splits judged.</param>
/// <param name="Images">Which images of them.</param>
/// <param name="ChosenOn">On which images thresholds and temperature were chosen.</param>
/// <param name="ChosenOnJudged">True when those are among the images judged.</param>
/// <param name="Report">The report.</param>
public sealed record EvaluationReportFile(
    int Run,
    string RunName,
    int Evaluation,
    string? WeightsHash,
    string Dataset,
    int DatasetVersion,
    string Fingerprint,
    IReadOnlyList<string> Splits,
    string Images,
    string ChosenOn,
    bool ChosenOnJudged,
    EvaluationReport Report);

/// <summary>Files below an evaluation's page: <c>scores.csv</c>, <c>report.json</c>, and heat maps. Test results in a file count as looked at.</summary>
internal static class EvaluationFiles
{
    private static readonly string[] Columns = ["path", "split", "label", "score", "calibrated_score", "loss", "twin_in_train", "radiograph_in_train", "source", "sha256"];

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Converters = { new JsonStringEnumConverter() } };

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/models/{runId:int}/evaluations/{id:int}/scores.csv", ScoresAsync);
        app.MapGet("/models/{runId:int}/evaluations/{id:int}/report.json", ReportAsync);
        app.MapGet("/models/{runId:int}/evaluations/{id:int}/heatmaps/{hash:length(64)}", HeatMapAsync);
    }

    private static async Task<IResult> ScoresAsync(int runId, int id, HttpContext context, EvaluationReader reader, TestLooks looks, CancellationToken cancellationToken)
    {
        if (await JudgeAsync(runId, id, context, reader, looks, cancellationToken) is not (_, { } judged))
        {
            return Missing();
        }

        var csv = new StringBuilder(Csv.Line(Columns)).Append("\r\n");
        foreach (var image in judged.Images)
        {
            csv.Append(Csv.Line(
            [
                image.RelativePath, EvaluationText.Of(image.Split), EvaluationText.Of(image.Label), Number(image.Score), judged.Temperature is { } t ? Number(t.Apply(image.Score)) : "",
                Number(image.Loss), image.HasTwin ? "yes" : "no", image.SharesSource ? "yes" : "no", image.Group, image.ContentHash,
            ])).Append("\r\n");
        }

        // With a byte order mark, without which spreadsheets take the text for another alphabet.
        return Results.File([.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(csv.ToString())], "text/csv; charset=utf-8", $"run-{runId}-evaluation-{id}-scores.csv");
    }

    private static async Task<IResult> ReportAsync(int runId, int id, double? t, HttpContext context, EvaluationReader reader, TestLooks looks, CancellationToken cancellationToken)
    {
        if (await JudgeAsync(runId, id, context, reader, looks, cancellationToken) is not ({ } loaded, { } judged))
        {
            return Missing();
        }

        var threshold = t is >= 0 and <= 1 ? t.Value : 0.5;
        var query = Query(context);
        var tags = SubgroupTags.Of(judged.Images, "");
        var report = await Task.Run(() => judged.Report(threshold, new BootstrapOptions(), tags, cancellationToken), cancellationToken);
        var file = new EvaluationReportFile(
            runId, loaded.Run.Name, id, loaded.Evaluation.WeightsHash, loaded.DatasetName, loaded.Evaluation.DatasetVersion, loaded.Evaluation.Fingerprint,
            [.. judged.Images.Select(i => i.Split).Distinct().Order().Select(EvaluationText.Of)],
            EvaluationText.Of(query.Seen), judged.ValidationFrom, judged.JudgesWhatItChoseOn, report);
        return Results.File(JsonSerializer.SerializeToUtf8Bytes(file, Json), "application/json", $"run-{runId}-evaluation-{id}-report.json");
    }

    private static async Task<IResult> HeatMapAsync(int runId, int id, string hash, string? method, HttpContext context, HeatMapPictures pictures, CancellationToken cancellationToken)
    {
        var picture = await pictures.GetAsync(runId, id, hash, EvaluationQuery.ParseMethod(method) ?? ExplanationMethod.GradCam, cancellationToken);
        if (picture.Png is not { } png)
        {
            context.Response.Headers.CacheControl = "no-store";
            return Results.Text(picture.Problem, "text/plain", statusCode: picture.IsKnown ? StatusCodes.Status410Gone : StatusCodes.Status404NotFound);
        }

        context.Response.Headers.CacheControl = "private, max-age=600";
        return Results.Bytes(png, HeatMapPainter.MediaType);
    }

    private static async Task<(LoadedEvaluation? Loaded, JudgedImages? Judged)> JudgeAsync(
        int runId, int id, HttpContext context, EvaluationReader reader, TestLooks looks, CancellationToken cancellationToken)
    {
        if (await reader.LoadAsync(runId, id, cancellationToken) is not { } loaded)
        {
            return (null, null);
        }

        var judged = JudgedImages.Of(loaded, Query(context));
        if (judged.HasTest)
        {
            await looks.NoteAsync(runId, id, TestLookKind.File, cancellationToken);
        }

        context.Response.Headers.CacheControl = "no-store";
        return (loaded, judged);
    }

    private static EvaluationQuery Query(HttpContext context) => EvaluationQuery.Parse(null, context.Request.Query["split"], context.Request.Query["seen"]);

    private static IResult Missing() => Results.Text("There is no complete evaluation of this number and run.", "text/plain", statusCode: StatusCodes.Status404NotFound);

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
