using FractureDashboard.Jobs;
using FractureDashboard.ML.Datasets;
using FractureDashboard.Storage;

namespace FractureDashboard.Tests.Datasets;

public sealed class DatasetFilesTests
{
    private static readonly PhantomOptions Small = new(Images: 12, Seed: 3, Size: 64);

    [Fact]
    public async Task A_synthetic_set_is_drawn_indexed_and_marked()
    {
        await using var room = await DatasetRoom.CreateAsync();

        var id = (await room.Registry.AddPhantomAsync("Phantom", Small, CancellationToken.None)).Id!.Value;
        var waiting = await room.FindAsync(id);
        await room.WorkAsync();
        var dataset = await room.FindAsync(id);

        Assert.Equal((DatasetState.Pending, DatasetKind.Synthetic), (waiting.State, waiting.Kind));
        Assert.Equal((DatasetState.Ready, DatasetKind.Synthetic, true, 12), (dataset.State, dataset.Kind, dataset.OwnsFiles, dataset.ImageCount));
        Assert.Null(dataset.SourceJson);
        Assert.StartsWith(room.Paths.Datasets, dataset.Root, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_synthetic_set_that_lost_its_manifest_stays_synthetic()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var folder = Path.Combine(room.Folder, "phantom");
        PhantomGenerator.Generate(folder, Small, null, CancellationToken.None);
        var first = await room.AddFolderAsync(folder);
        File.Delete(Path.Combine(folder, PhantomManifest.FileName));

        var second = await room.ReindexAsync(first.Id);

        Assert.Equal(DatasetKind.Synthetic, first.Kind);
        Assert.Equal(DatasetKind.Synthetic, second.Kind);
    }

    [Fact]
    public async Task An_archive_with_wrapping_folders_is_unpacked_and_what_was_left_out_is_remembered()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var zip = TestImages.Write(room.Folder, "set.zip", TestImages.Zip(
            ("wrap/inner/train/fractured/a.png", TestImages.Png(1)),
            ("wrap/inner/test/unfractured/b.png", TestImages.Png(2)),
            ("wrap/inner/test/unfractured/readme.txt", "text"u8.ToArray())));

        var id = (await room.Registry.AddZipAsync("Zip", zip, CancellationToken.None)).Id!.Value;
        await room.WorkAsync();
        var first = await room.FindAsync(id);
        var second = await room.ReindexAsync(id);

        Assert.Equal((DatasetState.Ready, 2, 1, true), (first.State, first.ImageCount, first.SkippedCount, first.OwnsFiles));
        Assert.EndsWith(Path.Combine("wrap", "inner"), first.Root, StringComparison.Ordinal);
        Assert.Equal((1, 1), (second.SkippedCount, second.Version));
        Assert.StartsWith(DatasetIndexStore.LeftOutPrefix, Assert.Single(await room.SkippedAsync(id)).Reason, StringComparison.Ordinal);
        Assert.True(File.Exists(zip));
    }

    [Fact]
    public async Task An_archive_of_a_synthetic_set_is_synthetic()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var zip = TestImages.Write(room.Folder, "set.zip", TestImages.Zip(
            ("p/train/fractured/a.png", TestImages.Png(1)), ("p/phantom.json", "{}"u8.ToArray())));

        var id = (await room.Registry.AddZipAsync("Zip", zip, CancellationToken.None)).Id!.Value;
        await room.WorkAsync();

        Assert.Equal(DatasetKind.Synthetic, (await room.FindAsync(id)).Kind);
    }

    [Fact]
    public async Task An_archive_whose_split_folder_holds_no_class_fails_with_a_reason()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var zip = TestImages.Write(room.Folder, "set.zip", TestImages.Zip(("train/a.png", TestImages.Png(1))));

        var id = (await room.Registry.AddZipAsync("Zip", zip, CancellationToken.None)).Id!.Value;
        await room.WorkAsync();
        var dataset = await room.FindAsync(id);

        Assert.Equal(DatasetState.Failed, dataset.State);
        Assert.Contains("No usable image", dataset.StateReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_that_an_earlier_process_finished_are_not_made_again()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var id = (await room.Registry.AddPhantomAsync("Phantom", Small, CancellationToken.None)).Id!.Value;
        var root = (await room.FindAsync(id)).Root;
        PhantomGenerator.Generate(root, Small, null, CancellationToken.None);
        Directory.CreateDirectory(root + ".partial-0");

        await room.WorkAsync();

        Assert.Equal(DatasetState.Ready, (await room.FindAsync(id)).State);
        Assert.False(Directory.Exists(root + ".partial-0"));
    }

    [Theory]
    [InlineData("datasets/abc", "datasets/abc")]
    [InlineData("datasets/abc/wrap/inner", "datasets/abc")]
    [InlineData("datasets", null)]
    [InlineData("elsewhere/abc", null)]
    [InlineData("datasets/../runs", null)]
    public async Task Only_folders_below_our_own_are_ours(string root, string? expected)
    {
        await using var room = await DatasetRoom.CreateAsync();

        var folder = room.Get<DatasetFiles>().OwnFolder(Path.GetFullPath(Path.Combine(room.Paths.Root, root)));

        Assert.Equal(expected is null ? null : Path.Combine(room.Paths.Root, expected), folder);
    }
}
