using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Tests.Datasets;

public sealed class DatasetIndexTests
{
    [Fact]
    public async Task A_folder_with_unfractured_and_six_formats_is_indexed()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var folder = Path.Combine(room.Folder, "set");
        string[] formats = ["jpg", "png", "gif", "webp", "tif", "bmp"];
        for (var i = 0; i < formats.Length; i++)
        {
            // A wrong suffix on purpose: the format is told by the content.
            TestImages.Write(folder, $"Train/unfractured/{formats[i]}.img", TestImages.Of(formats[i], 20 + i));
            TestImages.Write(folder, $"valid/Fractured/{formats[i]}.jpeg", TestImages.Of(formats[i], 40 + i));
        }

        var dataset = await room.AddFolderAsync(folder);
        var images = await room.ImagesAsync(dataset.Id);

        Assert.Equal((DatasetState.Ready, null, 12, 0, 1), (dataset.State, dataset.StateReason, dataset.ImageCount, dataset.SkippedCount, dataset.Version));
        Assert.Equal(DatasetKind.Folder, dataset.Kind);
        Assert.False(dataset.OwnsFiles);
        Assert.Equal(images.Sum(i => i.Bytes), dataset.TotalBytes);
        Assert.Equal(6, images.Count(i => i is { Split: Split.Train, Label: Label.NotFractured }));
        Assert.Equal(6, images.Count(i => i is { Split: Split.Validation, Label: Label.Fractured }));
        Assert.Equal(
            [ImageFormat.Bmp, ImageFormat.Gif, ImageFormat.Jpeg, ImageFormat.Png, ImageFormat.Tiff, ImageFormat.WebP],
            images.Select(i => i.Format).Distinct().OrderBy(f => f.ToString(), StringComparer.Ordinal));
    }

    [Fact]
    public async Task Unchanged_files_are_not_read_again_and_keep_their_rows()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var folder = TestImages.Tree(Path.Combine(room.Folder, "set"));
        var first = await room.AddFolderAsync(folder);
        var before = await room.ImagesAsync(first.Id);

        // Same size and time, other bytes: whoever opened the file would see that it is no image any more.
        var path = Path.Combine(folder, "train/fractured/a.png");
        var modified = File.GetLastWriteTimeUtc(path);
        await File.WriteAllBytesAsync(path, new byte[new FileInfo(path).Length]);
        File.SetLastWriteTimeUtc(path, modified);
        var second = await room.ReindexAsync(first.Id);

        Assert.Equal((DatasetState.Ready, 1, first.Fingerprint), (second.State, second.Version, second.Fingerprint));
        Assert.Equivalent(before, await room.ImagesAsync(first.Id), strict: true);
    }

    [Fact]
    public async Task Changed_added_and_removed_files_change_their_rows_only_and_make_a_version()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var folder = TestImages.Tree(Path.Combine(room.Folder, "set"));
        var first = await room.AddFolderAsync(folder);
        var before = (await room.ImagesAsync(first.Id)).ToDictionary(i => i.RelativePath, StringComparer.Ordinal);

        TestImages.Write(folder, "train/fractured/a.png", TestImages.Of("jpg", 200));
        TestImages.Write(folder, "train/fractured/new.png", TestImages.Png(201));
        File.Delete(Path.Combine(folder, "test/unfractured/b.png"));
        var second = await room.ReindexAsync(first.Id);
        var after = (await room.ImagesAsync(first.Id)).ToDictionary(i => i.RelativePath, StringComparer.Ordinal);

        Assert.Equal((2, 12), (second.Version, second.ImageCount));
        Assert.NotEqual(first.Fingerprint, second.Fingerprint);
        Assert.Equal(ImageFormat.Jpeg, after["train/fractured/a.png"].Format);
        Assert.Equal(before["train/fractured/a.png"].Id, after["train/fractured/a.png"].Id);
        Assert.DoesNotContain("test/unfractured/b.png", after.Keys);
        Assert.Contains("train/fractured/new.png", after.Keys);
        Assert.Equivalent(before["train/fractured/b.png"], after["train/fractured/b.png"], strict: true);

        await using var db = await room.OpenAsync();
        var versions = await db.DatasetVersions.OrderBy(v => v.Number).ToListAsync();
        Assert.Equal([(1, first.Fingerprint), (2, second.Fingerprint)], versions.Select(v => (v.Number, v.Fingerprint)));
    }

    [Fact]
    public async Task A_touched_file_with_the_same_content_keeps_the_version()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var folder = TestImages.Tree(Path.Combine(room.Folder, "set"));
        var first = await room.AddFolderAsync(folder);
        var touched = DateTime.UtcNow.AddMinutes(5);
        File.SetLastWriteTimeUtc(Path.Combine(folder, "train/fractured/a.png"), touched);

        var second = await room.ReindexAsync(first.Id);

        Assert.Equal((1, first.Fingerprint), (second.Version, second.Fingerprint));
        var row = Assert.Single(await room.ImagesAsync(first.Id), i => i.RelativePath == "train/fractured/a.png");
        Assert.Equal(touched, row.ModifiedUtc, TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task Skipped_files_are_stored_with_reasons_and_forgotten_once_corrected()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var folder = TestImages.Tree(Path.Combine(room.Folder, "set"));
        TestImages.Write(folder, "train/fractured/notes.png", "hello"u8.ToArray());
        TestImages.Write(folder, "train/loose.png", TestImages.Png(99));

        var first = await room.AddFolderAsync(folder);
        var skipped = await room.SkippedAsync(first.Id);
        File.Delete(Path.Combine(folder, "train/fractured/notes.png"));
        File.Delete(Path.Combine(folder, "train/loose.png"));
        var second = await room.ReindexAsync(first.Id);

        Assert.Equal((12, 2), (first.ImageCount, first.SkippedCount));
        Assert.Equal(["train/fractured/notes.png", "train/loose.png"], skipped.Select(s => s.RelativePath));
        Assert.All(skipped, s => Assert.NotEmpty(s.Reason));
        Assert.Equal((12, 0, 1), (second.ImageCount, second.SkippedCount, second.Version));
        Assert.Empty(await room.SkippedAsync(first.Id));
    }

    [Fact]
    public async Task A_failed_reindex_keeps_the_index_and_says_why()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var folder = TestImages.Tree(Path.Combine(room.Folder, "set"));
        var first = await room.AddFolderAsync(folder);
        Directory.Move(folder, folder + "-gone");

        var second = await room.ReindexAsync(first.Id);

        Assert.Equal((DatasetState.Ready, 1, 12, first.Fingerprint), (second.State, second.Version, second.ImageCount, second.Fingerprint));
        Assert.Contains("does not exist", second.StateReason, StringComparison.Ordinal);
        Assert.Contains("version 1 is kept", second.StateReason, StringComparison.Ordinal);
        Assert.Equal(12, (await room.ImagesAsync(first.Id)).Count);

        Directory.Move(folder + "-gone", folder);
        Assert.Null((await room.ReindexAsync(first.Id)).StateReason);
    }

    [Fact]
    public async Task A_first_index_without_images_fails_and_lists_what_it_skipped()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var folder = Path.Combine(room.Folder, "set");
        TestImages.Write(folder, "train/fractured/a.png", "no image"u8.ToArray());

        var dataset = await room.AddFolderAsync(folder);

        Assert.Equal((DatasetState.Failed, 0, 1), (dataset.State, dataset.Version, dataset.SkippedCount));
        Assert.Contains("No usable image", dataset.StateReason, StringComparison.Ordinal);
        Assert.Single(await room.SkippedAsync(dataset.Id));
    }

    [Fact]
    public async Task Work_stopped_by_a_shutdown_waits_for_the_next_start()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var folder = TestImages.Tree(Path.Combine(room.Folder, "set"));
        var id = (await room.Registry.AddFolderAsync("Set", folder, CancellationToken.None)).Id!.Value;

        await room.WorkAsync(new CancellationToken(canceled: true));

        Assert.Equal(DatasetState.Pending, (await room.FindAsync(id)).State);
        Assert.Empty(await room.ImagesAsync(id));
    }
}
