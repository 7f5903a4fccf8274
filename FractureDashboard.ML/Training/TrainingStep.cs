using FractureDashboard.ML.Preprocessing;
using static TorchSharp.torch;

namespace FractureDashboard.ML.Training;

/// <summary>One batch: load, augment, predict, learn.</summary>
/// <param name="learner">What learns.</param>
/// <param name="objective">What it makes small.</param>
/// <param name="loader">Brings pixels and targets.</param>
/// <param name="losses">Takes the loss.</param>
/// <param name="options">Augmentation, accumulation and seed.</param>
/// <param name="clock">Times the parts.</param>
internal sealed class TrainingStep(
    Learner learner, Objective objective, BatchLoader loader, LossReadback losses, TrainingOptions options, TimeProvider clock)
{
    private int gathered;

    /// <summary>True when no gradient waits for an optimizer step.</summary>
    public bool IsBetweenUpdates => gathered == 0;

    /// <summary>Runs a batch, and steps when it completes an accumulation.</summary>
    /// <param name="batch">The batch's images.</param>
    /// <param name="positions">Their positions in the training split, which name their random numbers.</param>
    /// <param name="epoch">From 1.</param>
    /// <param name="step">Within the epoch, from 0.</param>
    /// <param name="accumulate">Batches that make one optimizer step here; the last of an epoch may be fewer.</param>
    public void Run(Sample[] batch, ReadOnlySpan<int> positions, int epoch, int step, int accumulate)
    {
        using var scope = NewDisposeScope();
        var start = clock.GetTimestamp();
        var labels = loader.Targets(batch); // [B]
        var images = BatchAugmentation.Apply(loader.Pixels(batch), options.Augmentation, options.Seed, epoch, positions); // [B, C, S, S], float in [0, 1], channels-last
        var (x, y) = BatchMixing.Apply(images, labels, options.Augmentation, options.Seed, epoch, step);
        var loaded = clock.GetTimestamp();
        var logits = learner.Forward(x, epoch, step);
        var loss = objective.Loss(logits, y);
        var predicted = clock.GetTimestamp();
        learner.Backward(accumulate > 1 ? loss / accumulate : loss);
        var differentiated = clock.GetTimestamp();
        Tensor? norm = null;
        if (++gathered >= accumulate)
        {
            norm = learner.Step();
            gathered = 0;
        }

        losses.Add(loss, logits, labels, norm, batch, new StepDetails(
            learner.LearningRate,
            0,
            Seconds(start, loaded),
            Seconds(loaded, predicted),
            Seconds(predicted, differentiated),
            Seconds(differentiated, clock.GetTimestamp())));
    }

    private double Seconds(long from, long to) => clock.GetElapsedTime(from, to).TotalSeconds;
}
