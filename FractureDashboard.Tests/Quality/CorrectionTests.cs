using FractureDashboard.Jobs;
using FractureDashboard.ML.Datasets;
using FractureDashboard.Storage;
using FractureDashboard.Tests.Datasets;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Tests.Quality;

public sealed class CorrectionTests
{
    private const string A = "train/fractured/a.png";

    [Fact]
    public async Task A_correction_counts_at_once_survives_indexing_and_moves_no_file()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var dataset = await room.AddTreeAsync();
        var scan = await room.AddScanAsync(dataset);
        var files = QualityRoom.Hashes(dataset.Root);

        Assert.Null(await room.Get<CorrectionService>().CorrectAsync(dataset.Id, [A], Split.Test, Label.NotFractured, "wrong label", CancellationToken.None));

        var corrected = await room.FindAsync(dataset.Id);
        Assert.Equal((DatasetState.Ready, 2), (corrected.State, corrected.Version));
        Assert.Equal(DatasetFingerprint.Compute((await room.ImagesAsync(dataset.Id)).Select(i => i.ToRecord())), corrected.Fingerprint);
        Assert.NotEqual(dataset.Fingerprint, corrected.Fingerprint);
        Assert.True((await room.ScanAsync(scan)).IsOutdated);

        // Same size and time, other bytes: whoever opened the file would see that it is no image any more.
        var path = Path.Combine(dataset.Root, A);
        var (modified, bytes) = (File.GetLastWriteTimeUtc(path), await File.ReadAllBytesAsync(path));
        await File.WriteAllBytesAsync(path, new byte[bytes.Length]);
        File.SetLastWriteTimeUtc(path, modified);
        TestImages.Write(dataset.Root, "train/fractured/new.png", TestImages.Png(230));
        var indexed = await room.ReindexAsync(dataset.Id);
        await File.WriteAllBytesAsync(path, bytes);

        Assert.Equal((13, 3), (indexed.ImageCount, indexed.Version));
        Assert.Equal((Split.Test, Label.NotFractured), await PlaceAsync(room, dataset, A));
        Assert.Equal((Split.Train, Label.Fractured), await PlaceAsync(room, dataset, "train/fractured/new.png"));
        Assert.Equal(files.Keys, QualityRoom.Hashes(dataset.Root).Keys.Where(k => k != "train/fractured/new.png"));
        await using var db = await room.OpenAsync();
        Assert.Equal(["Folders as found", "Folders as corrected", "Folders as changed"], await db.DatasetVersions.OrderBy(v => v.Number).Select(v => v.Name).ToListAsync());
    }

    [Fact]
    public async Task An_undone_correction_leaves_what_the_folders_say()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var dataset = await room.AddTreeAsync();
        var service = room.Get<CorrectionService>();
        await service.CorrectAsync(dataset.Id, [A, "train/fractured/b.png"], null, Label.NotFractured, "first", CancellationToken.None);
        await service.CorrectAsync(dataset.Id, [A], Split.Validation, null, "second", CancellationToken.None);
        Assert.Equal((Split.Validation, Label.NotFractured), await PlaceAsync(room, dataset, A));

        var counting = (await service.ListAsync(dataset.Id, CancellationToken.None)).Where(c => c.UndoneUtc is null).ToList();
        Assert.Equal(["second", "first"], counting.Select(c => c.Reason));
        Assert.Equal((Split.Train, Label.Fractured), (counting[0].FolderSplit, counting[0].FolderLabel));
        Assert.Null(await service.UndoAsync(dataset.Id, [.. counting.Select(c => c.Id)], CancellationToken.None));

        Assert.Equal((Split.Train, Label.Fractured), await PlaceAsync(room, dataset, A));
        Assert.Equal(dataset.Fingerprint, (await room.FindAsync(dataset.Id)).Fingerprint);
        Assert.Equal(3, (await service.ListAsync(dataset.Id, CancellationToken.None)).Count(c => c.UndoneUtc is not null));
        Assert.Equal(dataset.Fingerprint, (await room.ReindexAsync(dataset.Id)).Fingerprint);
    }

    [Fact]
    public async Task A_correction_back_to_the_folder_is_an_undo()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var dataset = await room.AddTreeAsync();
        var service = room.Get<CorrectionService>();
        await service.CorrectAsync(dataset.Id, [A], Split.Test, null, "there", CancellationToken.None);

        Assert.Null(await service.CorrectAsync(dataset.Id, [A], Split.Train, Label.Fractured, "and back", CancellationToken.None));

        Assert.NotNull(Assert.Single(await service.ListAsync(dataset.Id, CancellationToken.None)).UndoneUtc);
        Assert.Contains("Nothing was changed", await service.CorrectAsync(dataset.Id, [A], Split.Train, null, "again", CancellationToken.None), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_correction_waits_in_quarantine_with_its_file()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var dataset = await room.AddTreeAsync();
        var service = room.Get<CorrectionService>();
        var quarantine = room.Get<QuarantineService>();
        await service.CorrectAsync(dataset.Id, [A], Split.Test, null, "there", CancellationToken.None);
        await quarantine.PutAsideAsync(dataset.Id, [A], "why", CancellationToken.None);
        await room.WorkAsync();

        await quarantine.RestoreAsync(dataset.Id, null, CancellationToken.None);
        await room.WorkAsync();

        Assert.Equal((Split.Test, Label.Fractured), await PlaceAsync(room, dataset, A));
    }

    [Fact]
    public async Task What_cannot_be_corrected_is_explained_and_nothing_is_changed()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var dataset = await room.AddTreeAsync();
        var service = room.Get<CorrectionService>();

        Assert.Contains("not in the index", await service.CorrectAsync(dataset.Id, [A, "x.png"], Split.Test, null, "why", CancellationToken.None), StringComparison.Ordinal);
        Assert.Contains("reason", await service.CorrectAsync(dataset.Id, [A], Split.Test, null, "", CancellationToken.None), StringComparison.Ordinal);
        await room.ChangeAsync(db => db.Datasets.ExecuteUpdateAsync(s => s.SetProperty(d => d.State, DatasetState.Working)));
        Assert.Contains("being prepared", await service.CorrectAsync(dataset.Id, [A], Split.Test, null, "why", CancellationToken.None), StringComparison.Ordinal);

        Assert.Equal((Split.Train, Label.Fractured), await PlaceAsync(room, dataset, A));
        Assert.Equal(1, (await room.FindAsync(dataset.Id)).Version);
    }

    private static async Task<(Split, Label)> PlaceAsync(DatasetRoom room, Dataset dataset, string path)
    {
        var image = (await room.ImagesAsync(dataset.Id)).Single(i => i.RelativePath == path);
        return (image.Split, image.Label);
    }
}
