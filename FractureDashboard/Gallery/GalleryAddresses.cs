using FractureDashboard.ML.Datasets;

namespace FractureDashboard.Gallery;

/// <summary>The random sample that a page shows. Travels in the address.</summary>
/// <param name="Split">One split, or all.</param>
/// <param name="PerClass">Images of each class.</param>
/// <param name="Seed">The same seed draws the same images.</param>
public sealed record SampleQuery(Split? Split = null, int PerClass = 4, int Seed = 42)
{
    public const int MaxPerClass = 12;

    public static SampleQuery Parse(string? split, int? perClass, int? seed) =>
        new(GalleryQuery.Parse(split, null, null, null, null).Split, Math.Clamp(perClass ?? 4, 1, MaxPerClass), seed ?? 42);

    /// <summary>The parts of an address; null for those at their default.</summary>
    /// <returns>Name to value.</returns>
    public IReadOnlyDictionary<string, object?> ToParameters() => new Dictionary<string, object?>
    {
        ["from"] = Split is { } s ? GalleryText.Of(s) : null,
        ["n"] = PerClass == 4 ? null : PerClass,
        ["seed"] = Seed,
    };

    public string ToQueryString() => $"{(Split is { } s ? $"from={GalleryText.Of(s)}&" : "")}n={PerClass}&seed={Seed}";
}

/// <summary>The addresses of the gallery's pages.</summary>
internal static class GalleryAddresses
{
    public const string ImagesView = "images";

    public static string Overview(int datasetId, SampleQuery? sample = null) =>
        sample is null ? $"/datasets/{datasetId}" : $"/datasets/{datasetId}?{sample.ToQueryString()}";

    /// <summary>What a scan found in it.</summary>
    public static string Quality(int datasetId) => $"/datasets/{datasetId}/quality";

    /// <summary>The grid, opened at an image if one is given.</summary>
    public static string Grid(int datasetId, GalleryQuery query, int? at = null) =>
        With($"/datasets/{datasetId}?view={ImagesView}", query.ToQueryString(), at is { } id ? $"at={id}" : "");

    /// <summary>The viewer, which goes back to the grid of its filter, or to the sample it was opened from.</summary>
    public static string Viewer(int datasetId, int imageId, GalleryQuery query, SampleQuery? sample = null)
    {
        var parameters = With("", query.ToQueryString(), sample?.ToQueryString() ?? "");
        return $"/datasets/{datasetId}/images/{imageId}{(parameters.Length > 0 ? "?" + parameters[1..] : "")}";
    }

    private static string With(string address, params string[] parameters) =>
        parameters.Where(p => p.Length > 0).Aggregate(address, (a, p) => $"{a}&{p}");
}
