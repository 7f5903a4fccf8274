using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Quality;
using FractureDashboard.Shell;

namespace FractureDashboard.Evaluations;

/// <summary>What images have in common, as tags <c>kind: value</c>: split, format, size, shape, folder, what the run has seen, what a scan found.</summary>
internal static class SubgroupTags
{
    /// <summary>Between the kind of a tag and its value.</summary>
    public const string Separator = ": ";

    private const int SmallSide = 512;
    private const int LargeSide = 1024;

    // Rows of two or more groups tell something, and a table of a hundred folders nothing.
    private const int MostOfAKind = 24;

    /// <summary>The tags of each image. A kind with a single value says nothing and is left out.</summary>
    /// <param name="images">The images.</param>
    /// <param name="path">Part of the path that makes a group of its own, any case; empty for none.</param>
    /// <returns>In the images' order.</returns>
    public static IReadOnlyList<IReadOnlyCollection<string>> Of(IReadOnlyList<ScoredImage> images, string path)
    {
        var copies = images.GroupBy(i => i.Group, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        var all = images.Select(i => Of(i, path, copies[i.Group]).ToList()).ToList();
        var values = all.SelectMany(t => t).Distinct().GroupBy(Kind).ToDictionary(g => g.Key, g => g.Count());
        return [.. all.Select(IReadOnlyCollection<string> (tags) => [.. tags.Where(t => values[Kind(t)] is > 1 and <= MostOfAKind || Kind(t) == FindingKind)])];
    }

    /// <summary>The kind of a tag.</summary>
    public static string Kind(string tag) => tag[..tag.IndexOf(Separator, StringComparison.Ordinal)];

    /// <summary>The value of a tag.</summary>
    public static string Value(string tag) => tag[(tag.IndexOf(Separator, StringComparison.Ordinal) + Separator.Length)..];

    private const string FindingKind = "Scan found";

    private static IEnumerable<string> Of(ScoredImage image, string path, int copies)
    {
        yield return Tag("Split", EvaluationText.Of(image.Split));
        yield return Tag("Twin in train", image.HasTwin ? "yes" : "no");
        yield return Tag("Radiograph in train", image.SharesSource ? "yes" : "no");
        yield return Tag("Radiograph judged", copies == 1 ? "by one image" : "by several images");
        if (Folder(image.RelativePath) is { } folder)
        {
            yield return Tag("Folder", folder);
        }

        if (path.Length > 0)
        {
            yield return Tag($"Path with “{path}”", image.RelativePath.Contains(path, StringComparison.OrdinalIgnoreCase) ? "yes" : "no");
        }

        if (image.Format is not { } format)
        {
            yield break;
        }

        yield return Tag("Format", format == ImageFormat.WebP ? "WebP" : format.ToString().ToUpperInvariant());
        yield return Tag("Longer side", Math.Max(image.Width, image.Height) switch
        {
            < SmallSide => $"below {SmallSide} px",
            < LargeSide => $"{SmallSide} to {LargeSide - 1} px",
            _ => $"{Humane.Count(LargeSide)} px or more",
        });
        yield return Tag("Shape", image.Width > image.Height ? "landscape" : image.Width < image.Height ? "portrait" : "square");
        foreach (var code in image.Findings)
        {
            yield return Tag(FindingKind, QualityRules.Parse(code) is { } rule ? QualityRules.Of(rule).Title : code);
        }
    }

    // Below split and class a data set may be arranged by body part or hospital.
    private static string? Folder(string path) => path.Split('/') is { Length: > 3 } parts ? parts[2] : null;

    private static string Tag(string kind, string value) => kind + Separator + value;
}
