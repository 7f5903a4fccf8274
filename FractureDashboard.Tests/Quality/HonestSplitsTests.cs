using FractureDashboard.Jobs;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Quality;
using FractureDashboard.Storage;
using FractureDashboard.Tests.Datasets;

namespace FractureDashboard.Tests.Quality;

public sealed class HonestSplitsTests
{
    private static readonly HonestSplitRequest Request = new(new SplitShares(0.5, 0.25, 0.25), 1, OneOfEachHeldOutSource: false, DropExactCopies: false);

    [Fact]
    public async Task The_preview_sets_both_splits_side_by_side()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var dataset = await LeakingSetAsync(room);

        var preview = await room.Get<HonestSplits>().PreviewAsync(dataset.Id, Request with { DropExactCopies = true, OneOfEachHeldOutSource = true }, CancellationToken.None);

        Assert.Null(preview.Problem);
        Assert.Null(preview.Note);

        // Each of eight radiographs a class: one file in train, its copy in test, another view of it in validation; and one in validation and test only.
        var before = preview.Before!;
        Assert.Equal((50, 34, 16, 32, 17, 17), (before.Images, before.Leakage.HeldOut, before.Leakage.WithTwin, before.Leakage.WithSource, before.Leakage.SourcesAcrossSplits, before.Leakage.Sources));
        Assert.Equal(8, before.Tallies.Single(t => t is { Split: Split.Train, Label: Label.Fractured }).Sources);

