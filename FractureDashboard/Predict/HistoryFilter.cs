using System.Globalization;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Http.Extensions;

namespace FractureDashboard.Predict;

/// <summary>Which answers to list, as it stands in addresses. What means nothing is passed over.</summary>
/// <param name="Search">A part of the file's or the model's name or of the comment.</param>
/// <param name="Decision">See <see cref="HistoryAddress"/>.</param>
/// <param name="Feedback">What was said of it, or <see cref="None"/>.</param>
/// <param name="From">The first day, as <c>yyyy-MM-dd</c>.</param>
/// <param name="To">The last day.</param>
internal sealed record HistoryFilter(string? Search, string? Decision, string? Feedback, string? From, string? To)
{
    /// <summary>Answers that nobody has judged.</summary>
    public const string None = "none";

    /// <summary>The address of the answers as a table.</summary>
    public const string ExportPath = "/predictions.csv";

    /// <summary>Whether it leaves anything out.</summary>
    public bool IsSet => Query(TimeSpan.Zero) != new HistoryQuery();

    /// <summary>A judgement in the list's words.</summary>
    public static string Words(FeedbackVerdict verdict) => verdict switch
    {
        FeedbackVerdict.Agree => "judged right",
        FeedbackVerdict.Disagree => "judged wrong",
        _ => "cannot be told",
    };

    /// <summary>The question to the store.</summary>
    /// <param name="offset">How far the reader's clock is ahead of UTC: days are the reader's.</param>
    public HistoryQuery Query(TimeSpan offset) => new((Search ?? "").Trim(), Decision switch
    {
        HistoryAddress.Fractured => true,
        HistoryAddress.NotFractured => false,
        _ => null,
    })
    {
        Verdict = Feedback switch
        {
            "agree" => FeedbackVerdict.Agree,
            "disagree" => FeedbackVerdict.Disagree,
            "unsure" => FeedbackVerdict.Unsure,
            _ => null,
        },
        Unjudged = Feedback == None,
        From = Day(From) - offset,
        Before = Day(To)?.AddDays(1) - offset,
    };

    /// <summary>Where the same answers are to be had as a table.</summary>
    /// <param name="offset">As above.</param>
    public string ExportUrl(TimeSpan offset)
    {
        var query = new QueryBuilder();
        foreach (var (key, value) in new[] { ("q", Search), ("decision", Decision), ("feedback", Feedback), ("from", From), ("to", To) })
        {
            if (!string.IsNullOrWhiteSpace(value))
            {
                query.Add(key, value);
            }
        }

        query.Add("offset", ((int)offset.TotalMinutes).ToString(CultureInfo.InvariantCulture));
        return ExportPath + query;
    }

    private static DateTime? Day(string? text) =>
        DateTime.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var day)
            && day.Year is > 1900 and < 9999 ? day : null;
}
