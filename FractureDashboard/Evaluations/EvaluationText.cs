using System.Globalization;
using FractureDashboard.Jobs;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Evaluation;
using FractureDashboard.Shell;
using FractureDashboard.Storage;

namespace FractureDashboard.Evaluations;

/// <summary>How this room writes splits, states and figures.</summary>
internal static class EvaluationText
{
    // What is no share of images is written as a number, not in per cent.
    private static readonly HashSet<string> Numbers = ["Matthews correlation", "Area under the ROC curve", "Average precision", "Brier score", "Log loss", "Calibration error"];

    public static string Of(Split split) => split switch
    {
        Split.Train => "train",
        Split.Validation => "validation",
        _ => "test",
    };

    public static string Of(Label label) => label == Label.Fractured ? "fractured" : "not fractured";

    public static string Of(EvaluationState state) => state switch
    {
        EvaluationState.Queued => "waiting",
        EvaluationState.Running => "running",
        EvaluationState.Completed => "completed",
        EvaluationState.Canceled => "cancelled",
        _ => "failed",
    };

    public static string Of(EvaluationKind kind) => kind switch
    {
        EvaluationKind.MarkersBlanked => "markers painted over",
        EvaluationKind.OnlyMarkers => "nothing but the markers",
        _ => "as they are",
    };

    public static string Title(EvaluationView view) => view.ToString();

    public static string Of(SeenChoice seen) => seen switch
    {
        SeenChoice.WithoutTwin => "without twins in train",
        SeenChoice.Unseen => "radiograph not in train",
        _ => "all images",
    };

    public static string Of(ErrorOrder order) => order switch
    {
        ErrorOrder.LeastCertain => "Least certain",
        ErrorOrder.HighestLoss => "Highest loss",
        _ => "Misclassified",
    };

    /// <summary>Stored splits as words.</summary>
    public static string Splits(string joined) => string.Join(", ", EvaluationQueue.ReadSplits(joined).Select(Of));

    /// <summary>A figure of <see cref="EvaluationMetrics.Named"/>.</summary>
    public static string Figure(string name, double? value) => value is not { } v ? "–" : Numbers.Contains(name) ? Number(v) : Humane.Percent(v);

    public static string Figure(string name, Interval? interval) => interval is not { } i
        ? "–"
        : Numbers.Contains(name) ? $"{Number(i.Low)} to {Number(i.High)}" : Percents(i);

    /// <summary>An interval by draws that tells something: where every draw gives the same value, as 100 % of few images do, it would claim certainty.</summary>
    public static Interval? Telling(Interval? drawn) => drawn is { } i && i.High > i.Low ? drawn : null;

    public static string Number(double? value) => value is { } v ? v.ToString("0.000", CultureInfo.InvariantCulture) : "–";

    public static string Percents(Interval? interval) =>
        interval is { } i ? string.Create(CultureInfo.InvariantCulture, $"{100 * i.Low:0.0} to {100 * i.High:0.0} %") : "–";

    /// <summary>A threshold with as many digits as tell it from its neighbours on a slider, or four that matter where it is small.</summary>
    public static string Threshold(double threshold) => threshold is > 0 and < 0.001
        ? threshold.ToString("0.##e0", CultureInfo.InvariantCulture)
        : threshold.ToString(threshold > 0.999 ? "0.0#####" : "0.0##", CultureInfo.InvariantCulture);

    public static string Count(long count, string one, string? many = null) => $"{Humane.Count(count)} {(count == 1 ? one : many ?? one + "s")}";

    public static string FileName(string relativePath) => relativePath[(relativePath.LastIndexOf('/') + 1)..];

    /// <summary>How far an evaluation has come.</summary>
    public static string Progress(Evaluation of) => of switch
    {
        { State: EvaluationState.Queued } => "Waiting for its turn.",
        { Total: 0 } => "Getting ready.",
        _ => $"{Humane.Count(of.Done)} of {Humane.Count(of.Total)} images scored.",
    };
}
