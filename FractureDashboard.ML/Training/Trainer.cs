using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Runtime;
using FractureDashboard.ML.Weights;

namespace FractureDashboard.ML.Training;

/// <summary>
/// Trains a model. Everything happens on the calling thread, which must be a thread of its own: tensors, dispose scopes
/// and gradient modes are bound to a thread.
/// </summary>
/// <param name="decoder">Decodes the images.</param>
/// <param name="clock">Dates the events.</param>
public sealed class Trainer(ImageDecoder decoder, TimeProvider clock)
{
    /// <summary>
    /// Trains until all epochs are done, the token is cancelled (seen at each step) or something fails. Resumes where
    /// the run's folder has a checkpoint. Failures do not throw: the result explains them.
    /// </summary>
    /// <param name="job">Options, data and places.</param>
    /// <param name="sink">Takes the events.</param>
    /// <param name="cancellationToken">Stops within one step; what was learned is kept.</param>
    /// <returns>How it ended.</returns>
    public TrainingResult Run(TrainingJob job, ITrainingEventSink sink, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(sink);
        var events = new EventNumbering(sink, clock, job.FirstSequence);
        if (job.Options.Validate() is [var problem, ..])
        {
            return Failed(problem.Message, events);
        }

        try
        {
            Directory.CreateDirectory(job.RunDirectory);
            Safetensors.SweepTemporaries(job.RunDirectory);
            using var session = TrainingSession.Open(job, decoder, clock, events, cancellationToken);
            return session.Run(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Before the first step: nothing was learned yet.
            return new TrainingResult(TrainingOutcome.Canceled, [], null, null, [], events.Last);
        }
        catch (Exception e) when (EngineErrors.Explain(e) is { } explanation)
        {
            return Failed(explanation, events);
        }
        finally
        {
            NativeHeap.Release();
        }
    }

    private static TrainingResult Failed(string failure, EventNumbering events)
    {
        events.Log(LogSeverity.Error, failure);
        return new TrainingResult(TrainingOutcome.Failed, [], failure, null, [], events.Last);
    }
}
