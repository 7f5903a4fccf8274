using System.Globalization;
using System.Text.Json.Serialization;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace FractureDashboard.Predict;

/// <summary>The model that answered.</summary>
/// <param name="Id">The run that trained it; what <c>model</c> names in a request. Null once that run has been deleted.</param>
/// <param name="Name">The run's name.</param>
/// <param name="WeightsSha256">The version: SHA-256 of the weights.</param>
/// <param name="IsSynthetic">True when it was trained on images that the program drew; null when that is no longer known.</param>
public sealed record ApiModel(int? Id, string Name, string WeightsSha256, bool? IsSynthetic);

/// <summary>An answer.</summary>
/// <param name="Id">The stored answer.</param>
/// <param name="ProbabilityFractured">P(fractured), 0 to 1.</param>
/// <param name="Threshold">Probabilities at or above it are called fractured.</param>
/// <param name="IsFractured">The decision.</param>
/// <param name="Format">The file's format.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Milliseconds">Time to read the image and to answer.</param>
/// <param name="CreatedUtc">When it was asked.</param>
/// <param name="Page">The address of the page that shows it.</param>
public sealed record ApiPrediction(
    int Id, double ProbabilityFractured, double Threshold, bool IsFractured, string Format, int Width, int Height, double Milliseconds, DateTime CreatedUtc, string Page);

/// <summary>Why there is no answer.</summary>
/// <param name="Kind">A name of <see cref="PredictionFailure"/>, or <c>Request</c> when the request itself is wrong.</param>
/// <param name="Message">What was wrong and what to do.</param>
public sealed record ApiProblem(string Kind, string Message);

/// <summary>A file of a request: an answer, or else a problem.</summary>
/// <param name="File">Its name as it is shown and stored.</param>
/// <param name="Prediction">The answer.</param>
/// <param name="Problem">Why there is none.</param>
public sealed record ApiResult(
    string File,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ApiPrediction? Prediction = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ApiProblem? Problem = null);

/// <summary>The reply to a request.</summary>
/// <param name="Notice">What the answers may be used for.</param>
/// <param name="Model">The model that answered; null when the request was refused before one was asked.</param>
/// <param name="Results">One for each file, in the order of the request.</param>
/// <param name="Problem">What was wrong with the request itself.</param>
public sealed record ApiReply(
    string Notice,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ApiModel? Model,
    IReadOnlyList<ApiResult> Results,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ApiProblem? Problem = null);

/// <summary>
/// Predictions for programs: the same checks and the same history as on the page. A page of another site cannot use it, since
/// browsers name their origin with every such request; a program on this machine can, as it can read the data folder.
/// </summary>
internal static class PredictionApi
{
    public const string Path = "/api/v1/predictions";

    /// <summary>The most files of a request.</summary>
    public const int MaximumFiles = 100;

    private const long MaximumBody = 2_000_000_000;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost(Path, PostAsync).WithMetadata(new RequestSizeLimitAttribute(MaximumBody)).DisableAntiforgery();
        app.MapGet(Path + "/{id:int}", GetAsync);
    }

    private static async Task<IResult> PostAsync(
        string? model, string? threshold, HttpContext context, FinishedRuns runs, PredictionService service, CancellationToken cancellationToken)
    {
        if (!TryThreshold(threshold, out var limit))
        {
            return Refuse(StatusCodes.Status400BadRequest, $"threshold must be a number from 0 to 1, not '{threshold}'.");
        }

        if (UploadForm.Boundary(context.Request) is not { } boundary)
        {
            return Refuse(StatusCodes.Status415UnsupportedMediaType, "Send the files as multipart/form-data.");
        }

        if (await FindAsync(model, runs, cancellationToken) is not { } run)
        {
            return Refuse(StatusCodes.Status409Conflict, model is null
                ? "There is no finished run whose model could answer. Train one first."
                : $"model must be the number of a finished run that still has its weights; '{model}' is none.");
        }

        var results = new List<(ApiResult Result, int Status)>();
        try
        {
            var reader = new MultipartReader(boundary, context.Request.Body);
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
            {
                if (UploadForm.FileName(section) is not { } name)
                {
                    continue;
                }

                results.Add(results.Count < MaximumFiles
                    ? Of(await service.PredictUploadAsync(section.Body, name, run.Id, limit, cancellationToken))
                    : (new ApiResult(UploadNames.Sanitise(name), Problem: new ApiProblem("Request", $"At most {MaximumFiles} files are answered at once. Send this one again.")), StatusCodes.Status413PayloadTooLarge));
            }
        }
        catch (BadHttpRequestException e)
        {
            return Results.Json(Reply(run, results, new ApiProblem("Request", "The request is larger than 2 GB or broke off. Send fewer files at once.")), statusCode: e.StatusCode);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return Results.Json(Reply(run, results, new ApiProblem("Request", "The form is not well formed or broke off.")), statusCode: StatusCodes.Status400BadRequest);
        }

        return results.Count == 0
            ? Refuse(StatusCodes.Status400BadRequest, "The form holds no file.")
            : Results.Json(Reply(run, results, null), statusCode: results.Exists(r => r.Result.Prediction is not null) ? StatusCodes.Status200OK : results[0].Status);
    }

    private static async Task<IResult> GetAsync(int id, PredictionHistory history, CancellationToken cancellationToken) =>
        await history.FindAsync(id, cancellationToken) is { } found
            ? Results.Json(new ApiReply(
                PredictText.ResearchOnly,
                new ApiModel(found.Stored.RunId, found.Stored.RunName, found.Stored.WeightsHash, found.IsSynthetic),
                [new ApiResult(found.Stored.FileName, Of(found.Stored))]))
            : Refuse(StatusCodes.Status404NotFound, $"There is no prediction {id}, or it has been deleted.");

    private static async Task<FinishedRun?> FindAsync(string? model, FinishedRuns runs, CancellationToken cancellationToken) =>
        model is null
            ? await runs.ListAsync(cancellationToken) is [var best, ..] ? best : null
            : int.TryParse(model, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? await runs.FindAsync(id, cancellationToken) : null;

    private static bool TryThreshold(string? text, out double? threshold)
    {
        threshold = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value is >= 0 and <= 1 ? value : null;
        return text is null || threshold is not null;
    }

    private static (ApiResult Result, int Status) Of(PredictionOutcome outcome) => outcome switch
    {
        { Result.Stored: { } stored } => (new ApiResult(stored.FileName, Of(stored)), StatusCodes.Status200OK),
        { Error: { } error } => (new ApiResult(error.FileName, Problem: new ApiProblem(error.Kind.ToString(), error.Message)), UploadForm.Status(error.Kind)),
        _ => throw new ArgumentException("An outcome is an answer or a refusal.", nameof(outcome)),
    };

    private static ApiPrediction Of(Prediction p) => new(
        p.Id, p.Score, p.Threshold, p.IsFractured, PredictText.Of(p.Format), p.Width, p.Height, p.Milliseconds, p.CreatedUtc, $"/predict/{p.Id}");

    private static ApiReply Reply(FinishedRun run, List<(ApiResult Result, int Status)> results, ApiProblem? problem) =>
        new(PredictText.ResearchOnly, new ApiModel(run.Id, run.Name, run.WeightsHash, run.IsSynthetic), results.ConvertAll(r => r.Result), problem);

    private static IResult Refuse(int status, string message) =>
        Results.Json(new ApiReply(PredictText.ResearchOnly, null, [], new ApiProblem("Request", message)), statusCode: status);
}
