using System.Text.Json;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Evaluation;
using FractureDashboard.Storage;

namespace FractureDashboard.Jobs;

/// <summary>What an evaluation came to; stored as JSON.</summary>
/// <param name="All">Over all scored images.</param>
/// <param name="WithoutTwin">Over those whose bytes the run was not trained on.</param>
/// <param name="Unseen">Over those of whose radiograph the run was trained on no image.</param>
/// <param name="LeftOut">Images that could not be decoded.</param>
/// <param name="Reasons">The first of them, and why.</param>
public sealed record EvaluationSummary(
    ScoreSummary All, ScoreSummary WithoutTwin, ScoreSummary Unseen, int LeftOut, IReadOnlyList<SkippedFile> Reasons)
{
    /// <summary>Most reasons that are kept.</summary>
    public const int MostReasons = 20;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Sums up.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="leftOut">Images that have none.</param>
    /// <returns>The summary.</returns>
    public static EvaluationSummary Of(IReadOnlyList<EvaluationScore> scores, IReadOnlyList<SkippedFile> leftOut)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(leftOut);
        return new(Sum(_ => true), Sum(s => !s.HasTwinInTrain), Sum(s => !s.SharesSourceWithTrain), leftOut.Count, [.. leftOut.Take(MostReasons)]);

        ScoreSummary Sum(Func<EvaluationScore, bool> isIn) => ScoreSummary.Of(scores.Where(isIn).Select(s => (s.Label, s.Score)));
    }

    /// <summary>Reads a stored one.</summary>
    /// <param name="json">The value of <see cref="Evaluation.SummaryJson"/>.</param>
    /// <returns>The summary, or null where there is none that can be read.</returns>
    public static EvaluationSummary? Read(string? json) => StoredJson.Read<EvaluationSummary>(json, Json);

    /// <summary>The form that is stored.</summary>
    /// <returns>JSON.</returns>
    public string ToJson() => JsonSerializer.Serialize(this, Json);
}

/// <summary>Reads JSON that another version of the program may have written.</summary>
internal static class StoredJson
{
    public static T? Read<T>(string? json, JsonSerializerOptions options)
        where T : class
    {
        try
        {
            return json is null ? null : JsonSerializer.Deserialize<T>(json, options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
