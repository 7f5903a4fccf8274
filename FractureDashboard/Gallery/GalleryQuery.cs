using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;

namespace FractureDashboard.Gallery;

/// <summary>The order of the images.</summary>
public enum GallerySort
{
    /// <summary>Split, then class, then path: the order that every filter can take straight from an index.</summary>
    Folder = 0,
    Path = 1,
    PathDescending = 2,
    LargestFile = 3,
    SmallestFile = 4,
    MostPixels = 5,
    FewestPixels = 6,
}

/// <summary>Which images of a data set to list, and in which order. Travels in the address.</summary>
/// <param name="Split">One split, or all.</param>
/// <param name="Label">One class, or both.</param>
/// <param name="Format">One file format, or all.</param>
/// <param name="Text">Part of the path, any case; empty for all.</param>
/// <param name="Sort">The order.</param>
public sealed record GalleryQuery(
    Split? Split = null, Label? Label = null, ImageFormat? Format = null, string Text = "", GallerySort Sort = GallerySort.Folder)
{
    /// <summary>Longer search texts are cut.</summary>
    public const int MaxText = 200;

    private static readonly (GallerySort Sort, string Token)[] SortTokens =
    [
        (GallerySort.Path, "path"), (GallerySort.PathDescending, "-path"), (GallerySort.LargestFile, "-bytes"), (GallerySort.SmallestFile, "bytes"),
        (GallerySort.MostPixels, "-pixels"), (GallerySort.FewestPixels, "pixels"),
    ];

    /// <summary>True when every image is listed.</summary>
    public bool IsUnfiltered => Split is null && Label is null && Format is null && Text.Length == 0;

    /// <summary>Reads the query from an address; what it does not know it leaves out.</summary>
    /// <param name="split">E.g. <c>train</c>.</param>
    /// <param name="label"><c>fractured</c> or <c>not-fractured</c>.</param>
    /// <param name="format">E.g. <c>jpeg</c>.</param>
    /// <param name="text">Part of the path.</param>
    /// <param name="sort">E.g. <c>-bytes</c>.</param>
    /// <returns>The query.</returns>
    public static GalleryQuery Parse(string? split, string? label, string? format, string? text, string? sort)
    {
        var trimmed = text?.Trim() ?? "";
        return new GalleryQuery(
            GalleryText.Splits.Cast<Split?>().FirstOrDefault(s => Is(split, GalleryText.Of(s!.Value))),
            GalleryText.Labels.Cast<Label?>().FirstOrDefault(l => Is(label, Token(l!.Value))),
            GalleryText.Formats.Cast<ImageFormat?>().FirstOrDefault(f => Is(format, f!.Value.ToString())),
            trimmed.Length > MaxText ? trimmed[..MaxText] : trimmed,
            SortTokens.FirstOrDefault(t => Is(sort, t.Token)).Sort);
    }

    /// <summary>The parts of an address that stand for this query; null for those at their default.</summary>
    /// <returns>Name to value.</returns>
    public IReadOnlyDictionary<string, object?> ToParameters() => new Dictionary<string, object?>
    {
        ["split"] = Split is { } s ? GalleryText.Of(s) : null,
        ["label"] = Label is { } l ? Token(l) : null,
        ["format"] = Format is { } f ? f.ToString().ToLowerInvariant() : null,
        ["q"] = Text.Length > 0 ? Text : null,
        ["sort"] = SortTokens.FirstOrDefault(t => t.Sort == Sort).Token,
    };

    /// <summary>The same as a query string without the question mark; empty for the default query.</summary>
    /// <returns>E.g. <c>split=train&amp;sort=-bytes</c>.</returns>
    public string ToQueryString() => string.Join('&', ToParameters()
        .Where(p => p.Value is not null)
        .Select(p => $"{p.Key}={Uri.EscapeDataString((string)p.Value!)}"));

    private static string Token(Label label) => label == ML.Datasets.Label.Fractured ? "fractured" : "not-fractured";

    private static bool Is(string? given, string token) => string.Equals(given, token, StringComparison.OrdinalIgnoreCase);
}
