using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Preprocessing;
using FractureDashboard.ML.Training;

namespace FractureDashboard.Tests.ML.Training;

[Collection(EngineCollection.Name)]
public sealed class TrainerTests(PhantomSet set) : IClassFixture<PhantomSet>, IDisposable
{
    private readonly TrainerHarness harness = new(set);

    public void Dispose() => harness.Dispose();

    [Fact]
    public void A_run_reports_every_step_and_epoch_and_leaves_weights_and_scores()
    {
        var sink = new RecordingSink();

        var result = harness.Train(TrainerHarness.Quick, sink, firstSequence: 100, cancellationToken: TestContext.Current.CancellationToken);

        var train = set.Images.Count(i => i.Split == Split.Train);
        var steps = (train + 7) / 8;
        Assert.Equal(TrainingOutcome.Completed, result.Outcome);
        Assert.Equal(Enumerable.Range(100, sink.Events.Count).Select(n => (long)n), sink.Events.Select(e => e.Sequence));
        Assert.Equal(result.LastSequence, sink.Events[^1].Sequence);
        var started = Assert.Single(sink.Of<RunStarted>());
        Assert.Equal((train, steps, 1), (started.TrainImages, started.StepsPerEpoch, started.FirstEpoch));
        Assert.Equal(Enumerable.Range(1, 3 * steps).Select(n => (long)n), sink.Of<StepCompleted>().Select(s => s.GlobalStep));
        Assert.All(sink.Of<StepCompleted>(), s => Assert.True(s is { Loss: > 0, ImagesPerSecond: > 0, ProcessBytes: > 0 }));
        Assert.Equal([1, 2, 3], sink.Of<EpochCompleted>().Select(e => e.Metrics.Epoch));
        Assert.Equal([1, 2, 3], sink.Of<CheckpointSaved>().Select(c => c.Epoch));
        Assert.Equal(result.Epochs, sink.Of<EpochCompleted>().Select(e => e.Metrics));
        Assert.NotNull(result.WeightsHash);
        Assert.Equal(set.Images.Count(i => i.Split != Split.Train), result.Scores.Count);
        Assert.All(result.Scores, s => Assert.InRange(s.Score, 0, 1));
    }

    [Fact]
    public void The_training_loss_of_an_epoch_is_the_mean_over_images_not_over_batches()
    {
        var sink = new RecordingSink();
        var result = harness.Train(TrainerHarness.Quick with { BatchSize = 16 }, sink, cancellationToken: TestContext.Current.CancellationToken);

        var train = set.Images.Count(i => i.Split == Split.Train);
        var sizes = Enumerable.Range(0, (train + 15) / 16).Select(i => Math.Min(16, train - (16 * i))).ToArray();
        Assert.NotEqual(sizes[0], sizes[^1]);
        foreach (var epoch in result.Epochs)
        {
            var losses = sink.Of<StepCompleted>().Where(s => s.Epoch == epoch.Epoch).Select(s => s.Loss).ToArray();
            Assert.Equal(losses.Zip(sizes).Sum(p => p.First * p.Second) / train, epoch.TrainLoss, 12);
        }
    }

