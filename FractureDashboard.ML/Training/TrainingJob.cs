using FractureDashboard.ML.Datasets;

namespace FractureDashboard.ML.Training;

/// <summary>What a trainer is given: options, data and places.</summary>
/// <param name="Options">Validated options.</param>
/// <param name="DatasetRoot">Absolute path of the data set's root; only read.</param>
/// <param name="Fingerprint">The data set version's fingerprint.</param>
/// <param name="Images">The manifest: all images of the version, with split and label.</param>
/// <param name="RunDirectory">Where checkpoints and weights go; created when missing. A run that finds checkpoints there resumes.</param>
/// <param name="CacheDirectory">Where tensor caches live, shared by runs.</param>
/// <param name="FirstSequence">Number of the first event to emit; 1, or where an interrupted run stopped counting plus 1.</param>
/// <param name="StepsBack">Whether the calling thread, which then must be the training's own, gives way to all others.</param>
public sealed record TrainingJob(
    TrainingOptions Options,
    string DatasetRoot,
    string Fingerprint,
    IReadOnlyList<ImageRecord> Images,
    string RunDirectory,
    string CacheDirectory,
    long FirstSequence = 1,
    bool StepsBack = false);

/// <summary>Receives a run's events on the training thread. Must return at once and must not throw.</summary>
public interface ITrainingEventSink
{
    /// <summary>Takes an event; may drop <see cref="StepCompleted"/> under pressure, never another kind.</summary>
    /// <param name="trainingEvent">The event.</param>
    void Publish(TrainingEvent trainingEvent);
}
