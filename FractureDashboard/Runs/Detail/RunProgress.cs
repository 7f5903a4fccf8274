using FractureDashboard.Storage;

namespace FractureDashboard.Runs.Detail;

/// <summary>What a run is busy with.</summary>
public enum RunPhase
{
    /// <summary>Waiting for its turn.</summary>
    Waiting,

    /// <summary>Started, nothing reported yet.</summary>
    Preparing,

    /// <summary>Decoding images into the cache.</summary>
    Decoding,

    /// <summary>Stepping.</summary>
    Training,

    /// <summary>All steps of the epoch done, its metrics not yet.</summary>
    Validating,

    /// <summary>All epochs done, final scores under way.</summary>
    Evaluating,

    /// <summary>Not active.</summary>
    Ended,
}

/// <summary>How far a run is, and how long it will still take.</summary>
/// <param name="Phase">What it is busy with.</param>
/// <param name="Epochs">Share of all epochs, 0 to 1, the part of the current one included.</param>
/// <param name="Steps">Share of the epoch's steps, 0 to 1.</param>
/// <param name="Decoded">Share of the images decoded, 0 to 1.</param>
/// <param name="Remaining">About how long it will still train; null while that cannot be said.</param>
public sealed record RunProgress(RunPhase Phase, double Epochs, double Steps, double Decoded, TimeSpan? Remaining)
{
    /// <summary>Works it out.</summary>
    /// <param name="run">The run.</param>
    /// <param name="batchSize">Images per step.</param>
    /// <param name="imagesPerSecond">The speed of late; a single step's is too restless to foretell from.</param>
    /// <param name="lastEpoch">The newest complete epoch, when there is one.</param>
    /// <returns>The progress.</returns>
    public static RunProgress Of(Run run, int batchSize, double imagesPerSecond, RunEpoch? lastEpoch)
    {
        ArgumentNullException.ThrowIfNull(run);
        var phase = PhaseOf(run);
        var within = run.StepsPerEpoch > 0 && run.CurrentEpoch > run.EpochsDone ? Math.Clamp((double)run.CurrentStep / run.StepsPerEpoch, 0, 1) : 0;
        var steps = run.EpochsDone > 0 && run.CurrentEpoch <= run.EpochsDone ? 1 : within;
        var epochs = run.Epochs > 0 ? Math.Clamp((run.EpochsDone + within) / run.Epochs, 0, 1) : 0;
        var decoded = run.CacheTotal > 0 ? Math.Clamp((double)run.CacheDone / run.CacheTotal, 0, 1) : 0;
        return new(phase, epochs, steps, decoded, phase is RunPhase.Training or RunPhase.Validating ? Estimate(run, batchSize, imagesPerSecond, within, lastEpoch) : null);
    }

    private static RunPhase PhaseOf(Run run) => run.State switch
    {
        RunState.Queued => RunPhase.Waiting,
        not RunState.Running => RunPhase.Ended,
        _ when run.EpochsDone >= run.Epochs => RunPhase.Evaluating,
        _ when run.CurrentStep == 0 && run.CacheDone < run.CacheTotal => RunPhase.Decoding,
        _ when run.StepsPerEpoch == 0 => RunPhase.Preparing,
        _ when run.CurrentStep >= run.StepsPerEpoch && run.CurrentEpoch > run.EpochsDone => RunPhase.Validating,
        _ => RunPhase.Training,
    };

    private static TimeSpan? Estimate(Run run, int batchSize, double imagesPerSecond, double within, RunEpoch? lastEpoch)
    {
        var full = run.Epochs - run.EpochsDone - 1;
        if (lastEpoch is not null)
        {
            // The current epoch's steps take as long as the last one's did, and so does its validation.
            return TimeSpan.FromSeconds((lastEpoch.TrainSeconds * (1 - within)) + lastEpoch.ValidationSeconds + (full * (lastEpoch.TrainSeconds + lastEpoch.ValidationSeconds)));
        }

        if (imagesPerSecond <= 0)
        {
            return null;
        }

        // A forward pass alone takes about a third of a training step.
        var images = (double)run.StepsPerEpoch * batchSize;
        var perEpoch = images + (run.ValidationImages / 3.0);
        return TimeSpan.FromSeconds(((images * (1 - within)) + (run.ValidationImages / 3.0) + (full * perEpoch)) / imagesPerSecond);
    }
}