        var after = preview.After!;
        Assert.Equal((0, 0, 0), (after.Leakage.WithTwin, after.Leakage.WithSource, after.Leakage.SourcesAcrossSplits));
        Assert.Equal(6, after.Tallies.Count);
        Assert.Equal(50 - after.Images, preview.LeftOut.Sum(l => l.Images));
        Assert.Equal(3, preview.LeftOut.Count);
        Assert.Equal(2, preview.LeftOut.Single(l => l.Why.StartsWith("Identical files in both classes", StringComparison.Ordinal)).Images);
        Assert.All(after.Tallies.Where(t => t.Split != Split.Train), t => Assert.Equal(t.Sources, t.Images));
    }

    [Fact]
    public async Task A_version_is_a_list_of_images_and_leaves_the_folders_the_version_they_are()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var dataset = await LeakingSetAsync(room);
        var splits = room.Get<HonestSplits>();
        var versions = room.Get<DatasetVersions>();

        var made = await splits.CreateAsync(dataset.Id, Request, CancellationToken.None);
        var again = await splits.CreateAsync(dataset.Id, Request, CancellationToken.None);
        var other = await splits.CreateAsync(dataset.Id, Request with { Seed = 2 }, CancellationToken.None);

        Assert.Equal((new HonestSplitResult(2, null), new HonestSplitResult(2, null), new HonestSplitResult(3, null)), (made, again, other));
        Assert.Equal((1, dataset.Fingerprint), await room.FindAsync(dataset.Id) is var d ? (d.Version, d.Fingerprint) : default);
        var images = await versions.LoadAsync(dataset.Id, 2, CancellationToken.None);
        Assert.Equal(50, images.Count);
        Assert.Equal(0, SplitLeakage.Of(images).SourcesAcrossSplits);
        Assert.All(images, i => Assert.NotNull(i.Group));
        Assert.Equal(17, images.Select(i => i.Group).Distinct().Count());
        var listed = await versions.ListAsync(dataset.Id, CancellationToken.None);
        Assert.Equal([3, 2, 1], listed.Select(v => v.Number));
        Assert.Equal("Honest split (seed 1, 50/25/25)", listed[1].Name);
        Assert.Equal((DatasetFingerprint.Compute(images), false, true), (listed[1].Fingerprint, listed[1].IsCurrent, listed[1].CanBeUsed));
        Assert.True(listed[2].IsCurrent);
    }

    [Fact]
    public async Task The_folders_next_version_takes_the_next_free_number_and_what_is_gone_leaves_the_list()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var dataset = await LeakingSetAsync(room);
        var versions = room.Get<DatasetVersions>();
        await room.Get<HonestSplits>().CreateAsync(dataset.Id, Request, CancellationToken.None);

        File.Delete(Path.Combine(dataset.Root, "train/fractured/0.png"));
        TestImages.Write(dataset.Root, "train/fractured/1.png", TestImages.Of("jpg", 250));
        var changed = await room.ReindexAsync(dataset.Id);

        Assert.Equal(3, changed.Version);
        Assert.Equal(48, (await versions.LoadAsync(dataset.Id, 2, CancellationToken.None)).Count);
        Assert.Equal(49, (await versions.LoadAsync(dataset.Id, 3, CancellationToken.None)).Count);
        Assert.Empty(await versions.LoadAsync(dataset.Id, 1, CancellationToken.None));
        Assert.False((await versions.ListAsync(dataset.Id, CancellationToken.None)).Single(v => v.Number == 1).CanBeUsed);
        var preview = await room.Get<HonestSplits>().PreviewAsync(dataset.Id, Request, CancellationToken.None);
        Assert.StartsWith("1 image", preview.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_split_is_explained()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var dataset = await room.AddTreeAsync();
        var splits = room.Get<HonestSplits>();

        var unscanned = await splits.PreviewAsync(dataset.Id, Request, CancellationToken.None);
        Assert.Contains("Scan the data set first", unscanned.Problem, StringComparison.Ordinal);
        Assert.Equal(12, unscanned.Before!.Images);
        await room.AddSourcesAsync(dataset, i => $"{i.Label} {i.Split == Split.Train}");
        Assert.Contains("has only 2 sources", (await splits.PreviewAsync(dataset.Id, Request, CancellationToken.None)).Problem, StringComparison.Ordinal);
        Assert.Contains("has only 2 sources", (await splits.CreateAsync(dataset.Id, Request, CancellationToken.None)).Problem, StringComparison.Ordinal);
        Assert.Contains("share above 0", (await splits.CreateAsync(dataset.Id, Request with { Shares = new(1, 0, 0) }, CancellationToken.None)).Problem, StringComparison.Ordinal);
        Assert.Contains("removed", (await splits.PreviewAsync(99, Request, CancellationToken.None)).Problem, StringComparison.Ordinal);
        Assert.Single(await room.Get<DatasetVersions>().ListAsync(dataset.Id, CancellationToken.None));
    }

    [Fact]
    public async Task Only_a_made_version_that_no_run_names_is_renamed_or_deleted()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var dataset = await LeakingSetAsync(room);
        var versions = room.Get<DatasetVersions>();
        await room.Get<HonestSplits>().CreateAsync(dataset.Id, Request, CancellationToken.None);
        await room.Get<HonestSplits>().CreateAsync(dataset.Id, Request with { Seed = 2 }, CancellationToken.None);
        await room.ChangeAsync(db =>
        {
            var run = TestRuns.Of(dataset, "Mine", RunState.Completed);
            run.DatasetVersion = 2;
            db.Runs.Add(run);
            return Task.CompletedTask;
        });

        Assert.Null(await versions.RenameAsync(dataset.Id, 2, " Fair ", CancellationToken.None));
        Assert.Contains("1 to 120", await versions.RenameAsync(dataset.Id, 2, " ", CancellationToken.None), StringComparison.Ordinal);
        Assert.Contains("Only a version that was made", await versions.RenameAsync(dataset.Id, 1, "x", CancellationToken.None), StringComparison.Ordinal);
        Assert.Contains("the run 'Mine'", await versions.DeleteAsync(dataset.Id, 2, CancellationToken.None), StringComparison.Ordinal);
        Assert.Contains("Only a version that was made", await versions.DeleteAsync(dataset.Id, 1, CancellationToken.None), StringComparison.Ordinal);
        Assert.Null(await versions.DeleteAsync(dataset.Id, 3, CancellationToken.None));

        var left = await versions.ListAsync(dataset.Id, CancellationToken.None);
        Assert.Equal([(2, "Fair", 1), (1, "Folders as found", 0)], left.Select(v => (v.Number, v.Name, v.Runs)));

        // The number is free, but a run that named it would not be told from a new one: it is not given to the folders while 2 is there.
        Assert.Equal(3, (await room.Get<HonestSplits>().CreateAsync(dataset.Id, Request with { Seed = 3 }, CancellationToken.None)).Version);
    }

    /// <summary>
    /// Eight radiographs a class, each with a file in train, its copy in test and another view in validation; and one content
    /// with both labels.
    /// </summary>
    private static async Task<Dataset> LeakingSetAsync(DatasetRoom room)
    {
        var folder = Path.Combine(room.Folder, "set");
        for (var i = 0; i < 16; i++)
        {
            var (label, shade) = (i < 8 ? "fractured" : "normal", 3 * (i + 1));
            TestImages.Write(folder, $"train/{label}/{i}.png", TestImages.Png(shade));
            TestImages.Write(folder, $"test/{label}/{i}-copy.png", TestImages.Png(shade));
            TestImages.Write(folder, $"val/{label}/{i}-view.png", TestImages.Png(shade + 1));
        }

        TestImages.Write(folder, "val/fractured/both.png", TestImages.Png(200));
        TestImages.Write(folder, "test/normal/both.png", TestImages.Png(200));
        var dataset = await room.AddFolderAsync(folder);
        await room.AddSourcesAsync(dataset, i => Path.GetFileName(i.RelativePath).Split('-', '.')[0]);
        return dataset;
    }
}
