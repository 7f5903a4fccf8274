using FractureDashboard.ML.Datasets;

namespace FractureDashboard.ML.Quality;

/// <summary>A file of a data set with its place in it; relabelled images come with the label that counts.</summary>
/// <param name="RelativePath">Path below the root, with forward slashes.</param>
/// <param name="Split">Its split; null where the folders tell none.</param>
/// <param name="Label">Its class; null where the folders tell none.</param>
/// <param name="Bytes">Size of the file.</param>
/// <param name="ModifiedUtc">Last write time, whole milliseconds.</param>
public sealed record PlacedFile(string RelativePath, Split? Split, Label? Label, long Bytes, DateTime ModifiedUtc);

/// <summary>Something that a scan found about one file.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Severity">How much it matters here.</param>
/// <param name="File">The file.</param>
/// <param name="ContentHash">SHA-256 of the bytes, lower-case hexadecimal; null where they could not be read.</param>
/// <param name="Evidence">What was seen, a sentence for people with the figures in it.</param>
/// <param name="Group">Joins the findings of a rule that belong together (the copies of one picture); null for one that stands alone.</param>
/// <param name="Score">What the rule measured, for sorting: the higher the worse; null where there is nothing to measure.</param>
public sealed record QualityFinding(
    QualityRule Rule, QualitySeverity Severity, PlacedFile File, string? ContentHash, string Evidence, string? Group = null, double? Score = null);

/// <summary>Which radiograph an image comes from.</summary>
/// <param name="ContentHash">The image's content.</param>
/// <param name="Source">Names the source; equal for all images of one.</param>
/// <param name="Confidence">From 0 to 1: how surely the image belongs to the others of its source; 1 for one that stands alone.</param>
public sealed record SourceAssignment(string ContentHash, string Source, double Confidence);

/// <summary>What a finished run's model said of an image that it had not been trained on.</summary>
/// <param name="RelativePath">The image.</param>
/// <param name="Label">Its label.</param>
/// <param name="Score">P(fractured), 0 to 1.</param>
public sealed record HeldOutScore(string RelativePath, Label Label, double Score);
