using FractureDashboard.ML.Datasets;

namespace FractureDashboard.Storage;

/// <summary>What was done to the images before they were scored.</summary>
public enum EvaluationKind
{
    /// <summary>Nothing: as in the run's own final evaluation.</summary>
    Plain = 0,

    /// <summary>Burnt-in markers were painted over with the tone about them.</summary>
    MarkersBlanked = 1,

    /// <summary>All but the burnt-in markers was painted over.</summary>
    OnlyMarkers = 2,
}

/// <summary>The state of an evaluation.</summary>
public enum EvaluationState
{
    /// <summary>Waiting.</summary>
    Queued = 0,

    /// <summary>At work.</summary>
    Running = 1,

    /// <summary>Its scores are complete.</summary>
    Completed = 2,

    /// <summary>Stopped by a user.</summary>
    Canceled = 3,

    /// <summary>Ended by an error; <see cref="Evaluation.StateReason"/> explains it.</summary>
    Failed = 4,
}

/// <summary>A finished run's weights, asked about the images of a version of a data set.</summary>
public sealed class Evaluation
{
    public int Id { get; set; }

    public int RunId { get; set; }

    public int DatasetId { get; set; }

    /// <summary>The version whose splits and labels count.</summary>
    public int DatasetVersion { get; set; }

    public required string Fingerprint { get; set; }

    public EvaluationKind Kind { get; set; }

    /// <summary>The splits that are scored, as their folders are called, with commas between: <c>val,test</c>.</summary>
    public required string Splits { get; set; }

    public EvaluationState State { get; set; }

    public string? StateReason { get; set; }

    /// <summary>How often a worker has begun with it.</summary>
    public int Attempts { get; set; }

    /// <summary>Images scored so far.</summary>
    public int Done { get; set; }

    /// <summary>Images to score; 0 until it is known.</summary>
    public int Total { get; set; }

    public DateTime CreatedUtc { get; set; }

    public DateTime? StartedUtc { get; set; }

    public DateTime? FinishedUtc { get; set; }

    /// <summary>SHA-256 of the weights that were asked; null until begun.</summary>
    public string? WeightsHash { get; set; }

    /// <summary>The metrics as JSON; null until completed.</summary>
    public string? SummaryJson { get; set; }

    /// <summary>True while it has, or will get, work to do.</summary>
    public bool IsActive => State is EvaluationState.Queued or EvaluationState.Running;
}

/// <summary>The score of one image in an evaluation.</summary>
public sealed class EvaluationScore
{
    public int EvaluationId { get; set; }

    public required string RelativePath { get; set; }

    /// <summary>In the version that was evaluated, which need not be that which the run was trained on.</summary>
    public Split Split { get; set; }

    public Label Label { get; set; }

    /// <summary>P(fractured), 0 to 1.</summary>
    public double Score { get; set; }

    public required string ContentHash { get; set; }

    /// <summary>True when the run was trained on these very bytes.</summary>
    public bool HasTwinInTrain { get; set; }

    /// <summary>True when the run was trained on an image of the same radiograph, these bytes included.</summary>
    public bool SharesSourceWithTrain { get; set; }

    /// <summary>The source radiograph; the content hash where no scan has looked for sources.</summary>
    public required string Group { get; set; }

    /// <summary>Part of the image's area that burnt-in markers take, 0 to 1; null where none were looked for.</summary>
    public double? MarkerShare { get; set; }
}