    [Fact]
    public void The_scores_are_those_of_the_epoch_with_the_lowest_validation_loss()
    {
        var result = harness.Train(TrainerHarness.Quick with { Epochs = 4 }, new RecordingSink(), cancellationToken: TestContext.Current.CancellationToken);

        var best = result.Epochs.MinBy(e => e.ValidationLoss)!;
        var validation = result.Scores.Where(s => s.Split == Split.Validation).ToArray();
        var loss = validation.Average(s => -Math.Log(s.Label == Label.Fractured ? s.Score : 1 - s.Score));
        var accuracy = validation.Average(s => s.Score >= 0.5 == (s.Label == Label.Fractured) ? 1.0 : 0.0);
        Assert.Equal(best.ValidationLoss, loss, 5);
        Assert.Equal(best.ValidationAccuracy, accuracy, 12);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_same_seed_gives_the_same_weights_to_the_bit(bool augmented)
    {
        var options = TrainerHarness.Quick with { Epochs = 2, Augmentation = augmented ? AugmentationOptions.Notebook : AugmentationOptions.None };

        var first = harness.Train(options, new RecordingSink(), "first", cancellationToken: TestContext.Current.CancellationToken);
        var second = harness.Train(options, new RecordingSink(), "second", cancellationToken: TestContext.Current.CancellationToken);
        var other = harness.Train(options with { Seed = 12 }, new RecordingSink(), "other", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(first.WeightsHash, second.WeightsHash);
        Assert.Equal(first.Scores, second.Scores);
        Assert.NotEqual(first.WeightsHash, other.WeightsHash);
    }

    [Fact]
    public void Augmentation_changes_what_is_learned()
    {
        var plain = harness.Train(TrainerHarness.Quick with { Epochs = 1 }, new RecordingSink(), "plain", cancellationToken: TestContext.Current.CancellationToken);
        var augmented = harness.Train(TrainerHarness.Quick with { Epochs = 1, Augmentation = AugmentationOptions.Notebook }, new RecordingSink(), "augmented", cancellationToken: TestContext.Current.CancellationToken);

        Assert.NotEqual(plain.WeightsHash, augmented.WeightsHash);
    }

    [Fact]
    public void Shuffled_labels_keep_the_balance_of_the_classes_and_leave_validation_alone()
    {
        var sink = new RecordingSink();
        var result = harness.Train(TrainerHarness.Quick with { ShuffleLabels = true, Epochs = 1 }, sink, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(TrainingOutcome.Completed, result.Outcome);
        Assert.All(result.Scores, s => Assert.Equal(set.Images.Single(i => i.RelativePath == s.RelativePath).Label, s.Label));
    }

    [Fact]
    public void Options_out_of_range_fail_with_the_reason_before_anything_is_written()
    {
        var result = harness.Train(new TrainingOptions { Epochs = 0 }, new RecordingSink());

        Assert.Equal(TrainingOutcome.Failed, result.Outcome);
        Assert.Equal("Epochs must be between 1 and 1000.", result.Failure);
        Assert.False(Directory.Exists(harness.RunDirectory("run")));
    }

    [Fact]
    public void A_device_that_does_not_exist_is_named()
    {
        var result = harness.Train(TrainerHarness.Quick with { Device = "cuda:17" }, new RecordingSink());

        Assert.Equal(TrainingOutcome.Failed, result.Outcome);
        Assert.Contains("cuda:17", result.Failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Split.Train, "train split")]
    [InlineData(Split.Validation, "val split")]
    public void A_data_set_without_a_split_that_training_needs_says_so(Split missing, string named)
    {
        var result = harness.Train(TrainerHarness.Quick, new RecordingSink(), images: [.. set.Images.Where(i => i.Split != missing)]);

        Assert.Equal(TrainingOutcome.Failed, result.Outcome);
        Assert.Contains(named, result.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_that_vanished_are_left_out_and_named_in_the_log()
    {
        var sink = new RecordingSink();
        var gone = new ImageRecord("train/fractured/gone.png", Split.Train, Label.Fractured, 1, DateTime.UnixEpoch, new string('a', 64), 8, 8, FractureDashboard.ML.Imaging.ImageFormat.Png);

        var result = harness.Train(TrainerHarness.Quick with { Epochs = 1 }, sink, images: [.. set.Images, gone]);

        Assert.Equal(TrainingOutcome.Completed, result.Outcome);
        Assert.Contains(sink.Of<LogLine>(), l => l.Level == LogSeverity.Warning && l.Text.StartsWith("Left out train/fractured/gone.png: The file is not there", StringComparison.Ordinal));
    }

    [Fact]
    public void A_failed_run_leaves_the_engine_ready_for_the_next()
    {
        var exploded = harness.Train(TrainerHarness.Quick, new RecordingSink(e => { if (e is StepCompleted) { throw new IOException("the sink broke"); } }), "broken");
        var next = harness.Train(TrainerHarness.Quick with { Epochs = 1 }, new RecordingSink(), "next", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(TrainingOutcome.Failed, exploded.Outcome);
        Assert.Equal(TrainingOutcome.Completed, next.Outcome);
    }
}
