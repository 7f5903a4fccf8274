using System.Globalization;

namespace FractureDashboard.ML.Quality;

/// <summary>Files with the same bytes: within a class of a split, in both classes, in several splits.</summary>
internal static class ExactDuplicateRules
{
    private const int GroupLength = 16;

    /// <summary>The findings. A file may have one of each rule.</summary>
    public static IEnumerable<QualityFinding> Of(ScannedImages images) => images.Contents.Where(c => c.Images.Count > 1).SelectMany(Of);

    private static IEnumerable<QualityFinding> Of(ScannedContent content)
    {
        var group = content.Hash[..GroupLength];
        var all = content.Images;
        foreach (var place in all.GroupBy(i => (i.File.Split, i.File.Label)).Where(g => g.Count() > 1))
        {
            // One picture may lie several times in more than one place; who keeps one copy must keep one in each.
            var here = $"{group}/{Number(place.Key.Split)}{Number(place.Key.Label)}";
            foreach (var image in place)
            {
                yield return Finding(QualityRule.ExactDuplicate, image, here, $"The same bytes are {PlaceWords.Of(place)}.", place.Count());
            }
        }

        if (all.Select(i => i.File.Label).Where(l => l is not null).Distinct().Count() > 1)
        {
            foreach (var image in all.Where(i => i.File.Label is not null))
            {
                yield return Finding(QualityRule.ExactDuplicateAcrossClasses, image, group, $"The same bytes are {PlaceWords.Of(all)}.", all.Count);
            }
        }

        if (all.Select(i => i.File.Split).Where(s => s is not null).Distinct().Count() > 1)
        {
            foreach (var image in all.Where(i => i.File.Split is not null))
            {
                yield return Finding(QualityRule.ExactDuplicateAcrossSplits, image, group, $"The same bytes are {PlaceWords.Of(all)}.", all.Count);
            }
        }
    }

    private static QualityFinding Finding(QualityRule rule, ScannedImage image, string group, string evidence, int copies) =>
        new(rule, QualityRules.Of(rule).DefaultSeverity, image.File, image.Hash, evidence, group, copies);

    private static string Number<T>(T? value)
        where T : struct, Enum => value is { } v ? Convert.ToInt32(v, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture) : "-";
}
