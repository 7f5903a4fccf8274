using FractureDashboard.Runs.Detail;
using FractureDashboard.Storage;

namespace FractureDashboard.Tests.Runs;

public sealed class RunProgressTests
{
    [Theory]
    [InlineData(RunState.Queued, 0, 0, 0, 0, 0, RunPhase.Waiting)]
    [InlineData(RunState.Running, 0, 0, 0, 0, 0, RunPhase.Preparing)]
    [InlineData(RunState.Running, 5, 10, 0, 0, 0, RunPhase.Decoding)]
    [InlineData(RunState.Running, 10, 10, 1, 3, 0, RunPhase.Training)]
    [InlineData(RunState.Running, 5, 10, 1, 3, 0, RunPhase.Training)]
    [InlineData(RunState.Running, 10, 10, 1, 10, 0, RunPhase.Validating)]
    [InlineData(RunState.Running, 10, 10, 4, 10, 4, RunPhase.Evaluating)]
    [InlineData(RunState.Completed, 10, 10, 4, 10, 4, RunPhase.Ended)]
    public void Phase_follows_from_what_was_reported(RunState state, int cacheDone, int cacheTotal, int epoch, int step, int epochsDone, RunPhase expected)
    {
        var run = Run(state, epoch, step, epochsDone, stepsPerEpoch: epoch == 0 ? 0 : 10);
        (run.CacheDone, run.CacheTotal) = (cacheDone, cacheTotal);

        Assert.Equal(expected, RunProgress.Of(run, 32, 0, null).Phase);
    }

    [Fact]
    public void Shares_count_the_part_of_the_epoch_in_progress()
    {
        var progress = RunProgress.Of(Run(RunState.Running, epoch: 2, step: 5, epochsDone: 1, stepsPerEpoch: 10), 32, 0, null);

        Assert.Equal((0.375, 0.5), (progress.Epochs, progress.Steps));
    }

    [Fact]
    public void Remaining_time_is_the_last_epochs_scaled()
    {
        var run = Run(RunState.Running, epoch: 2, step: 5, epochsDone: 1, stepsPerEpoch: 10);

        // Half an epoch's steps, its validation, and two whole epochs more.
        Assert.Equal(TimeSpan.FromSeconds(50 + 20 + 240), RunProgress.Of(run, 32, 1, new RunEpoch { TrainSeconds = 100, ValidationSeconds = 20 }).Remaining);
    }

    [Fact]
    public void Remaining_time_of_the_first_epoch_comes_from_the_speed()
    {
        var run = Run(RunState.Running, epoch: 1, step: 5, epochsDone: 0, stepsPerEpoch: 10);
        run.Epochs = 1;
        run.ValidationImages = 30;

        Assert.Equal(TimeSpan.FromSeconds((160 + 10) / 10.0), RunProgress.Of(run, 32, 10, null).Remaining);
        Assert.Null(RunProgress.Of(run, 32, 0, null).Remaining);
    }

    private static Run Run(RunState state, int epoch, int step, int epochsDone, int stepsPerEpoch) => new()
    {
        Name = "r",
        DatasetName = "d",
        Fingerprint = "f",
        Model = "baseline-cnn",
        Augmentation = "off",
        OptionsJson = "{}",
        OptionsHash = "h",
        Epochs = 4,
        State = state,
        CurrentEpoch = epoch,
        CurrentStep = step,
        EpochsDone = epochsDone,
        StepsPerEpoch = stepsPerEpoch,
    };
}
