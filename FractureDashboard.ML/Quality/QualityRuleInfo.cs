namespace FractureDashboard.ML.Quality;

/// <summary>What a rule is about.</summary>
public enum QualityCategory
{
    /// <summary>Whether the file is a whole image.</summary>
    Integrity = 0,

    /// <summary>How the image is stored, and what other programs make of it.</summary>
    Format = 1,

    /// <summary>What the picture looks like.</summary>
    Picture = 2,

    /// <summary>The same picture in several files.</summary>
    Copies = 3,

    /// <summary>Images or labels that stand out from the others.</summary>
    Judgement = 4,
}

/// <summary>A rule, for people.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Code">Its name in addresses, JSON and CSV: lower-case words joined by hyphens; never changes.</param>
/// <param name="Title">A few words.</param>
/// <param name="Category">What it is about.</param>
/// <param name="DefaultSeverity">How much a finding matters, where the rule does not say otherwise of one.</param>
/// <param name="Explanation">What it does to a model or to an evaluation.</param>
/// <param name="Remedy">What to do.</param>
public sealed record QualityRuleInfo(
    QualityRule Rule, string Code, string Title, QualityCategory Category, QualitySeverity DefaultSeverity, string Explanation, string Remedy);
