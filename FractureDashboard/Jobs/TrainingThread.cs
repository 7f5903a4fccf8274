using FractureDashboard.ML.Training;

namespace FractureDashboard.Jobs;

/// <summary>Runs a training on a thread of its own: tensors, dispose scopes and gradient modes are bound to a thread.</summary>
internal static class TrainingThread
{
    /// <summary>Starts the training.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="job">What to train.</param>
    /// <param name="sink">Where its events go.</param>
    /// <param name="cancellationToken">Stops it within one step.</param>
    /// <returns>A task that ends with the thread.</returns>
    public static Task<TrainingResult> RunAsync(Trainer trainer, TrainingJob job, ITrainingEventSink sink, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<TrainingResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                done.SetResult(trainer.Run(job, sink, cancellationToken));
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        })
        {
            Name = "training",
            IsBackground = true,
        };
        thread.Start();
        return done.Task;
    }
}
