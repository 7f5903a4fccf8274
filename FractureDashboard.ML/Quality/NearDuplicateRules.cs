using System.Globalization;

namespace FractureDashboard.ML.Quality;

/// <summary>Pictures that look the same and are not the same bytes.</summary>
internal static class NearDuplicateRules
{
    /// <summary>
    /// Which contents look the same. Blank pictures look like each other and are left out. Of many contents that look alike not every pair
    /// is linked, but each is linked to at least one in every class of every split that it looks like.
    /// </summary>
    /// <param name="images">The images.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static IReadOnlyList<ContentLink> Links(ScannedImages images, CancellationToken cancellationToken)
    {
        // Contents of one hash are looked up once.
        var places = new SortedDictionary<ulong, List<int>>();
        for (var i = 0; i < images.Contents.Count; i++)
        {
            if (images.Contents[i].Images[0].Facts.Hash is { } text && !PictureRules.IsBlank(images.Contents[i].Pixels))
            {
                var hash = ulong.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                (places.TryGetValue(hash, out var here) ? here : places[hash] = []).Add(i);
            }
        }

        var hashes = places.Keys.ToArray();
        var lists = places.Values.ToArray();
        var few = Array.ConvertAll(lists, l => Representatives(images, l));
        var links = new HashSet<ContentLink>();
        for (var i = 0; i < lists.Length; i++)
        {
            Link(links, lists[i], few[i], 0);
        }

        foreach (var (first, second, distance) in NearDuplicates.Find(hashes, PerceptualHash.NearDistance, cancellationToken))
        {
            Link(links, lists[first], few[second], distance);
            Link(links, lists[second], few[first], distance);
        }

        return [.. links];
    }

    /// <summary>
    /// The links that stand a second look. A hash of 64 bits says only that two pictures are laid out alike, which different
    /// radiographs of one view are as well; the search for sources has laid them over one another.
    /// </summary>
    /// <param name="images">The images.</param>
    /// <param name="links">Which contents look the same.</param>
    /// <param name="sources">The source of each content as searched or set by hand; a link of a content that has none stands.</param>
    public static IReadOnlyList<ContentLink> Confirmed(ScannedImages images, IReadOnlyList<ContentLink> links, IReadOnlyList<SourceAssignment> sources)
    {
        var sourceOf = sources.ToDictionary(s => s.ContentHash, s => s.Source, StringComparer.Ordinal);
        return [.. links.Where(l => Source(l.First) is not { } first || Source(l.Second) is not { } second || first == second)];

        string? Source(int content) => sourceOf.GetValueOrDefault(images.Contents[content].Hash);
    }

    private static void Link(HashSet<ContentLink> links, List<int> contents, List<int> others, int distance)
    {
        foreach (var content in contents)
        {
            foreach (var other in others)
            {
                if (content != other)
                {
                    links.Add(new(Math.Min(content, other), Math.Max(content, other), distance));
                }
            }
        }
    }

    /// <summary>Of contents that look alike at least two in each place where any lies.</summary>
    private static List<int> Representatives(ScannedImages images, List<int> contents)
    {
        const int Few = 16;
        return contents.Count <= Few
            ? contents
            : [.. contents
                .SelectMany(c => images.Contents[c].Images.Select(i => (Place: (i.File.Split, i.File.Label), Content: c)))
                .GroupBy(c => c.Place, c => c.Content)
                .SelectMany(g => g.Distinct().Take(2))
                .Distinct()];
    }

    /// <summary>The findings.</summary>
    /// <param name="images">The images.</param>
    /// <param name="links">Which contents look the same.</param>
    public static IEnumerable<QualityFinding> Of(ScannedImages images, IReadOnlyList<ContentLink> links) =>
    [
        .. LinkedContents.Findings(QualityRule.NearDuplicate, images, links, PlaceWords.InSamePlace, Evidence),
        .. LinkedContents.Findings(QualityRule.NearDuplicateAcrossClasses, images, links, PlaceWords.InOtherClass, Evidence),
        .. LinkedContents.Findings(QualityRule.NearDuplicateAcrossSplits, images, links, PlaceWords.InOtherSplit, Evidence),
    ];

    private static string Evidence(ScannedImage other, int distance) =>
        $"Looks like {other.File.RelativePath}: {distance} of the 64 bits of their picture hashes differ.";
}
