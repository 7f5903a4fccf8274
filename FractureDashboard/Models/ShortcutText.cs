using System.Globalization;
using FractureDashboard.ML.Evaluation;
using FractureDashboard.Shell;

namespace FractureDashboard.Models;

/// <summary>The probe's report in words.</summary>
internal static class ShortcutText
{
    public static string Title(ShortcutVerdict verdict) => verdict switch
    {
        ShortcutVerdict.Relied => "Yes: part of the score rests on the markers.",
        ShortcutVerdict.Readable => "Hardly: it can read the markers, but the score does without them.",
        ShortcutVerdict.NotRead => "No: nothing shows that it reads the markers.",
        _ => "There is too little to tell.",
    };

    public static string Explain(ShortcutReport report) => report.Verdict switch
    {
        ShortcutVerdict.Relied => $"With the markers painted over, the AUC of the {Humane.Count(report.WithMarkers)} images that have some falls from {Auc(report.Plain.ByImage.Auc)} to {Auc(report.Blanked.ByImage.Auc)}. {Alone(report)} On images with other markers, or none, the model will do worse than its accuracy says. Train it on images without markers, or with other ones in both classes.",
        ShortcutVerdict.Readable => $"{Alone(report)} But with the markers painted over the AUC changes only from {Auc(report.Plain.ByImage.Auc)} to {Auc(report.Blanked.ByImage.Auc)}: what it sees of the bones is enough.",
        ShortcutVerdict.NotRead => $"{Alone(report)} With the markers painted over the AUC changes from {Auc(report.Plain.ByImage.Auc)} to {Auc(report.Blanked.ByImage.Auc)}.",
        _ => $"Markers were found in {Humane.Count(report.WithMarkers)} of {Humane.Count(report.HeldOut)} held-out images. A verdict needs {ShortcutReport.LeastOfAClass} or more of each class, from several radiographs.",
    };

    public static string Auc(double? auc) => auc is { } value ? value.ToString("0.000", CultureInfo.InvariantCulture) : "–";

    public static string Interval(double? low, double? high) => low is null || high is null ? "–" : $"{Auc(low)} to {Auc(high)}";

    private static string Alone(ShortcutReport report)
    {
        var only = report.OnlyMarkers;
        var measured = $"AUC {Auc(only.ByImage.Auc)}, 95 % interval {Interval(only.AucLow, only.AucHigh)}";
        return only switch
        {
            { AucLow: > 0.5 } => $"From the markers alone it tells the classes apart better than chance ({measured}).",
            { AucHigh: < 0.5 } => $"From the markers alone it takes the classes for each other ({measured}), so it does react to them.",
            _ => $"From the markers alone it tells the classes apart no better than chance ({measured}).",
        };
    }
}
