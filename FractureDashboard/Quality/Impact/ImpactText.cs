using System.Globalization;
using FractureDashboard.ML.Evaluation;
using FractureDashboard.Shell;

namespace FractureDashboard.Quality.Impact;

/// <summary>The impact in words.</summary>
internal static class ImpactText
{
    /// <summary>What is known before any run, and stays true after.</summary>
    public static string Seen(SeenCounts seen) => seen switch
    {
        { HeldOut: 0 } => "There are no validation and test images, so nothing can be judged.",
        { WithTwin: 0, WithSource: null } => $"None of the {Count(seen.HeldOut)} validation and test images lies byte for byte in train. A scan can tell whether their radiographs do.",
        { WithTwin: 0, WithSource: 0 } => $"None of the {Count(seen.HeldOut)} validation and test images is given away by the training split. What is measured on them is what the model has learned.",
        { WithSource: null } => $"{Count(seen.WithTwin)} of {Count(seen.HeldOut)} validation and test images lie byte for byte in train. A model gets them right from memory.",
        _ => $"{Count(seen.WithTwin)} of {Count(seen.HeldOut)} validation and test images lie byte for byte in train, and of {Count(seen.WithSource.Value)} the radiograph lies there in some form. A model gets such images right from memory.",
    };

    /// <summary>What will happen.</summary>
    public static string Ahead(SeenCounts seen) => seen switch
    {
        { HeldOut: 0 } => "",
        { WithTwin: 0, WithSource: null or 0 } => "Once a model is trained on this data set, its accuracy and AUC appear here.",
        _ => $"Train a model on it as it is, and its accuracy will be too good: it says how well the model remembers, on {Humane.Percent((double)Math.Max(seen.WithTwin, seen.WithSource ?? 0) / seen.HeldOut)} of the images it is judged by. Then this table will show the accuracy on all of them beside that on images it has not seen. Train on an honest split, and the number will be lower, and true.",
    };

    /// <summary>Accuracy with its interval.</summary>
    public static string Accuracy(ScoreSummary? of) => of?.Accuracy is null ? "–" : $"{Humane.Percent(of.Accuracy)} ({Number(100 * of.AccuracyLow!.Value)}–{Number(100 * of.AccuracyHigh!.Value)})";

    /// <summary>AUC and number of images.</summary>
    public static string Details(ScoreSummary? of) => of switch
    {
        null => "not known",
        { Images: 0 } => "no image",
        _ => $"AUC {(of.Auc is { } auc ? auc.ToString("0.000", CultureInfo.InvariantCulture) : "–")}, {Count(of.Images)} {(of.Images == 1 ? "image" : "images")}",
    };

    private static string Count(int count) => Humane.Count(count);

    private static string Number(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
}
