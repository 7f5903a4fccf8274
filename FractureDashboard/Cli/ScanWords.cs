using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Quality;

namespace FractureDashboard.Cli;

/// <summary>The words that the command's outputs use. Programs read them: they stay as they are.</summary>
internal static class ScanWords
{
    /// <summary>A severity.</summary>
    public static string Of(QualitySeverity severity) => severity switch
    {
        QualitySeverity.Error => "error",
        QualitySeverity.Warning => "warning",
        QualitySeverity.Info => "info",
        _ => throw new ArgumentOutOfRangeException(nameof(severity)),
    };

    /// <summary>The severity that a word names; null for any other word.</summary>
    public static QualitySeverity? Severity(string word) =>
        Enum.GetValues<QualitySeverity>().Select(s => (QualitySeverity?)s).FirstOrDefault(s => Of(s!.Value) == word);

    /// <summary>A split; null where there is none.</summary>
    public static string? Of(Split? split) => split switch
    {
        Split.Train => "train",
        Split.Validation => "validation",
        Split.Test => "test",
        _ => null,
    };

    /// <summary>A class; null where there is none.</summary>
    public static string? Of(Label? label) => label switch
    {
        Label.Fractured => "fractured",
        Label.NotFractured => "not-fractured",
        _ => null,
    };

    /// <summary>A text that cannot move the cursor or colour the terminal, as names of files might.</summary>
    public static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
}
