using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Training;
using FractureDashboard.Runs;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace FractureDashboard.Tests.Runs;

public sealed class RunDeletionTests : IAsyncLifetime
{
    private RunStore store = null!;
    private RunDeletion deletion = null!;

    public async ValueTask InitializeAsync()
    {
        store = await RunStore.CreateAsync();
        deletion = new RunDeletion(store.Databases, store.Paths, store.Live, NullLogger<RunDeletion>.Instance);
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();

    [Fact]
    public async Task Plan_counts_exactly_what_goes()
    {
        var id = await FullRunAsync("doomed");

        var doomed = Assert.Single(await deletion.PlanAsync([id, 999], CancellationToken.None));

        Assert.Equal((2, 1, 1, 11L), (doomed.Scores, doomed.LogLines, doomed.Predictions, doomed.Bytes));
    }

    [Fact]
    public async Task Deleting_takes_rows_and_folder_and_keeps_answers_and_other_runs()
    {
        var id = await FullRunAsync("doomed");
        var other = await FullRunAsync("kept");

        var result = await deletion.DeleteAsync([id], CancellationToken.None);

        Assert.Equal([id], result.Deleted);
        Assert.Empty(result.Problems);
        Assert.False(Directory.Exists(store.Paths.Run(id)));
        Assert.True(File.Exists(Path.Combine(store.Paths.Run(other), "weights.safetensors")));
        await store.ChangeAsync(async db =>
        {
            Assert.Equal([other], await db.Runs.Select(r => r.Id).ToListAsync());
            Assert.Equal([other], await db.RunSteps.Select(r => r.RunId).ToListAsync());
            Assert.Equal([other], await db.RunEpochs.Select(r => r.RunId).ToListAsync());
            Assert.Equal([other], await db.RunLogs.Select(r => r.RunId).ToListAsync());
            Assert.Equal([other, other], await db.RunScores.Select(r => r.RunId).ToListAsync());
            Assert.Equal([null, other], await db.Predictions.OrderBy(p => p.Id).Select(p => p.RunId).ToListAsync());
        });
    }

    [Theory]
    [InlineData(RunState.Queued)]
    [InlineData(RunState.Running)]
    public async Task An_active_run_is_not_deleted_and_the_answer_says_so(RunState state)
    {
        var id = await store.AddRunAsync("busy", state);

        var result = await deletion.DeleteAsync([id], CancellationToken.None);

        Assert.Empty(result.Deleted);
        Assert.Contains("'busy' is queued or running", Assert.Single(result.Problems));
        Assert.Equal(state, (await store.FindRunAsync(id)).State);
    }

    [Fact]
    public async Task A_deleted_runs_id_is_never_given_again()
    {
        var id = await store.AddRunAsync();
        await deletion.DeleteAsync([id], CancellationToken.None);

        Assert.True(await store.AddRunAsync() > id);
    }

    [Fact]
    public async Task Sweep_removes_folders_without_a_run_and_nothing_else()
    {
        var id = await FullRunAsync("kept");
        Directory.CreateDirectory(Path.Combine(store.Paths.Run(777), "checkpoints"));
        Directory.CreateDirectory(Path.Combine(store.Paths.Runs, "mine"));

        await deletion.SweepAsync(CancellationToken.None);

        Assert.Equal([$"{id}", "mine"], Directory.GetDirectories(store.Paths.Runs).Select(Path.GetFileName).Order());
    }

    private async Task<int> FullRunAsync(string name)
    {
        var id = await store.AddRunAsync(name);
        Directory.CreateDirectory(store.Paths.Run(id));
        await File.WriteAllTextAsync(Path.Combine(store.Paths.Run(id), "weights.safetensors"), "elevenbytes");
        await store.ChangeAsync(db =>
        {
            db.RunSteps.Add(new RunStep { RunId = id, Sequence = 1, GlobalStep = 1, Epoch = 1, Loss = 1 });
            db.RunEpochs.Add(new RunEpoch { RunId = id, Sequence = 2, Epoch = 1 });
            db.RunLogs.Add(new RunLog { RunId = id, Sequence = 3, Level = LogSeverity.Information, Text = "line" });
            db.RunScores.AddRange(
                new RunScore { RunId = id, RelativePath = "test/a.png", Split = Split.Test },
                new RunScore { RunId = id, RelativePath = "test/b.png", Split = Split.Test });
            db.Predictions.Add(new Prediction { RunId = id, RunName = name, WeightsHash = "w", FileName = "x.png", ContentHash = "c" });
            return Task.CompletedTask;
        });
        return id;
    }
}
