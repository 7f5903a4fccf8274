namespace FractureDashboard.ML.Quality;

/// <summary>Two contents that show the same.</summary>
/// <param name="First">Place of the first among <see cref="ScannedImages.Contents"/>.</param>
/// <param name="Second">Place of the second; another one.</param>
/// <param name="Distance">How much they differ.</param>
internal readonly record struct ContentLink(int First, int Second, int Distance);

/// <summary>
/// Turns links between contents into findings. An image is named when one that it is itself linked to lies where the rule looks;
/// a chain of likenesses alone names nobody.
/// </summary>
internal static class LinkedContents
{
    /// <summary>The findings of one rule.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="images">The images.</param>
    /// <param name="links">Which contents show the same.</param>
    /// <param name="isMeant">Whether the rule is about two images in these places.</param>
    /// <param name="evidence">What is said of an image: the one nearest to it, and their distance.</param>
    public static IEnumerable<QualityFinding> Findings(
        QualityRule rule,
        ScannedImages images,
        IEnumerable<ContentLink> links,
        Func<ScannedImage, ScannedImage, bool> isMeant,
        Func<ScannedImage, int, string> evidence)
    {
        var groups = new DisjointSets(images.Contents.Count);
        var named = new SortedDictionary<int, Dictionary<ScannedImage, (ScannedImage Other, int Distance)>>();
        foreach (var link in links.OrderBy(l => l.Distance).ThenBy(l => l.First).ThenBy(l => l.Second))
        {
            var (first, second) = (images.Contents[link.First].Images, images.Contents[link.Second].Images);
            if (Name(link.First, first, second, link.Distance) | Name(link.Second, second, first, link.Distance))
            {
                groups.Join(link.First, link.Second);
            }
        }

        var severity = QualityRules.Of(rule).DefaultSeverity;
        foreach (var (content, findings) in named)
        {
            var group = images.Contents[groups.Find(content)].Hash[..16];
            foreach (var (image, (other, distance)) in findings)
            {
                yield return new(rule, severity, image.File, image.Hash, evidence(other, distance), group, -distance);
            }
        }

        bool Name(int content, IReadOnlyList<ScannedImage> here, IReadOnlyList<ScannedImage> there, int distance)
        {
            var any = false;
            foreach (var image in here)
            {
                if (there.FirstOrDefault(o => isMeant(image, o)) is { } meant)
                {
                    // Links come the nearest first.
                    any = true;
                    (named.TryGetValue(content, out var findings) ? findings : named[content] = []).TryAdd(image, (meant, distance));
                }
            }

            return any;
        }
    }
}
