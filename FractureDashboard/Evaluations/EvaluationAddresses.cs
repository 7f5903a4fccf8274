using System.Globalization;
using FractureDashboard.ML.Explanation;

namespace FractureDashboard.Evaluations;

/// <summary>The addresses of this room's pages and files, and of those of others that they lead to.</summary>
internal static class EvaluationAddresses
{
    private const int HashDigits = 16;

    public static string List(int runId) => $"/models/{runId}/evaluations";

    public static string Of(int runId, int evaluationId, EvaluationQuery? query = null) => $"/models/{runId}/evaluations/{evaluationId}{query?.ToQueryString()}";

    public static string Scores(int runId, int evaluationId, EvaluationQuery query) => $"/models/{runId}/evaluations/{evaluationId}/scores.csv{query.ImagesOnly().ToQueryString()}";

    public static string Report(int runId, int evaluationId, EvaluationQuery query, double threshold)
    {
        var parameters = query.ImagesOnly().ToQueryString();
        return $"/models/{runId}/evaluations/{evaluationId}/report.json{parameters}{(parameters.Length == 0 ? "?" : "&")}t={threshold.ToString("R", CultureInfo.InvariantCulture)}";
    }

    public static string HeatMap(int runId, int evaluationId, string contentHash, ExplanationMethod method) =>
        $"/models/{runId}/evaluations/{evaluationId}/heatmaps/{contentHash}?method={EvaluationQuery.Token(method)}";

    public static string Image(int datasetId, int imageId) => $"/datasets/{datasetId}/images/{imageId}";

    public static string Thumbnail(int imageId, string contentHash) => $"/images/{imageId}/thumb?h={contentHash[..Math.Min(HashDigits, contentHash.Length)]}";

    public static string LabelFindings(int datasetId) => $"/datasets/{datasetId}/quality/findings?rule=label-error";

    public static string Model(int runId) => $"/models/{runId}";

    public static string Run(int runId) => $"/runs/{runId}";
}
