using FractureDashboard.Datasets;
using FractureDashboard.Jobs;
using FractureDashboard.Live;
using FractureDashboard.ML.Quality;
using FractureDashboard.Storage;
using FractureDashboard.Tests.Datasets;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Tests.Jobs;

public sealed class QualityQueueTests
{
    private readonly TaskCompletionSource stuck = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task A_data_set_is_scanned_once_at_a_time()
    {
        await using var room = await ScanRoom.CreateAsync();
        await room.StartAsync();

        var second = await room.Queue.StartAsync(room.Dataset.Id, CancellationToken.None);

        Assert.Null(second.ScanId);
        Assert.Contains("is being scanned already", second.Problem, StringComparison.Ordinal);
        Assert.Single(room.Room.QueuedScans);
    }

    [Fact]
    public async Task Of_two_requests_at_once_one_is_accepted()
    {
        await using var room = await ScanRoom.CreateAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => room.Queue.StartAsync(room.Dataset.Id, CancellationToken.None))));

        Assert.Single(results, r => r.ScanId is not null);
    }

    [Fact]
    public async Task A_data_set_that_is_not_ready_or_gone_is_refused()
    {
        await using var room = await ScanRoom.CreateAsync();
        Assert.True(await room.Room.Get<DatasetQueue>().ReindexAsync(room.Dataset.Id, CancellationToken.None));

        Assert.Contains("not ready", (await room.Queue.StartAsync(room.Dataset.Id, CancellationToken.None)).Problem, StringComparison.Ordinal);
        Assert.Contains("no longer exists", (await room.Queue.StartAsync(999, CancellationToken.None)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_waiting_scan_can_be_cancelled()
    {
        await using var room = await ScanRoom.CreateAsync();
        var id = await room.StartAsync();

        Assert.True(await room.Queue.CancelAsync(id, CancellationToken.None));
        await room.Room.ScanAsync();

        var scan = await room.FindAsync(id);
        Assert.Equal((ScanState.Canceled, "Cancelled before it started."), (scan.State, scan.StateReason));
        Assert.False(await room.Queue.CancelAsync(id, CancellationToken.None));
        Assert.False(await room.Queue.CancelAsync(999, CancellationToken.None));
    }

    [Fact]
    public async Task A_cancelled_scan_keeps_what_it_saw_and_the_next_goes_on_from_there()
    {
        await using var room = await ScanRoom.CreateAsync();
        room.Engine.Current = ScanRoom.StuckAfter(5, stuck);
        var id = await room.StartAsync();
        var work = room.Room.ScanAsync();
        await stuck.Task;

        Assert.True(await room.Queue.CancelAsync(id, CancellationToken.None));
        await work;

        var cancelled = await room.FindAsync(id);
        Assert.Equal(ScanState.Canceled, cancelled.State);
        Assert.Contains("Cancelled by a user", cancelled.StateReason, StringComparison.Ordinal);
        Assert.Equal(5, await room.ReadAsync(db => db.QualityFacts.CountAsync()));
        room.Engine.Current = ScanRoom.Files;
        var next = await room.ScanAsync();
        Assert.Equal((ScanState.Completed, 12, 5), (next.State, next.Files, next.Reused));
    }

    [Fact]
    public async Task What_is_seen_is_stored_while_the_scan_goes_on()
    {
        await using var room = await ScanRoom.CreateAsync();
        room.Engine.Current = ScanRoom.StuckAfter(5, stuck);
        var id = await room.StartAsync();
        var work = room.Room.ScanAsync();

        while (await room.ReadAsync(db => db.QualityFacts.CountAsync()) < 5)
        {
            Assert.False(work.IsCompleted);
            await Task.Delay(20);
        }

        await room.Queue.CancelAsync(id, CancellationToken.None);
        await work;
    }

    [Fact]
    public async Task A_server_that_stops_puts_the_scan_back()
    {
        await using var room = await ScanRoom.CreateAsync();
        room.Engine.Current = ScanRoom.StuckAfter(5, stuck);
        using var shutdown = new CancellationTokenSource();
        var id = await room.StartAsync();
        var work = room.Room.ScanAsync(shutdown.Token);
        await stuck.Task;

        await shutdown.CancelAsync();
        await work;

        Assert.Equal(ScanState.Queued, (await room.FindAsync(id)).State);
        room.Engine.Current = ScanRoom.Files;
        await RecoverAsync(room);
        await room.Room.ScanAsync();
        var scan = await room.FindAsync(id);
        Assert.Equal((ScanState.Completed, null, 5), (scan.State, scan.StateReason, scan.Reused));
    }

    [Fact]
    public async Task A_scan_that_took_the_process_down_twice_is_set_aside()
    {
        await using var room = await ScanRoom.CreateAsync();
        var id = await room.StartAsync();
        Assert.True(await TakeDownAsync(room));

        await RecoverAsync(room);
        Assert.Equal((ScanState.Queued, QualityRecovery.StoppedOnce), ((await room.FindAsync(id)).State, (await room.FindAsync(id)).StateReason));
        Assert.True(await TakeDownAsync(room));
        await RecoverAsync(room);

        var scan = await room.FindAsync(id);
        Assert.Equal(ScanState.Failed, scan.State);
        Assert.Contains("twice", scan.StateReason, StringComparison.Ordinal);
        Assert.NotNull(scan.FinishedUtc);

        // Once from the request, once from the first recovery.
        Assert.Equal([id, id], room.Room.QueuedScans);
    }

    [Fact]
    public async Task Removing_a_data_set_stops_its_scan_and_waits_for_it()
    {
        await using var room = await ScanRoom.CreateAsync();
        var left = false;
        room.Engine.Current = (request, facts, progress, found, ct) =>
        {
            try
            {
                return ScanRoom.StuckAfter(5, stuck)(request, facts, progress, found, ct);
            }
            finally
            {
                Volatile.Write(ref left, true);
            }
        };
        await room.StartAsync();
        var work = room.Room.ScanAsync();
        await stuck.Task;

        Assert.Null(await room.Room.Get<DatasetRemoval>().RemoveAsync(room.Dataset.Id, CancellationToken.None));

        Assert.True(Volatile.Read(ref left));
        await work;
        Assert.False(Directory.Exists(room.Room.Paths.ScanCache(room.Dataset.Id)));
        Assert.Equal((0, 0, 0), await room.ReadAsync(async db => (await db.QualityScans.CountAsync(), await db.QualityFacts.CountAsync(), await db.QualityFindings.CountAsync())));
    }

    [Fact]
    public async Task Pages_see_progress_and_findings_while_the_scan_goes_on()
    {
        await using var room = await ScanRoom.CreateAsync(root => TestImages.Write(root, "test/fractured/0.png", []));
        room.Engine.Current = ScanRoom.StuckAfter(5, stuck);
        using var subscription = room.Room.Get<LiveEvents>().Subscribe(Topics.Quality(room.Dataset.Id));
        var id = await room.StartAsync();
        var work = room.Room.ScanAsync();
        await stuck.Task;

        var view = room.Room.Get<QualityActivities>().Find(room.Dataset.Id)!;
        await foreach (var _ in subscription.ChangesAsync(TimeSpan.Zero))
        {
            break;
        }

        await room.Queue.CancelAsync(id, CancellationToken.None);
        await work;

        Assert.Equal(id, view.ScanId);
        Assert.NotNull(view.Progress);
        Assert.Contains(view.Newest, f => f.Rule == QualityRule.Empty);
        Assert.Equal(1, view.Counts[QualityRule.Empty]);
        Assert.Null(view.Remaining);
        Assert.Null(room.Room.Get<QualityActivities>().Find(room.Dataset.Id));
    }

    // What a process that dies in the middle leaves.
    private static Task<bool> TakeDownAsync(ScanRoom room) => room.ReadAsync(async db =>
        await db.QualityScans.Where(s => s.State == ScanState.Queued).ExecuteUpdateAsync(s => s.SetProperty(r => r.State, ScanState.Running)) == 1);

    private static Task RecoverAsync(ScanRoom room) => new QualityRecovery(
        room.Room.Get<IDbContextFactory<DashboardContext>>(), room.Queue, room.Room.Get<AutomaticScans>(), room.Room.Get<LiveEvents>(), TimeProvider.System)
        .StartAsync(CancellationToken.None);
}
