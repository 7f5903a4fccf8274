using System.Text.RegularExpressions;

namespace FractureDashboard.ML.Datasets;

/// <summary>
/// Guesses which images come from the same radiograph. Collections of augmented copies number their radiographs and
/// vary the rest of the name (<c>7-rotated1.jpg</c>, <c>7-rotated1-rotated2.jpg</c>), and the same file may lie in
/// several splits; images of one source are no independent evidence.
/// </summary>
public static partial class SourceGroups
{
    /// <summary>
    /// Names the source of every image. Two images share one when they have the same class and the same leading number
    /// (digits before a hyphen, dot or space; without such, the whole file name), or the same content, or when a chain
    /// of such images joins them.
    /// </summary>
    /// <param name="images">The images of all splits.</param>
    /// <returns>The same images in the same order, each with <see cref="ImageRecord.Group"/> set; the order makes no difference to the names.</returns>
    public static IReadOnlyList<ImageRecord> Assign(IReadOnlyList<ImageRecord> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        var parents = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var image in images)
        {
            var (first, second) = (Root(parents, NameKey(image)), Root(parents, ContentKey(image)));

            // The smaller name becomes the root, so that a source is called the same in whatever order images come.
            var (root, child) = string.CompareOrdinal(first, second) < 0 ? (first, second) : (second, first);
            parents[child] = root;
        }

        return [.. images.Select(i => i with { Group = Root(parents, NameKey(i)) })];
    }

    /// <summary>One image of each content: the one whose path is first (ordinal).</summary>
    /// <param name="images">The images.</param>
    /// <returns>The images left, ordered by path.</returns>
    public static IReadOnlyList<ImageRecord> Distinct(IEnumerable<ImageRecord> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        return [.. images.OrderBy(i => i.RelativePath, StringComparer.Ordinal).DistinctBy(i => i.ContentHash, StringComparer.Ordinal)];
    }

    /// <summary>Drops every training image whose content is in the validation or test split too.</summary>
    /// <param name="images">The images of all splits.</param>
    /// <returns>The images left, in their order.</returns>
    public static IReadOnlyList<ImageRecord> WithoutTwinsOfHeldOut(IReadOnlyList<ImageRecord> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        var heldOut = images.Where(i => i.Split != Split.Train).Select(i => i.ContentHash).ToHashSet(StringComparer.Ordinal);
        return [.. images.Where(i => i.Split != Split.Train || !heldOut.Contains(i.ContentHash))];
    }

    private static string NameKey(ImageRecord image)
    {
        var name = image.RelativePath[(image.RelativePath.LastIndexOf('/') + 1)..];
        return $"{FolderNames.For(image.Label)}/{(LeadingNumber().Match(name) is { Success: true } match ? match.Value : name)}";
    }

    // Sorts after every name key, whose first letter is f or n; so a source's name is never a hash.
    private static string ContentKey(ImageRecord image) => $"sha256:{image.ContentHash}";

    private static string Root(Dictionary<string, string> parents, string key)
    {
        var root = key;
        while (parents.TryGetValue(root, out var parent) && parent != root)
        {
            root = parent;
        }

        // Shortens the path for the next time.
        parents.TryAdd(root, root);
        while (key != root)
        {
            (parents[key], key) = (root, parents[key]);
        }

        return root;
    }

    [GeneratedRegex(@"^[0-9]+(?=[-. ])", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LeadingNumber();
}
