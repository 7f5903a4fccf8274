using FractureDashboard.ML.Training;

namespace FractureDashboard.ML.Quality;

/// <summary>What a scan is doing.</summary>
public enum ScanPhase
{
    /// <summary>Every file is read and decoded.</summary>
    Inspecting = 0,

    /// <summary>Copies and near copies are looked for.</summary>
    Comparing = 1,

    /// <summary>Images of one radiograph are looked for.</summary>
    Grouping = 2,

    /// <summary>The findings are put down.</summary>
    Concluding = 3,

    /// <summary>A trained model looks at every image; comes before <see cref="Concluding"/>.</summary>
    Embedding = 4,
}

/// <summary>How far a scan has come.</summary>
/// <param name="Phase">What it is doing.</param>
/// <param name="Done">How much of the phase is done, in files or pairs.</param>
/// <param name="Total">How much there is.</param>
/// <param name="Reused">Files whose verdict was taken over from an earlier scan.</param>
/// <param name="Findings">Findings so far.</param>
public readonly record struct ScanProgress(ScanPhase Phase, int Done, int Total, int Reused, int Findings);

/// <summary>What earlier scans saw of files, and what this one sees: a file that did not change is not opened again.</summary>
/// <remarks>Called from several threads.</remarks>
public interface IFileFactsStore
{
    /// <summary>What is known of a file.</summary>
    /// <param name="file">The file; other sizes or times than before make it another one.</param>
    /// <returns>Null when it has to be read.</returns>
    FileFacts? Find(PlacedFile file);

    /// <summary>Keeps what was seen.</summary>
    /// <param name="file">The file.</param>
    /// <param name="facts">What was seen.</param>
    void Keep(PlacedFile file, FileFacts facts);
}

/// <summary>What to scan.</summary>
/// <param name="Root">The data set's root, or any folder.</param>
/// <param name="Files">Its files, see <see cref="PlacedFiles"/>.</param>
/// <param name="CacheFolder">Where decoded images may be kept from one scan to the next; null keeps none.</param>
/// <param name="Scores">Of a finished run, to find likely label errors; empty where there is none.</param>
/// <param name="Sources">Which images belong together by hand; they win over what the scan sees.</param>
/// <param name="FindSources">False leaves the search for common radiographs out.</param>
/// <param name="Model">Whose embeddings tell outliers; null where there is none, and then the statistics of the pixels do.</param>
public sealed record ScanRequest(
    string Root,
    IReadOnlyList<PlacedFile> Files,
    string? CacheFolder = null,
    IReadOnlyList<HeldOutScore>? Scores = null,
    IReadOnlyList<SourceAssignment>? Sources = null,
    bool FindSources = true,
    ScanModel? Model = null);

/// <summary>A finished run whose network looks at the images.</summary>
/// <param name="Options">What it was trained with.</param>
/// <param name="WeightsPath">Its weights.</param>
/// <param name="WeightsHash">SHA-256 of them.</param>
/// <param name="Name">What it is called in findings, such as <c>run 3</c>.</param>
public sealed record ScanModel(TrainingOptions Options, string WeightsPath, string WeightsHash, string Name);

/// <summary>What a scan found.</summary>
/// <param name="Findings">All findings, ordered by rule, group and path.</param>
/// <param name="Facts">What was seen of each file, by relative path.</param>
/// <param name="Sources">The source of each decodable content.</param>
/// <param name="Reused">Files that were not opened again.</param>
/// <param name="Leakage">Held-out images that training has seen.</param>
/// <param name="ModelProblem">Why the model could not be asked, for a person; null when it was, or there is none.</param>
public sealed record ScanResult(
    IReadOnlyList<QualityFinding> Findings,
    IReadOnlyDictionary<string, FileFacts> Facts,
    IReadOnlyList<SourceAssignment> Sources,
    int Reused,
    LeakageCount Leakage,
    string? ModelProblem = null);

/// <summary>How much of the held-out splits the training split gives away.</summary>
/// <param name="HeldOut">Validation and test images.</param>
/// <param name="WithTwin">Of them, those whose bytes are in train as well.</param>
/// <param name="WithNearTwin">Those with a twin or a near duplicate in train.</param>
/// <param name="WithSource">Those whose radiograph is in train in any form, twins included.</param>
/// <param name="IdenticalGroups">Groups of files with the same bytes.</param>
/// <param name="IdenticalFiles">Files in those groups.</param>
/// <param name="DistinctFiles">Distinct contents.</param>
/// <param name="Sources">Radiographs.</param>
/// <param name="SourcesAcrossSplits">Radiographs in more than one split.</param>
public sealed record LeakageCount(
    int HeldOut, int WithTwin, int WithNearTwin, int WithSource, int IdenticalGroups, int IdenticalFiles, int DistinctFiles, int Sources, int SourcesAcrossSplits);
