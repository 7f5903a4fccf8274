using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Quality;

namespace FractureDashboard.Storage;

/// <summary>The state of a scan.</summary>
public enum ScanState
{
    /// <summary>Waiting.</summary>
    Queued = 0,

    /// <summary>At work.</summary>
    Running = 1,

    /// <summary>Its findings are complete.</summary>
    Completed = 2,

    /// <summary>Stopped by a user; what it saw of files is kept, so the next one goes on from there.</summary>
    Canceled = 3,

    /// <summary>Ended by an error; <see cref="QualityScanRow.StateReason"/> explains it.</summary>
    Failed = 4,
}

/// <summary>A scan of a data set.</summary>
public sealed class QualityScanRow
{
    public int Id { get; set; }

    public int DatasetId { get; set; }

    /// <summary>The version whose splits and labels were judged.</summary>
    public int DatasetVersion { get; set; }

    public required string Fingerprint { get; set; }

    public ScanState State { get; set; }

    public string? StateReason { get; set; }

    /// <summary>Its files were not as they are now: something was moved, relabelled or ignored since.</summary>
    public bool IsOutdated { get; set; }

    public DateTime CreatedUtc { get; set; }

    public DateTime? StartedUtc { get; set; }

    public DateTime? FinishedUtc { get; set; }

    public int Files { get; set; }

    /// <summary>Files that were not opened again.</summary>
    public int Reused { get; set; }

    /// <summary>Findings of each severity that are not ignored.</summary>
    public int Errors { get; set; }

    public int Warnings { get; set; }

    public int Infos { get; set; }

    /// <summary>A <see cref="LeakageCount"/> as JSON; null until completed.</summary>
    public string? LeakageJson { get; set; }

    /// <summary>Findings by rule, severity, split and class as JSON; null until completed.</summary>
    public string? CountsJson { get; set; }

    /// <summary>True while it has, or will get, work to do.</summary>
    public bool IsActive => State is ScanState.Queued or ScanState.Running;
}

/// <summary>A finding of a scan. Those of the newest completed scan of a data set are kept in full.</summary>
public sealed class QualityFindingRow
{
    public int Id { get; set; }

    public int ScanId { get; set; }

    public QualityRule Rule { get; set; }

    public QualitySeverity Severity { get; set; }

    public required string RelativePath { get; set; }

    public Split? Split { get; set; }

    public Label? Label { get; set; }

    public string? ContentHash { get; set; }

    /// <summary>What was seen, a sentence for people.</summary>
    public required string Evidence { get; set; }

    /// <summary>Joins the findings of a rule that belong together; null for one that stands alone.</summary>
    public string? GroupKey { get; set; }

    /// <summary>Higher is worse; null where there is nothing to measure.</summary>
    public double? Score { get; set; }
}

/// <summary>What an inspection saw of a file: an unchanged file is not opened again.</summary>
public sealed class QualityFactsRow
{
    public int DatasetId { get; set; }

    public required string RelativePath { get; set; }

    public long Bytes { get; set; }

    public DateTime ModifiedUtc { get; set; }

    /// <summary>The <see cref="FileFacts.Version"/> that wrote it.</summary>
    public int InspectorVersion { get; set; }

    /// <summary>A <see cref="FileFacts"/>.</summary>
    public required string Json { get; set; }
}

/// <summary>A rule that a user does not want to hear of for a content, and why.</summary>
public sealed class QualityIgnore
{
    public int Id { get; set; }

    public int DatasetId { get; set; }

    public QualityRule Rule { get; set; }

    public required string RelativePath { get; set; }

    public required string Reason { get; set; }

    public DateTime CreatedUtc { get; set; }
}

/// <summary>Which radiograph a content of a data set comes from.</summary>
public sealed class ImageSource
{
    public int DatasetId { get; set; }

    /// <summary>SHA-256 of the bytes.</summary>
    public required string ContentHash { get; set; }

    /// <summary>Names the source; equal for all images of one.</summary>
    public required string Source { get; set; }

    /// <summary>From 0 to 1.</summary>
    public double Confidence { get; set; }

    /// <summary>True when a user said so; no scan changes it.</summary>
    public bool ByHand { get; set; }
}

/// <summary>
/// An image that counts with another split or class than its folder says. No file is moved for it. Undone ones are kept.
/// </summary>
public sealed class ImageCorrection
{
    public int Id { get; set; }

    public int DatasetId { get; set; }

    public required string RelativePath { get; set; }

    /// <summary>As the folder says.</summary>
    public Split FolderSplit { get; set; }

    /// <summary>As the folder says.</summary>
    public Label FolderLabel { get; set; }

    public Split Split { get; set; }

    public Label Label { get; set; }

    public required string Reason { get; set; }

    public DateTime CreatedUtc { get; set; }

    /// <summary>When it was taken back; null while it counts.</summary>
    public DateTime? UndoneUtc { get; set; }
}
