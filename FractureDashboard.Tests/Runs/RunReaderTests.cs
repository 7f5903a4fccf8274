using FractureDashboard.Live;
using FractureDashboard.Storage;

namespace FractureDashboard.Tests.Runs;

public sealed class RunReaderTests : IAsyncLifetime
{
    private const int Steps = 40;
    private RunStore store = null!;

    public async ValueTask InitializeAsync() => store = await RunStore.CreateAsync();

    public ValueTask DisposeAsync() => store.DisposeAsync();

    [Fact]
    public async Task A_reader_that_joins_while_a_writer_writes_sees_every_point_once()
    {
        var id = await store.AddRunAsync(state: RunState.Running);
        var reader = new RunReader(store.Databases);
        var training = new ScriptedTraining(store, id);
        training.Start(Steps);
        var readers = Enumerable.Range(0, 3).Select(async late =>
        {
            await Task.Delay(late * 60);
            using var subscription = store.Live.Subscribe(Topics.Run(id));
            var delta = (await reader.ReadAsync(id, 0, CancellationToken.None))!;
            var seen = delta.Steps.Select(s => s.GlobalStep).ToList();
            var epochs = delta.Epochs.Select(e => e.Epoch).ToList();
            await foreach (var _ in subscription.ChangesAsync(TimeSpan.FromMilliseconds(1)))
            {
                if (delta.Run.EpochsDone == 5)
                {
                    break;
                }

                delta = (await reader.ReadAsync(id, delta.LastSequence, CancellationToken.None))!;
                seen.AddRange(delta.Steps.Select(s => s.GlobalStep));
                epochs.AddRange(delta.Epochs.Select(e => e.Epoch));
                if (delta.Run.EpochsDone == 5)
                {
                    break;
                }
            }

            return (seen, epochs);
        }).ToList();
        for (var epoch = 1; epoch <= 5; epoch++)
        {
            for (var step = 1; step <= Steps; step++)
            {
                training.Step(epoch, step, Steps, 1.0 / step);
                await Task.Delay(2);
            }

            training.Epoch(epoch, 0.5, 0.5);
        }

        await training.EndAsync();

        foreach (var (seen, epochs) in await Task.WhenAll(readers))
        {
            Assert.Equal(Enumerable.Range(1, 5 * Steps).Select(i => (long)i), seen);
            Assert.Equal([1, 2, 3, 4, 5], epochs);
        }
    }

    [Fact]
    public async Task A_long_curve_comes_thinned_and_a_long_log_with_its_end()
    {
        var id = await store.AddRunAsync();
        await store.ChangeAsync(db =>
        {
            db.RunSteps.AddRange(Enumerable.Range(1, 10_000).Select(i => new RunStep { RunId = id, Sequence = i, GlobalStep = i, Epoch = 1, Loss = i == 5_555 ? 99 : i % 97 }));
            db.RunLogs.AddRange(Enumerable.Range(10_001, 700).Select(i => new RunLog { RunId = id, Sequence = i, Text = $"{i}" }));
            db.Runs.Single(r => r.Id == id).LastSequence = 10_700;
            return Task.CompletedTask;
        });

        var delta = (await new RunReader(store.Databases).ReadAsync(id, 0, CancellationToken.None))!;

        Assert.InRange(delta.Steps.Count, 1_000, RunReader.MaximumPoints);
        Assert.Contains(delta.Steps, s => s.Loss == 99);
        Assert.Equal(RunReader.MaximumLogLines, delta.Logs.Count);
        Assert.Equal(10_700, delta.Logs[^1].Sequence);
        Assert.Equal(delta.Logs.Select(l => l.Sequence).Order(), delta.Logs.Select(l => l.Sequence));
    }

    [Fact]
    public async Task A_run_that_is_not_there_reads_as_null() =>
        Assert.Null(await new RunReader(store.Databases).ReadAsync(5, 0, CancellationToken.None));
}
