using FractureDashboard.ML.Runtime;

namespace FractureDashboard.ML.Training;

/// <summary>Turns the steps read back into events, and stops a training whose numbers are none any more.</summary>
/// <param name="losses">Where steps are read.</param>
/// <param name="events">Where events go.</param>
/// <param name="clock">Measures the speed.</param>
internal sealed class StepReports(LossReadback losses, EventNumbering events, TimeProvider clock)
{
    private const int NamedImages = 3;

    private long last;

    /// <summary>Starts the clock of an epoch.</summary>
    public void Begin() => last = clock.GetTimestamp();

    /// <summary>Reads and reports what is pending.</summary>
    /// <param name="progress">Where the run stood before.</param>
    /// <param name="stepsPerEpoch">Batches in an epoch.</param>
    /// <returns>Where it stands now.</returns>
    /// <exception cref="EngineException">A loss or a gradient is not a number.</exception>
    public TrainingProgress Report(TrainingProgress progress, int stepsPerEpoch)
    {
        var (steps, elapsed, rate) = Read();
        progress = progress with { Seconds = progress.Seconds + elapsed };
        foreach (var step in steps)
        {
            progress = progress.After(step);
            RequireFinite(step, progress);
            var position = progress;
            events.Publish((n, at) => new StepCompleted(
                n, at, position.Epoch, position.StepsDone, ((position.Epoch - 1L) * stepsPerEpoch) + position.StepsDone, step.Loss, rate, Environment.WorkingSet, step.Details));
        }

        return progress;
    }

    /// <summary>Reads and reports what is pending of a search for a learning rate, where numbers may run away.</summary>
    /// <param name="step">The newest step, from 0 over the whole search.</param>
    /// <param name="stepsPerEpoch">Batches in an epoch.</param>
    /// <returns>The losses read.</returns>
    public IReadOnlyList<double> ReportAll(int step, int stepsPerEpoch)
    {
        var (steps, _, rate) = Read();
        for (var i = 0; i < steps.Count; i++)
        {
            var (at, outcome) = (step - steps.Count + 1 + i, steps[i]);
            if (double.IsFinite(outcome.Loss))
            {
                events.Publish((n, time) => new StepCompleted(
                    n, time, 1 + (at / stepsPerEpoch), 1 + (at % stepsPerEpoch), at + 1, outcome.Loss, rate, Environment.WorkingSet,
                    double.IsFinite(outcome.Details.GradientNorm) ? outcome.Details : outcome.Details with { GradientNorm = 0 }));
            }
        }

        return [.. steps.Select(s => s.Loss)];
    }

    // What came since the last time, over how many seconds, at how many images a second.
    private (IReadOnlyList<StepOutcome> Steps, double Seconds, double Rate) Read()
    {
        var steps = losses.Read();
        if (steps.Count == 0)
        {
            return (steps, 0, 0);
        }

        var seconds = clock.GetElapsedTime(last).TotalSeconds;
        last = clock.GetTimestamp();
        return (steps, seconds, seconds > 0 ? steps.Sum(s => s.Samples.Count) / seconds : 0);
    }

    private static void RequireFinite(StepOutcome step, TrainingProgress progress)
    {
        if (double.IsFinite(step.Loss) && double.IsFinite(step.Details.GradientNorm))
        {
            return;
        }

        var (what, value) = double.IsFinite(step.Loss) ? ("gradient", step.Details.GradientNorm) : ("loss", step.Loss);
        var names = string.Join(", ", step.Samples.Take(NamedImages).Select(s => s.RelativePath));
        var others = step.Samples.Count > NamedImages ? $" and {step.Samples.Count - NamedImages} more" : "";
        throw new EngineException(FormattableString.Invariant(
            $"The {what} became {value} at step {progress.StepsDone} of epoch {progress.Epoch}, at a learning rate of {step.Details.LearningRate:0.######}, on the images {names}{others}. The learning rate is probably too high: lower it, or clip the gradient, and start a new run. The last checkpoint is kept."));
    }
}
