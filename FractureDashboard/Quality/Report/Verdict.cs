using FractureDashboard.ML.Quality;
using FractureDashboard.Shell;

namespace FractureDashboard.Quality.Report;

/// <summary>How an answer reads.</summary>
public enum VerdictTone
{
    Good,
    Doubtful,
    Bad,
}

/// <summary>A short answer to a question about a data set.</summary>
/// <param name="Tone">How it reads.</param>
/// <param name="Answer">A few words.</param>
/// <param name="Why">Sentences.</param>
public sealed record Verdict(VerdictTone Tone, string Answer, string Why)
{
    private static readonly HashSet<QualityRule> AboutSplits =
        [QualityRule.ExactDuplicateAcrossSplits, QualityRule.NearDuplicateAcrossSplits, QualityRule.SourceAcrossSplits];

    /// <summary>Whether training on it teaches what it should: errors of files and labels, whatever the splits.</summary>
    /// <param name="counts">What was found.</param>
    /// <returns>The answer.</returns>
    public static Verdict OfTraining(CheckCounts counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        var errors = Count(counts, QualitySeverity.Error);
        var warnings = Count(counts, QualitySeverity.Warning);
        return (errors, warnings) switch
        {
            ( > 0, _) => new(VerdictTone.Bad, "Not before it is cleaned", $"{QualityText.Count(errors, "error")} about files and classes: {Names(counts, QualitySeverity.Error)}. Put them aside or correct them; nothing is deleted."),
            (_, > 0) => new(VerdictTone.Doubtful, "Yes, after a look", $"No errors about files and classes, but {QualityText.Count(warnings, "warning")} to look at: {Names(counts, QualitySeverity.Warning)}."),
            _ => new(VerdictTone.Good, "Yes", "Every file decodes whole, and nothing contradicts the classes."),
        };
    }

    /// <summary>Whether what is measured on its validation and test images holds for new ones.</summary>
    /// <param name="counts">What was found.</param>
    /// <param name="leakage">What training gives away; null where it was not counted.</param>
    /// <returns>The answer.</returns>
    public static Verdict OfJudging(CheckCounts counts, LeakageCount? leakage)
    {
        ArgumentNullException.ThrowIfNull(counts);
        if (leakage is null || leakage.HeldOut == 0)
        {
            return new(VerdictTone.Doubtful, "There is nothing to judge on", "No image is in validation or test. An honest split makes both.");
        }

        var share = Humane.Percent((double)leakage.WithSource / leakage.HeldOut);
        return leakage switch
        {
            { WithTwin: > 0 } => new(VerdictTone.Bad, "No: training has seen the answers",
                $"{Humane.Count(leakage.WithTwin)} of {Humane.Count(leakage.HeldOut)} validation and test images lie byte for byte in train, and of {Humane.Count(leakage.WithSource)} ({share}) the radiograph is there in some form. Accuracy on them measures memory."),
            { WithNearTwin: > 0 } or { WithSource: > 0 } => new(VerdictTone.Bad, "No: training has seen the radiographs",
                $"Of {Humane.Count(leakage.WithSource)} of {Humane.Count(leakage.HeldOut)} validation and test images ({share}) train holds the same radiograph, turned, mirrored, zoomed or compressed anew."),
            _ when AboutSplits.Any(r => counts.Of(r) > 0) => new(VerdictTone.Doubtful, "With care", "Validation and test share images with each other: what is chosen on one is known to the other."),
            _ => new(VerdictTone.Good, "Yes", $"None of the {Humane.Count(leakage.HeldOut)} validation and test images is in train in any form that the scan looks for."),
        };
    }

    private static int Count(CheckCounts counts, QualitySeverity severity) => counts.All.Where(c => c.Severity == severity && !AboutSplits.Contains(c.Rule)).Sum(c => c.Count);

    private static string Names(CheckCounts counts, QualitySeverity severity) => string.Join(", ", counts.All
        .Where(c => c.Severity == severity && !AboutSplits.Contains(c.Rule))
        .GroupBy(c => c.Rule).OrderByDescending(g => g.Sum(c => c.Count)).Take(3)
        .Select(g => $"{Humane.Count(g.Sum(c => c.Count))} × {QualityText.Inline(QualityRules.Of(g.Key).Title)}"));
}
