using FractureDashboard.Live;
using FractureDashboard.Storage;

namespace FractureDashboard.Tests.Runs;

public sealed class RunStoreWriterTests : IAsyncLifetime
{
    private RunStore store = null!;

    public async ValueTask InitializeAsync() => store = await RunStore.CreateAsync();

    public ValueTask DisposeAsync() => store.DisposeAsync();

    [Fact]
    public async Task Events_become_rows_and_the_runs_standing()
    {
        var id = await store.AddRunAsync(state: RunState.Running);
        var training = new ScriptedTraining(store, id);
        training.Cache(10, 10);
        training.Start(2);
        training.Step(1, 1, 2, 0.7);
        training.Step(1, 2, 2, 0.6);
        training.Epoch(1, 0.65, 0.5, 0.81);
        training.Step(2, 1, 2, 0.5);
        training.Step(2, 2, 2, 0.4);
        training.Epoch(2, 0.45, 0.55, 0.9);
        training.Log("done");
        await training.EndAsync();

        var run = await store.FindRunAsync(id);

        Assert.Equal((9, 2, 2, 2, 2), (run.LastSequence, run.EpochsDone, run.CurrentEpoch, run.CurrentStep, run.StepsPerEpoch));
        Assert.Equal(("cpu (2 threads)", 2, 31_101L, 10), (run.DeviceUsed, run.Threads, run.ParameterCount, run.CacheDone));

        // The weights kept are those of the lowest validation loss, not of the highest accuracy.
        Assert.Equal((1, 0.5, 0.81), (run.BestEpoch, run.BestValidationLoss, run.BestValidationAccuracy));
        var delta = (await new RunReader(store.Databases).ReadAsync(id, 0, CancellationToken.None))!;
        Assert.Equal([0.7, 0.6, 0.5, 0.4], delta.Steps.Select(s => s.Loss));
        Assert.Equal([0.5, 0.55], delta.Epochs.Select(e => e.ValidationLoss));
        Assert.Equal(["done"], delta.Logs.Select(l => l.Text));
    }

    [Fact]
    public async Task A_resumed_run_replaces_the_points_of_its_unfinished_epoch()
    {
        var id = await store.AddRunAsync(state: RunState.Running);
        var first = new ScriptedTraining(store, id);
        first.Start(3);
        for (var step = 1; step <= 3; step++)
        {
            first.Step(1, step, 3, 1);
        }

        first.Epoch(1, 1, 1);
        first.Step(2, 1, 3, 9);
        first.Step(2, 2, 3, 9);
        await first.EndAsync();
        var stopped = await store.FindRunAsync(id);

        var second = new ScriptedTraining(store, id, stopped.LastSequence + 1);
        second.Start(3, firstEpoch: 2);
        for (var step = 1; step <= 3; step++)
        {
            second.Step(2, step, 3, 0.5);
        }

        second.Epoch(2, 0.5, 0.4);
        await second.EndAsync();

        var all = (await new RunReader(store.Databases).ReadAsync(id, 0, CancellationToken.None))!;
        Assert.Equal([(1, 1.0), (2, 1.0), (3, 1.0), (4, 0.5), (5, 0.5), (6, 0.5)], all.Steps.Select(s => ((int)s.GlobalStep, s.Loss)));

        // A page that was there all the time sees the epoch's number start again and drops what it had.
        var news = (await new RunReader(store.Databases).ReadAsync(id, stopped.LastSequence, CancellationToken.None))!;
        Assert.Equal([4L, 5L, 6L], news.Steps.Select(s => s.GlobalStep));
    }

    [Fact]
    public async Task An_epoch_that_is_trained_again_is_not_remembered_as_the_best()
    {
        var id = await store.AddRunAsync(state: RunState.Running);
        var first = new ScriptedTraining(store, id);
        first.Start(1);
        first.Epoch(1, 1, 0.6, 0.7);
        first.Epoch(2, 1, 0.1, 0.99);
        await first.EndAsync();

        // Killed after the epoch but before its checkpoint: epoch 2 is trained again, and on a GPU not bit for bit.
        var second = new ScriptedTraining(store, id, (await store.FindRunAsync(id)).LastSequence + 1);
        second.Start(1, firstEpoch: 2);
        second.Epoch(2, 1, 0.5, 0.8);
        await second.EndAsync();

        var run = await store.FindRunAsync(id);
        Assert.Equal((2, 0.5, 0.8), (run.BestEpoch, run.BestValidationLoss, run.BestValidationAccuracy));
    }

    [Fact]
    public async Task An_epoch_whose_checkpoint_outlived_its_event_is_filled_in_from_the_checkpoint()
    {
        var id = await store.AddRunAsync(state: RunState.Running);
        var first = new ScriptedTraining(store, id);
        first.Start(1);
        first.Epoch(1, 1, 0.6, 0.7);
        await first.EndAsync();

        // Killed after the checkpoint of epoch 2 and before its event was stored.
        var second = new ScriptedTraining(store, id, (await store.FindRunAsync(id)).LastSequence + 1);
        second.Start(1, firstEpoch: 3, [ScriptedTraining.Metrics(1, 1, 0.6, 0.7), ScriptedTraining.Metrics(2, 0.9, 0.4, 0.85)]);
        second.Epoch(3, 0.8, 0.5, 0.8);
        await second.EndAsync();

        var delta = (await new RunReader(store.Databases).ReadAsync(id, 0, CancellationToken.None))!;
        Assert.Equal([0.6, 0.4, 0.5], delta.Epochs.Select(e => e.ValidationLoss));
        Assert.Equal((2, 0.4, 0.85), (delta.Run.BestEpoch, delta.Run.BestValidationLoss, delta.Run.BestValidationAccuracy));
    }
}
