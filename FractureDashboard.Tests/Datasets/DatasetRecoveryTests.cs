using FractureDashboard.Datasets;
using FractureDashboard.Jobs;
using FractureDashboard.Live;
using FractureDashboard.Shell;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace FractureDashboard.Tests.Datasets;

public sealed class DatasetRecoveryTests
{
    [Fact]
    public async Task What_was_left_unfinished_is_queued_again_and_finished()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var folder = TestImages.Tree(Path.Combine(room.Folder, "set"));
        var id = await AddAsync(room, folder, DatasetState.Working);

        await RecoverAsync(room);
        Assert.Equal([id], room.Queued);
        Assert.Equal(DatasetState.Pending, (await room.FindAsync(id)).State);
        await room.WorkAsync();

        var dataset = await room.FindAsync(id);
        Assert.Equal((DatasetState.Ready, null, 12), (dataset.State, dataset.StateReason, dataset.ImageCount));
    }

    [Fact]
    public async Task Work_that_ended_the_process_twice_is_set_aside()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var id = await AddAsync(room, "/nowhere", DatasetState.Working);

        await RecoverAsync(room);
        await using (var db = await room.OpenAsync())
        {
            await db.Datasets.ExecuteUpdateAsync(s => s.SetProperty(d => d.State, DatasetState.Working));
        }

        await RecoverAsync(room);

        var dataset = await room.FindAsync(id);
        Assert.Equal(DatasetState.Failed, dataset.State);
        Assert.Contains("twice", dataset.StateReason, StringComparison.Ordinal);
        Assert.Single(room.Queued);
    }

    [Fact]
    public async Task Uploads_that_belong_to_no_set_are_deleted()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var orphan = TestImages.Write(room.Paths.Temporary, "dataset-orphan.zip", [1]);
        var wanted = TestImages.Write(room.Paths.Temporary, "dataset-wanted.zip", [1]);
        var other = TestImages.Write(room.Paths.Temporary, "upload-of-another-room", [1]);
        await AddAsync(room, Path.Combine(room.Paths.Datasets, "x"), DatasetState.Pending, DatasetSource.Zip(wanted, isUpload: true));

        await RecoverAsync(room);

        Assert.Equal((false, true, true), (File.Exists(orphan), File.Exists(wanted), File.Exists(other)));
    }

    [Fact]
    public async Task The_demo_set_is_offered_once()
    {
        await using var room = await DatasetRoom.CreateAsync();

        await StartDemoAsync(room);
        await room.WorkAsync();
        await using var db = await room.OpenAsync();
        var demo = await db.Datasets.AsNoTracking().SingleAsync();
        await room.Get<DatasetRemoval>().RemoveAsync(demo.Id, CancellationToken.None);
        await StartDemoAsync(room);

        Assert.Equal((DemoDataset.Name, DatasetKind.Synthetic, 6), (demo.Name, demo.Kind, demo.ImageCount));
        Assert.False(await db.Datasets.AnyAsync());
    }

    private static Task StartDemoAsync(DatasetRoom room) => new DemoDataset(
        new ServeOptions(0, room.Paths.Root, DemoImages: 6),
        room.Get<IDbContextFactory<DashboardContext>>(),
        room.Paths,
        room.Registry,
        NullLogger<DemoDataset>.Instance).StartAsync(CancellationToken.None);

    private static Task RecoverAsync(DatasetRoom room) => new DatasetRecovery(
        room.Get<IDbContextFactory<DashboardContext>>(), room.Paths, room.Get<DatasetQueue>(), room.Get<LiveEvents>()).StartAsync(CancellationToken.None);

    private static async Task<int> AddAsync(DatasetRoom room, string root, DatasetState state, DatasetSource? source = null)
    {
        await using var db = await room.OpenAsync();
        var dataset = new Dataset { Name = "Set", Root = root, State = state, OwnsFiles = source is not null, SourceJson = source?.ToJson(), CreatedUtc = DateTime.UtcNow };
        db.Datasets.Add(dataset);
        await db.SaveChangesAsync();
        return dataset.Id;
    }
}
