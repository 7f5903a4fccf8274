using System.Diagnostics;
using FractureDashboard.ML.Training;

namespace FractureDashboard.Bench;

/// <summary>Where the time of a training's first two epochs goes.</summary>
/// <param name="First">Seconds of epoch 1, from the call to its end: decoding, building the network, steps, validation, checkpoint.</param>
/// <param name="Second">Seconds of epoch 2.</param>
/// <param name="DataShare">Share of the steps of epoch 2 spent on fetching and augmenting batches.</param>
/// <param name="OutsideShare">Share of epoch 2 spent neither in forward pass, backward pass and optimizer nor in validation.</param>
internal sealed record EpochTimings(double First, double Second, double DataShare, double OutsideShare)
{
    /// <summary>Trains two epochs.</summary>
    /// <param name="phantoms">On what.</param>
    /// <param name="options">How; two epochs.</param>
    /// <param name="cache">Folder of an empty tensor cache.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static EpochTimings Measure(Phantoms phantoms, TrainingOptions options, string cache, CancellationToken cancellationToken)
    {
        var sink = new Sink();
        var result = phantoms.Train(options, sink, cache: cache, cancellationToken: cancellationToken);
        Directory.Delete(cache, recursive: true);
        var (first, second) = (sink.Ends[0], sink.Ends[1] - sink.Ends[0]);
        var steps = sink.Steps.Where(s => s.Epoch == 2).Select(s => s.Details).ToArray();
        var model = steps.Sum(s => s.ForwardSeconds + s.BackwardSeconds + s.OptimizerSeconds);
        var metrics = result.Epochs[1];
        return new(first, second, steps.Sum(s => s.DataSeconds) / metrics.TrainSeconds, 1 - ((model + metrics.ValidationSeconds) / second));
    }

    private sealed class Sink : ITrainingEventSink
    {
        private readonly long start = Stopwatch.GetTimestamp();

        public List<StepCompleted> Steps { get; } = [];

        /// <summary>Seconds until each epoch's checkpoint was on disk.</summary>
        public List<double> Ends { get; } = [];

        public void Publish(TrainingEvent trainingEvent)
        {
            if (trainingEvent is StepCompleted step)
            {
                Steps.Add(step);
            }
            else if (trainingEvent is CheckpointSaved)
            {
                Ends.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }
    }
}
