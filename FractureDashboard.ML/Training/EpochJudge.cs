using FractureDashboard.ML.Evaluation;
using FractureDashboard.ML.Runtime;

namespace FractureDashboard.ML.Training;

/// <summary>Validates at the end of an epoch.</summary>
/// <param name="learner">What is judged.</param>
/// <param name="loader">Brings the images.</param>
/// <param name="data">The validation split.</param>
/// <param name="options">Batch size, and what decides.</param>
/// <param name="clock">Times it.</param>
internal sealed class EpochJudge(Learner learner, BatchLoader loader, TrainingData data, TrainingOptions options, TimeProvider clock)
{
    /// <summary>The epoch's metrics; the network must have the weights to judge.</summary>
    /// <param name="progress">Where the run stands.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <exception cref="EngineException">The loss is not a number.</exception>
    public EpochMetrics Judge(TrainingProgress progress, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var logits = LogitScorer.Score(learner.Network, loader, data.Validation, options.BatchSize, cancellationToken);
        var labels = data.Validation.Select(s => s.Label).ToArray();
        var loss = BinaryMetrics.BinaryCrossEntropyFromLogits(logits, labels);
        if (!double.IsFinite(loss))
        {
            throw new EngineException($"The validation loss became {loss} after epoch {progress.Epoch}. Lower the learning rate and start a new run. The last checkpoint is kept.");
        }

        var metrics = new EpochMetrics(
            progress.Epoch,
            progress.LossSum / progress.Seen,
            (double)progress.Correct / progress.Seen,
            loss,
            BinaryMetrics.Accuracy([.. logits.Select(l => BinaryMetrics.Sigmoid(l))], labels),
            learner.LearningRate,
            progress.Seconds,
            clock.GetElapsedTime(started).TotalSeconds,
            labels.Distinct().Count() < 2 ? null : BinaryMetrics.Auc([.. logits.Select(l => (double)l)], labels),
            IsBest: false);
        return metrics with { IsBest = BestEpoch.Beats(options.Selection, metrics, BestEpoch.Of(options.Selection, progress.Epochs)) };
    }
}
