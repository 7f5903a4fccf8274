using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.Storage;

namespace FractureDashboard.Predict;

/// <summary>How answers are written.</summary>
internal static class PredictText
{
    /// <summary>The research notice that stands beside every answer.</summary>
    public const string ResearchOnly = "Research use only, not a medical device";

    /// <summary>Share of an axis as CSS wants it.</summary>
    public static string Css(double share) => $"{Math.Clamp(share, 0, 1) * 100:0.##}%";

    /// <summary>P(fractured); never rounded to a certainty the model did not claim.</summary>
    public static string Probability(double score) => score switch
    {
        > 0.9995 and < 1 => "> 99.9 %",
        < 0.0005 and > 0 => "< 0.1 %",
        _ => $"{score * 100:0.0} %",
    };

    public static string Decision(bool isFractured) => isFractured ? "Fractured" : "Not fractured";

    public static string Of(Label label) => label == Label.Fractured ? "fractured" : "not fractured";

    public static string Of(Split split) => split switch
    {
        Split.Train => "training",
        Split.Validation => "validation",
        _ => "test",
    };

    public static string Of(FeedbackVerdict verdict) => verdict switch
    {
        FeedbackVerdict.Agree => "agree",
        FeedbackVerdict.Disagree => "disagree",
        _ => "unsure",
    };

    public static string Of(ImageFormat format) => format is ImageFormat.WebP ? "WebP" : format.ToString().ToUpperInvariant();

    /// <summary>A time short enough to need its decimals.</summary>
    public static string Milliseconds(double value) => value < 10 ? $"{value:0.0} ms" : $"{value:#,0} ms";
}
