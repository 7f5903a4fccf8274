namespace FractureDashboard.ML.Quality;

/// <summary>Images of one radiograph that are not the same bytes, in both classes or in several splits.</summary>
internal static class SourceRules
{
    /// <summary>The sources of a scan: what was set by hand wins over what was found.</summary>
    /// <param name="found">What the scan found.</param>
    /// <param name="byHand">What people decided; null where there is nothing.</param>
    /// <param name="images">The images; assignments of other contents are dropped.</param>
    /// <returns>At most one a content, ordered by content.</returns>
    public static IReadOnlyList<SourceAssignment> Merge(IEnumerable<SourceAssignment> found, IReadOnlyList<SourceAssignment>? byHand, ScannedImages images)
    {
        var contents = images.Contents.Select(c => c.Hash).ToHashSet(StringComparer.Ordinal);
        return [.. (byHand ?? [])
            .Concat(found)
            .Where(s => contents.Contains(s.ContentHash))
            .DistinctBy(s => s.ContentHash, StringComparer.Ordinal)
            .OrderBy(s => s.ContentHash, StringComparer.Ordinal)];
    }

    /// <summary>The findings.</summary>
    /// <param name="images">The images.</param>
    /// <param name="sources">The source of each content.</param>
    public static IEnumerable<QualityFinding> Of(ScannedImages images, IReadOnlyList<SourceAssignment> sources)
    {
        var byHash = images.Contents.ToDictionary(c => c.Hash, StringComparer.Ordinal);
        foreach (var source in sources.GroupBy(s => s.Source, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            var members = source.SelectMany(s => byHash[s.ContentHash].Images.Select(i => (Image: i, s.Confidence))).ToList();
            foreach (var finding in Of(QualityRule.SourceAcrossClasses, source.Key, members, PlaceWords.InOtherClass)
                .Concat(Of(QualityRule.SourceAcrossSplits, source.Key, members, PlaceWords.InOtherSplit)))
            {
                yield return finding;
            }
        }
    }

    private static IEnumerable<QualityFinding> Of(
        QualityRule rule, string source, List<(ScannedImage Image, double Confidence)> members, Func<ScannedImage, ScannedImage, bool> isMeant)
    {
        var places = PlaceWords.Of(members.Select(m => m.Image));
        foreach (var (image, confidence) in members)
        {
            // The same bytes elsewhere are an exact duplicate and have their own rule.
            var other = members.Find(m => m.Image.Hash != image.Hash && isMeant(image, m.Image)).Image;
            if (other is not null)
            {
                yield return new(
                    rule,
                    QualityRules.Of(rule).DefaultSeverity,
                    image.File,
                    image.Hash,
                    FormattableString.Invariant($"Shows the same radiograph as {other.File.RelativePath}; {members.Count} images of it are {places}."),
                    source,
                    confidence);
            }
        }
    }
}
