using FractureDashboard.Jobs;
using FractureDashboard.Storage;
using FractureDashboard.Tests.Datasets;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Tests.Jobs;

public sealed class AutomaticScanTests
{
    [Fact]
    public async Task A_new_data_set_is_scanned_without_being_asked()
    {
        await using var room = await ScanRoom.CreateAsync(automatic: true);

        Assert.Single(room.Room.QueuedScans);
        await room.Room.ScanAsync();
        Assert.Equal(ScanState.Completed, (await room.ReadAsync(db => db.QualityScans.SingleAsync())).State);
    }

    [Fact]
    public async Task The_option_leaves_it_to_the_user()
    {
        await using var room = await ScanRoom.CreateAsync(automatic: false);
        await room.Room.Get<AutomaticScans>().CatchUpAsync(CancellationToken.None);

        Assert.Empty(room.Room.QueuedScans);
    }

    [Fact]
    public async Task Indexing_again_without_a_change_starts_no_scan()
    {
        await using var room = await ScanRoom.CreateAsync(automatic: true);
        await room.Room.ScanAsync();

        await room.Room.ReindexAsync(room.Dataset.Id);

        Assert.Empty(room.Room.QueuedScans);
    }

    [Theory]
    [InlineData("train/fractured/new.png", true)]
    [InlineData("train/fractured/note.txt", false)]
    public async Task A_new_file_starts_a_scan_even_when_it_is_no_image(string path, bool image)
    {
        await using var room = await ScanRoom.CreateAsync(automatic: true);
        await room.Room.ScanAsync();
        room.Write(path, image ? TestImages.Png(222) : "text"u8.ToArray());

        await room.Room.ReindexAsync(room.Dataset.Id);

        Assert.Single(room.Room.QueuedScans);
    }

    [Fact]
    public async Task An_outdated_scan_is_repeated_when_the_data_set_is_indexed()
    {
        await using var room = await ScanRoom.CreateAsync(automatic: true);
        await room.Room.ScanAsync();
        await room.ReadAsync(db => db.QualityScans.ExecuteUpdateAsync(s => s.SetProperty(r => r.IsOutdated, true)));

        await room.Room.ReindexAsync(room.Dataset.Id);
        Assert.Single(room.Room.QueuedScans);
        await room.Room.ScanAsync();

        Assert.False((await room.ReadAsync(db => db.QualityScans.OrderBy(s => s.Id).LastAsync())).IsOutdated);
    }

    [Fact]
    public async Task A_scan_that_an_indexing_overtook_is_outdated_and_followed_by_another()
    {
        await using var room = await ScanRoom.CreateAsync(automatic: true);
        var indexed = new TaskCompletionSource();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        room.Engine.Current = (request, facts, progress, found, ct) =>
        {
            begun.TrySetResult();
            SpinWait.SpinUntil(() => indexed.Task.IsCompleted);
            return ScanRoom.Files(request, facts, progress, found, ct);
        };
        var work = room.Room.ScanAsync();
        await begun.Task;
        room.Write("train/fractured/new.png", TestImages.Png(222));
        await room.Room.ReindexAsync(room.Dataset.Id);
        indexed.SetResult();

        await work;

        var scans = await room.ReadAsync(db => db.QualityScans.AsNoTracking().OrderBy(s => s.Id).ToListAsync());
        Assert.Equal([(true, 12), (false, 13)], scans.Select(s => (s.IsOutdated, s.Files)));
        Assert.Empty(room.Room.QueuedScans);
    }

    [Fact]
    public async Task Data_sets_that_were_never_scanned_are_caught_up_with_at_start()
    {
        await using var room = await ScanRoom.CreateAsync(automatic: true);
        await room.ReadAsync(db => db.QualityScans.ExecuteDeleteAsync());

        await room.Room.Get<AutomaticScans>().CatchUpAsync(CancellationToken.None);
        await room.Room.Get<AutomaticScans>().CatchUpAsync(CancellationToken.None);

        Assert.Equal(1, await room.ReadAsync(db => db.QualityScans.CountAsync()));
    }
}
