using FractureDashboard.ML.Training;

namespace FractureDashboard.Tests.ML.Training;

/// <summary>Keeps a run's events, and can react to one on the training thread.</summary>
internal sealed class RecordingSink(Action<TrainingEvent>? react = null) : ITrainingEventSink
{
    private readonly List<TrainingEvent> events = [];

    public IReadOnlyList<TrainingEvent> Events => events;

    public IEnumerable<T> Of<T>() => events.OfType<T>();

    public void Publish(TrainingEvent trainingEvent)
    {
        events.Add(trainingEvent);
        react?.Invoke(trainingEvent);
    }
}
