using FractureDashboard.ML.Datasets;

namespace FractureDashboard.ML.Quality;

/// <summary>Says where files lie.</summary>
internal static class PlaceWords
{
    /// <summary>How many images lie where: <c>3 in train (fractured), 1 in test (fractured)</c>.</summary>
    public static string Of(IEnumerable<ScannedImage> images) => string.Join(
        ", ",
        images.GroupBy(i => (i.File.Split, i.File.Label)).OrderBy(g => g.Key.Split).ThenByDescending(g => g.Key.Label).Select(g => $"{g.Count()} {Place(g.Key.Split, g.Key.Label)}"));

    /// <summary>Whether two places are in different splits; what has no split is in none.</summary>
    public static bool InOtherSplit(ScannedImage a, ScannedImage b) => a.File.Split is { } x && b.File.Split is { } y && x != y;

    /// <summary>Whether two places are in different classes; what has no class is in none.</summary>
    public static bool InOtherClass(ScannedImage a, ScannedImage b) => a.File.Label is { } x && b.File.Label is { } y && x != y;

    /// <summary>Whether two places are in the same class of the same split.</summary>
    public static bool InSamePlace(ScannedImage a, ScannedImage b) => a.File.Split == b.File.Split && a.File.Label == b.File.Label;

    private static string Place(Split? split, Label? label) => (split, label) switch
    {
        ({ } s, { } l) => $"in {FolderNames.For(s)} ({FolderNames.For(l)})",
        ({ } s, null) => $"in {FolderNames.For(s)}",
        (null, { } l) => $"({FolderNames.For(l)})",
        _ => "in this folder",
    };
}
