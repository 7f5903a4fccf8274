using FractureDashboard.ML.Preprocessing;
using FractureDashboard.ML.Training;

namespace FractureDashboard.Tests.ML.Training;

[Collection(EngineCollection.Name)]
public sealed class ResumeTests(PhantomSet set) : IClassFixture<PhantomSet>, IDisposable
{
    private static readonly TrainingOptions Options = TrainerHarness.Quick with { Augmentation = AugmentationOptions.Notebook };
    private readonly TrainerHarness harness = new(set);

    public void Dispose() => harness.Dispose();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 4)]
    [InlineData(2, 3)]
    [InlineData(3, 5)]
    public void A_run_stopped_within_an_epoch_goes_on_as_if_nothing_had_been(int epoch, int step)
    {
        var whole = harness.Train(Options, new RecordingSink(), "whole", cancellationToken: TestContext.Current.CancellationToken);
        var sink = new RecordingSink();

        var stopped = StopAt(epoch, step, new RecordingSink());
        var resumed = harness.Train(Options, sink, "stopped", cancellationToken: TestContext.Current.CancellationToken, firstSequence: stopped.LastSequence + 1);

        var perEpoch = Assert.Single(sink.Of<RunStarted>()).StepsPerEpoch;
        Assert.Equal(((epoch - 1) * perEpoch) + step, sink.Of<RunStarted>().Single().StepsDone);
        Assert.Equal(((epoch - 1) * perEpoch) + step + 1, sink.Of<StepCompleted>().First().GlobalStep);
        SameToTheBit(whole, resumed);
    }

    [Fact]
    public void A_run_killed_within_an_epoch_repeats_it_from_the_checkpoint_and_ends_the_same()
    {
        var whole = harness.Train(Options, new RecordingSink(), "whole", cancellationToken: TestContext.Current.CancellationToken);

        // A kill leaves what was on disk after the first epoch: copied aside at that moment, put back afterwards.
        var atKill = harness.RunDirectory("killed-copy");
        var sink = new RecordingSink(e =>
        {
            if (e is StepCompleted { Epoch: 2, Step: 3 })
            {
                Copy(harness.RunDirectory("killed"), atKill);
            }
        });
        harness.Train(Options, sink, "killed", cancellationToken: TestContext.Current.CancellationToken);
        Directory.Delete(harness.RunDirectory("killed"), recursive: true);
        Copy(atKill, harness.RunDirectory("killed"));

        var resumedSink = new RecordingSink();
        var resumed = harness.Train(Options, resumedSink, "killed", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(2, resumedSink.Of<RunStarted>().Single().FirstEpoch);
        SameToTheBit(whole, resumed);
    }

    [Fact]
    public void What_a_killed_writer_left_half_written_is_swept_when_the_run_goes_on()
    {
        StopAt(2, 1, new RecordingSink());
        var halves = Directory.GetFiles(harness.RunDirectory("stopped"), "*.safetensors", SearchOption.AllDirectories)
            .Select(f => $"{f}.{Guid.NewGuid():N}.tmp").ToArray();
        foreach (var half in halves)
        {
            File.WriteAllBytes(half, [1, 2, 3]);
        }

        harness.Train(Options, new RecordingSink(), "stopped", cancellationToken: TestContext.Current.CancellationToken);

        Assert.NotEmpty(halves);
        Assert.DoesNotContain(halves, File.Exists);
    }

    [Fact]
    public void Cancelling_stops_within_one_step_and_keeps_weights_to_predict_with()
    {
        var sink = new RecordingSink();

        var stopped = StopAt(1, 2, sink);

        Assert.Equal(TrainingOutcome.Canceled, stopped.Outcome);
        Assert.Equal(2, sink.Of<StepCompleted>().Count());
        Assert.Empty(stopped.Epochs);
        Assert.NotNull(stopped.WeightsHash);
        Assert.True(File.Exists(harness.Weights("stopped")));
    }

    [Fact]
    public void A_damaged_checkpoint_is_passed_over_for_the_one_before()
    {
        var whole = harness.Train(Options, new RecordingSink(), "whole", cancellationToken: TestContext.Current.CancellationToken);
        StopAt(3, 2, new RecordingSink());
        var newest = harness.Checkpoints("stopped")[^1];
        var bytes = File.ReadAllBytes(newest);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(newest, bytes);

        var sink = new RecordingSink();
        var resumed = harness.Train(Options, sink, "stopped", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Contains(sink.Of<LogLine>(), l => l.Level == LogSeverity.Warning && l.Text.Contains(Path.GetFileName(newest), StringComparison.Ordinal));
        SameToTheBit(whole, resumed);
    }

    [Fact]
    public void Only_the_newest_two_checkpoints_are_kept_and_no_temporary_file()
    {
        harness.Train(Options, new RecordingSink(), "whole", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(2, harness.Checkpoints("whole").Length);
        Assert.All(harness.Checkpoints("whole"), c => Assert.EndsWith(".safetensors", c, StringComparison.Ordinal));
    }

    [Fact]
    public void A_finished_run_started_again_trains_no_further()
    {
        var whole = harness.Train(Options, new RecordingSink(), "whole", cancellationToken: TestContext.Current.CancellationToken);
        var sink = new RecordingSink();

        var again = harness.Train(Options, sink, "whole", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Empty(sink.Of<StepCompleted>());
        SameToTheBit(whole, again);
    }

    private TrainingResult StopAt(int epoch, int step, RecordingSink record)
    {
        using var stop = new CancellationTokenSource();
        var sink = new RecordingSink(e =>
        {
            record.Publish(e);
            if (e is StepCompleted s && s.Epoch == epoch && s.Step == step)
            {
                stop.Cancel();
            }
        });
        return harness.Train(Options, sink, "stopped", cancellationToken: stop.Token);
    }

    private static void SameToTheBit(TrainingResult expected, TrainingResult actual)
    {
        Assert.Equal(TrainingOutcome.Completed, actual.Outcome);
        Assert.Equal(expected.Epochs.Select(Untimed), actual.Epochs.Select(Untimed));
        Assert.Equal(expected.WeightsHash, actual.WeightsHash);
        Assert.Equal(expected.Scores, actual.Scores);
    }

    private static EpochMetrics Untimed(EpochMetrics metrics) => metrics with { TrainSeconds = 0, ValidationSeconds = 0 };

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
