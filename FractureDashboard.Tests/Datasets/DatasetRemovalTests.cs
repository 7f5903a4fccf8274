using FractureDashboard.Datasets;
using FractureDashboard.Jobs;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Preprocessing;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Tests.Datasets;

public sealed class DatasetRemovalTests
{
    [Fact]
    public async Task A_users_folder_stays_and_the_plan_says_so()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var folder = TestImages.Tree(Path.Combine(room.Folder, "set"));
        var dataset = await room.AddFolderAsync(folder);
        var removal = room.Get<DatasetRemoval>();

        var plan = await removal.PlanAsync(dataset.Id, CancellationToken.None);
        var problem = await removal.RemoveAsync(dataset.Id, CancellationToken.None);

        Assert.Equal((folder, null, 12), (plan!.UserFolder, plan.OwnFolder, plan.Images));
        Assert.Null(problem);
        Assert.Equal(12, Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Count());
        await using var db = await room.OpenAsync();
        Assert.Equal((0, 0, 0), (await db.Datasets.CountAsync(), await db.Images.CountAsync(), await db.DatasetVersions.CountAsync()));
    }

    [Fact]
    public async Task Our_own_files_go_with_the_set()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var id = (await room.Registry.AddPhantomAsync("Phantom", new PhantomOptions(6, 1, 64), CancellationToken.None)).Id!.Value;
        await room.WorkAsync();
        var root = (await room.FindAsync(id)).Root;
        var removal = room.Get<DatasetRemoval>();

        var plan = await removal.PlanAsync(id, CancellationToken.None);
        await removal.RemoveAsync(id, CancellationToken.None);

        Assert.Equal((root, null), (plan!.OwnFolder, plan.UserFolder));
        Assert.False(Directory.Exists(root));
        Assert.True(Directory.Exists(room.Paths.Datasets));
    }

    [Fact]
    public async Task Thumbnails_go_unless_another_set_shows_the_same_image()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var one = Path.Combine(room.Folder, "one");
        TestImages.Write(one, "train/fractured/shared.png", TestImages.Png(1));
        TestImages.Write(one, "train/fractured/own.png", TestImages.Png(2));
        var two = Path.Combine(room.Folder, "two");
        TestImages.Write(two, "train/fractured/copy.png", TestImages.Png(1));
        var first = await room.AddFolderAsync(one, "One");
        var second = await room.AddFolderAsync(two, "Two");
        var hashes = (await room.ImagesAsync(first.Id)).ToDictionary(i => i.RelativePath, i => i.ContentHash, StringComparer.Ordinal);
        var own = Thumbnail(room, hashes["train/fractured/own.png"]);
        var shared = Thumbnail(room, hashes["train/fractured/shared.png"]);
        var withOwn = await DecodeAsync(room, first.Id, one);
        var sharedOnly = await DecodeAsync(room, second.Id, two);

        await room.Get<DatasetRemoval>().RemoveAsync(first.Id, CancellationToken.None);

        Assert.False(File.Exists(own));
        Assert.True(File.Exists(shared));
        Assert.All(withOwn, f => Assert.False(File.Exists(f)));
        Assert.All(sharedOnly, f => Assert.True(File.Exists(f)));
    }

    // The files of a tensor cache of the whole set.
    private static async Task<string[]> DecodeAsync(DatasetRoom room, int datasetId, string root)
    {
        var before = Directory.GetFiles(room.Paths.Cache);
        var images = (await room.ImagesAsync(datasetId)).Select(i => i.ToRecord()).ToList();
        new TensorCacheBuilder(new ImageDecoder()).Open(room.Paths.Cache, root, images, 32, PreprocessingOptions.Notebook, (_, _) => { }, CancellationToken.None).Dispose();
        var made = Directory.GetFiles(room.Paths.Cache).Except(before).ToArray();
        Assert.Equal(2, made.Length);
        return made;
    }

    [Theory]
    [InlineData(RunState.Queued, false)]
    [InlineData(RunState.Running, false)]
    [InlineData(RunState.Completed, true)]
    [InlineData(RunState.Interrupted, true)]
    public async Task A_set_in_use_is_not_removed_and_finished_runs_survive_it(RunState state, bool removed)
    {
        await using var room = await DatasetRoom.CreateAsync();
        var dataset = await room.AddFolderAsync(TestImages.Tree(Path.Combine(room.Folder, "set")));
        await using (var db = await room.OpenAsync())
        {
            db.Runs.Add(TestRuns.Of(dataset, "Baseline", state));
            await db.SaveChangesAsync();
        }

        var problem = await room.Get<DatasetRemoval>().RemoveAsync(dataset.Id, CancellationToken.None);

        await using var after = await room.OpenAsync();
        var run = await after.Runs.SingleAsync();
        Assert.Equal(removed, problem is null);
        Assert.Equal(removed ? null : dataset.Id, run.DatasetId);
        Assert.Equal("Set", run.DatasetName);
        Assert.Equal(removed ? 0 : 12, await after.Images.CountAsync());
    }

    [Fact]
    public async Task Removing_a_set_stops_the_work_on_it_and_leaves_nothing()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var id = (await room.Registry.AddPhantomAsync("Large", new PhantomOptions(4000, 1, 256), CancellationToken.None)).Id!.Value;
        var work = Task.Run(() => room.WorkAsync());
        while (room.Get<DatasetActivities>().Find(id) is not { Phase: DatasetPhase.Drawing, Done: > 0 })
        {
            Assert.False(work.IsCompleted);
            await Task.Delay(10);
        }

        await room.Get<DatasetRemoval>().RemoveAsync(id, CancellationToken.None);
        await work;

        await using var db = await room.OpenAsync();
        Assert.Equal((0, 0), (await db.Datasets.CountAsync(), await db.Images.CountAsync()));
        Assert.Empty(Directory.EnumerateFileSystemEntries(room.Paths.Datasets));
    }

    private static string Thumbnail(DatasetRoom room, string hash) => TestImages.Write(room.Paths.Thumbnails, $"{hash[..2]}/{hash}.webp", [1]);
}
