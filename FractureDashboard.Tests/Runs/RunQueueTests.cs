using FractureDashboard.Jobs;
using FractureDashboard.ML.Training;
using FractureDashboard.Storage;

namespace FractureDashboard.Tests.Runs;

public sealed class RunQueueTests : IAsyncLifetime
{
    private RunStore store = null!;

    public async ValueTask InitializeAsync() => store = await RunStore.CreateAsync();

    public ValueTask DisposeAsync() => store.DisposeAsync();

    [Fact]
    public async Task A_submitted_run_is_stored_whole_and_queued()
    {
        var dataset = await store.AddDatasetAsync(kind: DatasetKind.Synthetic);
        var options = new TrainingOptions { Epochs = 2, Seed = 7 };

        var result = await store.Queue.SubmitAsync(new NewRun("  Mine ", dataset, options, ["A, b", "a"], " note "), CancellationToken.None);

        Assert.Null(result.Problem);
        Assert.Equal([result.RunId!.Value], store.Jobs.RunIds);
        var run = await store.FindRunAsync(result.RunId.Value);
        Assert.Equal(("Mine", RunState.Queued, 2, 7, ",a,b,", "note"), (run.Name, run.State, run.Epochs, run.Seed, run.Tags, run.Notes));
        Assert.Equal(("Wrists", DatasetKind.Synthetic, 1, "off"), (run.DatasetName, run.DatasetKind, run.DatasetVersion, run.Augmentation));
        Assert.Equal(options, RunQueue.ReadOptions(run.OptionsJson));
        Assert.Equal(64, run.OptionsHash.Length);
    }

    [Theory]
    [InlineData("", 5, DatasetState.Ready, "name")]
    [InlineData("x", 0, DatasetState.Ready, "Epochs")]
    [InlineData("x", 5, DatasetState.Working, "not ready")]
    public async Task What_cannot_be_trained_is_refused_with_a_reason(string name, int epochs, DatasetState state, string reason)
    {
        var dataset = await store.AddDatasetAsync(state: state);

        var result = await store.Queue.SubmitAsync(new NewRun(name, dataset, new TrainingOptions { Epochs = epochs }, [], ""), CancellationToken.None);

        Assert.Null(result.RunId);
        Assert.Contains(reason, result.Problem);
        Assert.Empty(store.Jobs.RunIds);
    }

    [Fact]
    public async Task Cancel_takes_a_waiting_run_out_of_the_queue()
    {
        var id = await store.AddRunAsync(state: RunState.Queued);

        Assert.True(await store.Queue.CancelAsync(id, CancellationToken.None));

        Assert.Equal(RunState.Canceled, (await store.FindRunAsync(id)).State);
    }

    [Fact]
    public async Task Cancel_tells_a_running_run_and_leaves_its_end_to_the_trainer()
    {
        var id = await store.AddRunAsync(state: RunState.Running);
        using var source = new CancellationTokenSource();
        using var registration = store.Cancellations.Register(id, source);

        Assert.True(await store.Queue.CancelAsync(id, CancellationToken.None));

        Assert.True(source.IsCancellationRequested);
        var run = await store.FindRunAsync(id);
        Assert.Equal((RunState.Running, true), (run.State, run.CancelRequested));
    }

    [Theory]
    [InlineData(RunState.Completed)]
    [InlineData(RunState.Failed)]
    public async Task Cancel_of_an_ended_run_does_nothing(RunState state)
    {
        var id = await store.AddRunAsync(state: state);

        Assert.False(await store.Queue.CancelAsync(id, CancellationToken.None));
        Assert.Equal(state, (await store.FindRunAsync(id)).State);
    }

    [Theory]
    [InlineData(RunState.Canceled, true)]
    [InlineData(RunState.Failed, true)]
    [InlineData(RunState.Interrupted, true)]
    [InlineData(RunState.Completed, false)]
    [InlineData(RunState.Running, false)]
    [InlineData(RunState.Queued, false)]
    public async Task Only_a_stopped_run_resumes(RunState state, bool resumes)
    {
        var dataset = await store.AddDatasetAsync();
        var id = await store.AddRunAsync(state: state, set: r => (r.DatasetId, r.Attempts, r.CancelRequested) = (dataset, 3, true));

        var result = await store.Queue.ResumeAsync(id, CancellationToken.None);

        Assert.Equal(resumes, result.RunId == id);
        Assert.Equal(resumes ? [id] : [], store.Jobs.RunIds);
        var run = await store.FindRunAsync(id);
        Assert.Equal(resumes ? (RunState.Queued, 0, false) : (state, 3, true), (run.State, run.Attempts, run.CancelRequested));
    }

    [Fact]
    public async Task A_run_whose_data_set_is_gone_does_not_resume()
    {
        var id = await store.AddRunAsync(state: RunState.Canceled);

        Assert.Contains("data set still exists", (await store.Queue.ResumeAsync(id, CancellationToken.None)).Problem);
    }

    [Fact]
    public async Task Recovery_queues_what_was_left_sets_aside_what_kills_and_ends_what_was_cancelled()
    {
        var waiting = await store.AddRunAsync(state: RunState.Queued);
        var running = await store.AddRunAsync(state: RunState.Running, set: r => r.Attempts = 1);
        var deadly = await store.AddRunAsync(state: RunState.Running, set: r => r.Attempts = RunRecovery.MostAttempts);
        var cancelled = await store.AddRunAsync(state: RunState.Running, set: r => r.CancelRequested = true);
        var done = await store.AddRunAsync(state: RunState.Completed);

        await new RunRecovery(store.Databases, store.Queue, store.Live, TimeProvider.System).StartAsync(CancellationToken.None);

        Assert.Equal([waiting, running], store.Jobs.RunIds);
        Assert.Equal(RunState.Queued, (await store.FindRunAsync(running)).State);
        Assert.Equal(RunState.Interrupted, (await store.FindRunAsync(deadly)).State);
        Assert.Contains("Resume it by hand", (await store.FindRunAsync(deadly)).StateReason);
        Assert.Equal(RunState.Canceled, (await store.FindRunAsync(cancelled)).State);
        Assert.Equal(RunState.Completed, (await store.FindRunAsync(done)).State);
    }

    [Fact]
    public async Task A_batch_that_cannot_fit_into_memory_is_refused_with_the_one_that_would()
    {
        var dataset = await store.AddDatasetAsync();
        var options = new TrainingOptions { Model = "resnet18", ImageSize = 512, BatchSize = 512, Device = "cpu" };
        Assert.SkipUnless(AvailableMemory.Of("cpu") < 60L << 30, "This machine has memory for almost any batch.");

        var refused = await store.Queue.SubmitAsync(new NewRun("n", dataset, options, [], ""), CancellationToken.None);
        var largest = int.Parse(System.Text.RegularExpressions.Regex.Match(refused.Problem!, "At most ([0-9]+) would fit").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

        Assert.Null(refused.RunId);
        Assert.InRange(largest, 1, 511);
        Assert.NotNull((await store.Queue.SubmitAsync(new NewRun("n", dataset, options with { BatchSize = largest / 2 }, [], ""), CancellationToken.None)).RunId);
    }

    [Fact]
    public async Task A_search_for_a_learning_rate_has_one_epoch_at_most()
    {
        var dataset = await store.AddDatasetAsync();

        var accepted = await store.Queue.SubmitAsync(new NewRun("n", dataset, new TrainingOptions { Purpose = TrainingPurpose.FindLearningRate }, [], ""), CancellationToken.None);

        Assert.Equal(1, (await store.FindRunAsync(accepted.RunId!.Value)).Epochs);
    }
}
