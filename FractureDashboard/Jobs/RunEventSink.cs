using System.Threading.Channels;
using FractureDashboard.ML.Training;

namespace FractureDashboard.Jobs;

/// <summary>
/// Takes events from the training thread and hands them, in order, to the store's writer.
/// When the writer falls far behind, points of the loss curve are dropped, never anything else.
/// </summary>
internal sealed class RunEventSink : ITrainingEventSink
{
    private const int MostPendingSteps = 10_000;

    // The channel for a single reader cannot be counted.
    private readonly Channel<TrainingEvent> events = Channel.CreateUnbounded<TrainingEvent>(new UnboundedChannelOptions { SingleReader = false, SingleWriter = false });

    /// <summary>The writer's end.</summary>
    public ChannelReader<TrainingEvent> Events => events.Reader;

    /// <inheritdoc />
    public void Publish(TrainingEvent trainingEvent)
    {
        if (trainingEvent is not StepCompleted || events.Reader.Count < MostPendingSteps)
        {
            events.Writer.TryWrite(trainingEvent);
        }
    }

    /// <summary>No more events will come.</summary>
    public void Complete() => events.Writer.TryComplete();
}
