using FractureDashboard.Jobs;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Training;
using FractureDashboard.Storage;
using FractureDashboard.Tests.Runs;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Tests.Jobs;

public sealed class EvaluationQueueTests : IAsyncLifetime
{
    private RunStore store = null!;
    private EvaluationQueue queue = null!;
    private int dataset;
    private int run;

    public async ValueTask InitializeAsync()
    {
        store = await RunStore.CreateAsync();
        queue = new EvaluationQueue(store.Databases, store.Jobs, store.Live, TimeProvider.System);
        dataset = await store.AddDatasetAsync();
        run = await AddRunAsync();
        await store.ChangeAsync(db =>
        {
            db.DatasetVersions.AddRange(
                new DatasetVersion { DatasetId = dataset, Number = 1, Name = "Folders", Fingerprint = "f" },
                new DatasetVersion { DatasetId = dataset, Number = 2, Name = "Honest", Fingerprint = "h", Kind = DatasetVersionKind.HonestSplit, Manifest = VersionImages.Pack([]) });
            return Task.CompletedTask;
        });
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();

    [Fact]
    public async Task An_evaluation_is_stored_and_queued_once()
    {
        var first = await queue.StartAsync(run, dataset, 2, EvaluationKind.Plain, CancellationToken.None);
        var second = await queue.StartAsync(run, dataset, 2, EvaluationKind.Plain, CancellationToken.None);
        var other = await queue.StartAsync(run, dataset, 2, EvaluationKind.Plain, CancellationToken.None, [Split.Test]);

        Assert.Equal(first, second);
        Assert.NotEqual(first.EvaluationId, other.EvaluationId);
        Assert.Equal([first.EvaluationId!.Value, other.EvaluationId!.Value], store.Jobs.RunIds);
        await using var db = await store.Databases.CreateDbContextAsync(TestContext.Current.CancellationToken);
        var stored = await db.Evaluations.SingleAsync(e => e.Id == first.EvaluationId, TestContext.Current.CancellationToken);
        Assert.Equal((run, dataset, 2, "h", "val,test", EvaluationState.Queued), (stored.RunId, stored.DatasetId, stored.DatasetVersion, stored.Fingerprint, stored.Splits, stored.State));
        Assert.Equal([Split.Validation, Split.Test], EvaluationQueue.ReadSplits(stored.Splits));
    }

    [Fact]
    public async Task The_runs_own_version_can_be_evaluated_when_the_folders_have_changed_since()
    {
        var old = await AddRunAsync(set: r => (r.DatasetVersion, r.Fingerprint) = (7, "seven"));

        var accepted = await queue.StartAsync(old, dataset, 7, EvaluationKind.Plain, CancellationToken.None);

        Assert.NotNull(accepted.EvaluationId);
        Assert.Contains("not known any more", (await queue.StartAsync(run, dataset, 7, EvaluationKind.Plain, CancellationToken.None)).Problem);
    }

    [Fact]
    public async Task What_cannot_be_evaluated_is_refused_with_a_reason()
    {
        Assert.Contains("no longer exists", await ProblemAsync(99));
        Assert.Contains("not finished", await ProblemAsync(await AddRunAsync(RunState.Running)));
        Assert.Contains("no weights", await ProblemAsync(await AddRunAsync(set: r => r.WeightsHash = null)));
        Assert.Contains("another version of the program", await ProblemAsync(await AddRunAsync(set: r => r.OptionsJson = "{")));
        Assert.Contains("learning rate", await ProblemAsync(await AddRunAsync(options: new TrainingOptions { Purpose = TrainingPurpose.FindLearningRate })));
        Assert.Contains("data set no longer exists", (await queue.StartAsync(run, 99, 1, EvaluationKind.Plain, CancellationToken.None)).Problem);
        Assert.Empty(store.Jobs.RunIds);
    }

    [Fact]
    public async Task Recovery_begins_again_what_was_left_and_gives_up_what_kills()
    {
        var ids = new List<int>();
        foreach (var (state, attempts) in new[] { (EvaluationState.Queued, 0), (EvaluationState.Running, 1), (EvaluationState.Running, EvaluationRecovery.MostAttempts), (EvaluationState.Completed, 1) })
        {
            await store.ChangeAsync(async db =>
            {
                var row = new Evaluation { RunId = run, DatasetId = dataset, DatasetVersion = 1, Fingerprint = "f", Splits = "test", State = state, Attempts = attempts };
                db.Evaluations.Add(row);
                await db.SaveChangesAsync();
                ids.Add(row.Id);
            });
        }

        var probe = new ShortcutProbe(store.Databases, queue, store.Live);
        await new EvaluationRecovery(store.Databases, queue, probe, TimeProvider.System).StartAsync(CancellationToken.None);

        Assert.Equal(ids[..2], store.Jobs.RunIds);
        await using var after = await store.Databases.CreateDbContextAsync(TestContext.Current.CancellationToken);
        var states = await after.Evaluations.OrderBy(e => e.Id).Select(e => e.State).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal([EvaluationState.Queued, EvaluationState.Queued, EvaluationState.Failed, EvaluationState.Completed], states);
    }

    [Fact]
    public async Task Evaluations_go_with_their_run()
    {
        await queue.StartAsync(run, dataset, 1, EvaluationKind.Plain, CancellationToken.None);

        await store.ChangeAsync(db => db.Runs.Where(r => r.Id == run).ExecuteDeleteAsync());

        await using var after = await store.Databases.CreateDbContextAsync(TestContext.Current.CancellationToken);
        Assert.False(await after.Evaluations.AnyAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_probe_of_a_run_without_a_data_set_says_why_not()
    {
        var orphan = await AddRunAsync(set: r => r.DatasetId = null);
        var probe = new ShortcutProbe(store.Databases, queue, store.Live);

        Assert.Contains("was removed", await probe.StartAsync(orphan, CancellationToken.None));
        Assert.Contains("no longer exists", await probe.StartAsync(999, CancellationToken.None));
    }

    private Task<int> AddRunAsync(RunState state = RunState.Completed, Action<Run>? set = null, TrainingOptions? options = null) => store.AddRunAsync(state: state, options: options, set: r =>
    {
        (r.DatasetId, r.DatasetVersion, r.WeightsHash) = (dataset, 1, new string('a', 64));
        set?.Invoke(r);
    });

    private async Task<string?> ProblemAsync(int id) => (await queue.StartAsync(id, dataset, 1, EvaluationKind.Plain, CancellationToken.None)).Problem;
}
