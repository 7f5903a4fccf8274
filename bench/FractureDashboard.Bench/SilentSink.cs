using FractureDashboard.ML.Training;

namespace FractureDashboard.Bench;

/// <summary>Counts a run's steps and forgets the rest.</summary>
internal sealed class SilentSink : ITrainingEventSink
{
    private readonly List<DateTime> steps = [];

    /// <summary>When each step was reported.</summary>
    public IReadOnlyList<DateTime> Steps => steps;

    public void Publish(TrainingEvent trainingEvent)
    {
        if (trainingEvent is StepCompleted step)
        {
            steps.Add(step.AtUtc);
        }
    }
}
