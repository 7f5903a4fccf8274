using FractureDashboard.ML.Evaluation;
using FractureDashboard.Storage;

namespace FractureDashboard.Quality.Impact;

/// <summary>What of the held-out images the training split gives away.</summary>
/// <param name="HeldOut">Validation and test images.</param>
/// <param name="WithTwin">Of them, those whose bytes are in train.</param>
/// <param name="WithSource">Of them, those of whose radiograph an image is in train; null until a scan has looked for radiographs.</param>
public sealed record SeenCounts(int HeldOut, int WithTwin, int? WithSource);

/// <summary>A run's final evaluation, with what it had seen in training and without.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Name">Its name.</param>
/// <param name="Version">The version of the data set that it was trained on.</param>
/// <param name="IsHonest">True when that version keeps every radiograph in one split.</param>
/// <param name="All">Over all held-out images.</param>
/// <param name="WithoutTwin">Over those whose bytes it was not trained on.</param>
/// <param name="WithoutSource">Over those of whose radiograph it was trained on no image; null until a scan has looked for radiographs.</param>
public sealed record RunImpact(int RunId, string Name, int Version, bool IsHonest, ScoreSummary All, ScoreSummary WithoutTwin, ScoreSummary? WithoutSource);

/// <summary>The newest honest split of a data set.</summary>
/// <param name="Number">Its number as a version.</param>
/// <param name="Name">Its name.</param>
public sealed record HonestVersion(int Number, string Name);

/// <summary>A run's evaluation on the honest split.</summary>
/// <param name="EvaluationId">The evaluation.</param>
/// <param name="State">Where it stands.</param>
/// <param name="StateReason">Why it ended, where it went wrong.</param>
/// <param name="Done">Images scored so far.</param>
/// <param name="Total">Images to score; 0 until known.</param>
/// <param name="All">Over all of its held-out images; null until complete.</param>
/// <param name="Unseen">Over those of whose radiograph the run was trained on no image; null until complete.</param>
public sealed record HonestEvaluation(int EvaluationId, EvaluationState State, string? StateReason, int Done, int Total, ScoreSummary? All, ScoreSummary? Unseen)
{
    /// <summary>True while it has, or will get, work to do.</summary>
    public bool IsActive => State is EvaluationState.Queued or EvaluationState.Running;
}

/// <summary>All of it.</summary>
/// <param name="Seen">The data set as it is now.</param>
/// <param name="Runs">Its complete runs, newest first.</param>
/// <param name="OlderRuns">Complete runs that are not shown.</param>
/// <param name="Honest">The newest honest split; null when none was made.</param>
public sealed record Impact(SeenCounts Seen, IReadOnlyList<RunImpact> Runs, int OlderRuns, HonestVersion? Honest);
