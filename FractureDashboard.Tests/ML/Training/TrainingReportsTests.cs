using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Runtime;
using FractureDashboard.ML.Training;
using static TorchSharp.torch;

namespace FractureDashboard.Tests.ML.Training;

[Collection(EngineCollection.Name)]
public sealed class TrainingReportsTests(PhantomSet set) : IClassFixture<PhantomSet>, IDisposable
{
    private readonly TrainerHarness harness = new(set);

    public void Dispose() => harness.Dispose();

    [Fact]
    public void Each_step_tells_its_rate_its_gradient_and_where_its_time_went()
    {
        var sink = new RecordingSink();
        var options = TrainerHarness.Quick with { Epochs = 1, Schedule = new(ScheduleKind.OneCycle), Optimizer = new(AccumulationSteps: 2) };

        harness.Train(options, sink, cancellationToken: TestContext.Current.CancellationToken);

        var steps = sink.Of<StepCompleted>().ToArray();
        Assert.Equal(LearningRateCurve.Of(options, steps.Length, steps.Length), steps.Select(s => s.Details.LearningRate));
        Assert.All(steps, s => Assert.True(s.Details is { DataSeconds: > 0, ForwardSeconds: > 0, BackwardSeconds: > 0, OptimizerSeconds: >= 0 }));

        // Every second batch only gathers, which takes no time worth a tick; the last of the epoch always steps.
        Assert.All(steps.Where(s => s.Details.GradientNorm > 0), s => Assert.True(s.Details.OptimizerSeconds > 0));
        Assert.All(steps, s => Assert.Equal(s.Step % 2 == 0 || s.Step == steps.Length, s.Details.GradientNorm > 0));
    }

    [Fact]
    public void Each_epoch_tells_the_distribution_of_weights_and_activations()
    {
        var sink = new RecordingSink();

        harness.Train(TrainerHarness.Quick with { Epochs = 2 }, sink, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal([1, 2], sink.Of<EpochHistograms>().Select(h => h.Epoch));
        var histograms = sink.Of<EpochHistograms>().First().Histograms;
        Assert.Equal(["conv1.weight", "conv2.weight", "conv3.weight", "conv4.weight", "dense.weight"], histograms.Where(h => !h.IsActivation).Select(h => h.Name));
        Assert.Equal(["conv1", "conv2", "conv3", "conv4", "dense"], histograms.Where(h => h.IsActivation).Select(h => h.Name));
        Assert.Equal(270, histograms[0].Counts.Sum());
        Assert.Equal(8, histograms[^1].Counts.Sum());
        Assert.All(histograms, h => Assert.True(h.Minimum <= h.Mean && h.Mean <= h.Maximum && h.StandardDeviation > 0));
    }

    [Fact]
    public void A_run_stops_early_and_keeps_the_weights_of_its_best_epoch()
    {
        var sink = new RecordingSink();

        // No epoch can beat the first by so much.
        var result = harness.Train(TrainerHarness.Quick with { Epochs = 9, Selection = new(MonitoredMetric.ValidationAuc, 2, 1) }, sink, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal((TrainingOutcome.Completed, 3), (result.Outcome, result.Epochs.Count));
        Assert.Contains(sink.Of<LogLine>(), l => l.Text.StartsWith("Stopped early", StringComparison.Ordinal));
        Assert.Equal(result.Epochs.Max(e => e.ValidationAuc), result.Epochs.Last(e => e.IsBest).ValidationAuc);
    }

    [Fact]
    public void A_search_for_a_learning_rate_tries_growing_rates_and_keeps_no_weights()
    {
        var sink = new RecordingSink();

        var result = harness.Train(TrainerHarness.Quick with { Purpose = TrainingPurpose.FindLearningRate }, sink, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal((TrainingOutcome.Completed, (string?)null), (result.Outcome, result.WeightsHash));
        var rates = sink.Of<StepCompleted>().Select(s => s.Details.LearningRate).ToArray();
        Assert.InRange(rates.Length, 20, LearningRateSearch.Steps);
        Assert.All(rates.Zip(rates.Skip(1)), pair => Assert.Equal(Math.Pow(1e6, 1 / 119.0), pair.Second / pair.First, 6));
        Assert.InRange(Assert.Single(sink.Of<LearningRateFound>()).Suggested!.Value, 1e-5, 0.5);
        Assert.False(File.Exists(harness.Weights("run")));
    }

    [Fact]
    public void Pretrained_weights_are_where_a_run_starts_and_a_missing_file_ends_it_with_the_reason()
    {
        var options = TrainerHarness.Quick with { Epochs = 1, LearningRate = 1e-9 };
        var first = harness.Train(TrainerHarness.Quick with { Epochs = 2 }, new RecordingSink(), "first", cancellationToken: TestContext.Current.CancellationToken);
        var sink = new RecordingSink();

        var second = harness.Train(options with { Seed = 99, FineTuning = new(harness.Weights("first")) }, sink, "second", cancellationToken: TestContext.Current.CancellationToken);
        var other = harness.Train(options with { ImageSize = 64, FineTuning = new(harness.Weights("first"), FrozenEpochs: 1) }, new RecordingSink(), "other", cancellationToken: TestContext.Current.CancellationToken);
        var gone = harness.Train(options with { FineTuning = new(harness.Weights("nowhere")) }, new RecordingSink(), "gone", cancellationToken: TestContext.Current.CancellationToken);

        // With a rate of almost nothing it ends where it started: with the first run's scores.
        Assert.All(first.Scores.Zip(second.Scores), pair => Assert.Equal(pair.First.Score, pair.Second.Score, 4));
        Assert.Equal(TrainingOutcome.Completed, other.Outcome);
        Assert.Equal(TrainingOutcome.Failed, gone.Outcome);
        Assert.Contains("weights.safetensors", gone.Failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN, 1f, "loss became NaN")]
    [InlineData(0.5f, float.PositiveInfinity, "gradient became")]
    public void Numbers_that_are_none_end_a_run_with_the_step_the_rate_and_the_images(float loss, float norm, string said)
    {
        using var scope = NewDisposeScope();
        using var losses = new LossReadback(CPU);
        var reports = new StepReports(losses, new EventNumbering(new RecordingSink(), TimeProvider.System, 1), TimeProvider.System);
        Sample[] batch = [.. Enumerable.Range(0, 5).Select(i => new Sample(i, Label.Fractured, $"train/fractured/{i}.png", ""))];
        losses.Add(tensor(loss), zeros(5), ones(5), tensor(norm), batch, new StepDetails(0.02, 0, 1, 1, 1, 1));

        var failure = Assert.Throws<EngineException>(() => reports.Report(new TrainingProgress { Epoch = 2, StepsDone = 6 }, 10)).Message;

        Assert.Contains(said, failure, StringComparison.Ordinal);
        Assert.Contains("step 7 of epoch 2, at a learning rate of 0.02, on the images train/fractured/0.png, train/fractured/1.png, train/fractured/2.png and 2 more", failure, StringComparison.Ordinal);
    }
}
