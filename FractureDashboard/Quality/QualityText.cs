using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Quality;
using FractureDashboard.Shell;
using FractureDashboard.Storage;
using MudBlazor;

namespace FractureDashboard.Quality;

/// <summary>How splits, classes, severities and states are written on the pages of this room and in their addresses.</summary>
internal static class QualityText
{
    public static IReadOnlyList<Split> Splits { get; } = [ML.Datasets.Split.Train, ML.Datasets.Split.Validation, ML.Datasets.Split.Test];

    public static IReadOnlyList<Label> Labels { get; } = [Label.NotFractured, Label.Fractured];

    /// <summary>The gravest first.</summary>
    public static IReadOnlyList<QualitySeverity> Severities { get; } = [QualitySeverity.Error, QualitySeverity.Warning, QualitySeverity.Info];

    public static string Of(Split? split) => split switch
    {
        ML.Datasets.Split.Train => "train",
        ML.Datasets.Split.Validation => "validation",
        ML.Datasets.Split.Test => "test",
        _ => "no split",
    };

    public static string Of(Label? label) => label switch
    {
        Label.Fractured => "fractured",
        Label.NotFractured => "not fractured",
        _ => "no class",
    };

    public static string Of(QualitySeverity severity) => severity switch
    {
        QualitySeverity.Error => "error",
        QualitySeverity.Warning => "warning",
        _ => "note",
    };

    public static string Icon(QualitySeverity severity) => severity switch
    {
        QualitySeverity.Error => Icons.Material.Outlined.ErrorOutline,
        QualitySeverity.Warning => Icons.Material.Outlined.WarningAmber,
        _ => Icons.Material.Outlined.Info,
    };

    public static string Of(ScanState state) => state switch
    {
        ScanState.Queued => "waiting",
        ScanState.Running => "running",
        ScanState.Completed => "completed",
        ScanState.Canceled => "canceled",
        _ => "failed",
    };

    public static string Of(ScanPhase phase) => phase switch
    {
        ScanPhase.Inspecting => "Reading and decoding every file",
        ScanPhase.Comparing => "Looking for copies and near copies",
        ScanPhase.Grouping => "Looking for images of one radiograph",
        ScanPhase.Embedding => "Showing every image to the newest model",
        _ => "Writing the findings down",
    };

    /// <summary>How a class stands in an address.</summary>
    public static string Token(Label label) => label == Label.Fractured ? "fractured" : "not-fractured";

    public static Split? ParseSplit(string? text) => Splits.Cast<Split?>().FirstOrDefault(s => Is(text, Of(s)));

    public static Label? ParseLabel(string? text) => Labels.Cast<Label?>().FirstOrDefault(l => Is(text, Token(l!.Value)));

    public static QualitySeverity? ParseSeverity(string? text) => Severities.Cast<QualitySeverity?>().FirstOrDefault(s => Is(text, Of(s!.Value)));

    /// <summary>A count with its noun.</summary>
    /// <param name="count">How many.</param>
    /// <param name="one">The noun for one.</param>
    /// <param name="many">The noun for any other number; the first with an s by default.</param>
    /// <returns>E.g. <c>1,212 images</c>.</returns>
    public static string Count(long count, string one, string? many = null) => $"{Humane.Count(count)} {(count == 1 ? one : many ?? one + "s")}";

    /// <summary>A title within a sentence: its first word in small letters, unless it is a name such as EXIF or TensorFlow.</summary>
    public static string Inline(string title)
    {
        var word = title.AsSpan(0, title.IndexOf(' ') is var end and > 0 ? end : title.Length);
        return word.Length > 1 && word[1..].IndexOfAnyInRange('A', 'Z') < 0 ? char.ToLowerInvariant(title[0]) + title[1..] : title;
    }

    /// <summary>The last part of a path.</summary>
    public static string FileName(string relativePath) => relativePath[(relativePath.LastIndexOf('/') + 1)..];

    /// <summary>A search text from an address, without more than anybody types.</summary>
    public static string Clip(string? text)
    {
        const int most = 200;
        var trimmed = text?.Trim() ?? "";
        return trimmed.Length > most ? trimmed[..most] : trimmed;
    }

    /// <summary>A pattern that finds a text anywhere, for LIKE with a backslash as its escape.</summary>
    public static string Pattern(string text) => $"%{text.Replace(@"\", @"\\").Replace("%", @"\%").Replace("_", @"\_")}%";

    private static bool Is(string? given, string token) => string.Equals(given, token, StringComparison.OrdinalIgnoreCase);
}
