using static FractureDashboard.ML.Quality.QualityCategory;
using static FractureDashboard.ML.Quality.QualitySeverity;

namespace FractureDashboard.ML.Quality;

/// <summary>The rules about an image among others, part of <see cref="QualityRules.All"/>.</summary>
internal static class QualityRulesOfSets
{
    /// <summary>These rules, ordered by their numbers.</summary>
    public static IReadOnlyList<QualityRuleInfo> All { get; } =
    [
        new(QualityRule.ExactDuplicate, "exact-duplicate", "Identical copies", Copies, Warning,
            "The same bytes several times in one class of one split. In training the picture counts for more than others; in an evaluation its result is counted several times.",
            "Keep one copy and put the others into quarantine."),
        new(QualityRule.ExactDuplicateAcrossClasses, "exact-duplicate-across-classes", "Identical copies in both classes", Copies, Error,
            "The same bytes as fractured and as not fractured: one of the labels is wrong. A model cannot learn both, and no result on them can be right.",
            "Decide which label is right and put the other copy into quarantine or move it to the other class."),
        new(QualityRule.ExactDuplicateAcrossSplits, "exact-duplicate-across-splits", "Identical copies in several splits", Copies, Error,
            "The same bytes in several splits. What a model answers on the held-out copy is memory, so the measured accuracy says little about new patients.",
            "Make an honest split, or keep the held-out copy and put the one in train into quarantine."),
        new(QualityRule.NearDuplicate, "near-duplicate", "Near copies", Copies, Info,
            "Nearly the same picture several times in one class of one split: resized, recompressed, mirrored, a little turned. It counts for more than others.",
            "Keep the best one, or leave them if they were made on purpose."),
        new(QualityRule.NearDuplicateAcrossClasses, "near-duplicate-across-classes", "Near copies in both classes", Copies, Warning,
            "Nearly the same picture as fractured and as not fractured: one of the labels is probably wrong.",
            "Look at both. Relabel one, or put it into quarantine."),
        new(QualityRule.NearDuplicateAcrossSplits, "near-duplicate-across-splits", "Near copies in several splits", Copies, Error,
            "Nearly the same picture in several splits. A model that remembers one recognises the other, so the measured accuracy is too high.",
            "Make an honest split, which keeps such pictures together."),
        new(QualityRule.SourceAcrossClasses, "source-across-classes", "One radiograph in both classes", Copies, Warning,
            "One radiograph, turned, mirrored or zoomed, as fractured and as not fractured: one of the labels is probably wrong.",
            "Look at the group. Relabel what is wrong, or split the group if it holds two radiographs."),
        new(QualityRule.SourceAcrossSplits, "source-across-splits", "One radiograph in several splits", Copies, Error,
            "One radiograph, turned, mirrored or zoomed, in several splits. The set was enlarged before it was split, so a model is tested on pictures that it has seen in another position.",
            "Make an honest split, which keeps all images of one radiograph together."),
        new(QualityRule.Outlier, "outlier", "Unlike all others", Judgement, Info,
            "Its brightness, contrast or sharpness lies far from those of all other images: another device, another kind of picture, or a mistake.",
            "Look at it. Put it into quarantine if it does not belong to the set."),
        new(QualityRule.LabelError, "label-error", "Label in doubt", Judgement, Warning,
            "A model that was not trained on the image contradicts its label with the confidence that it has in the other class. Wrong labels teach mistakes, and in the test split they make right answers count as wrong.",
            "Look at it, with a radiologist if in doubt. Move it to the other class if the label is wrong."),
    ];
}
