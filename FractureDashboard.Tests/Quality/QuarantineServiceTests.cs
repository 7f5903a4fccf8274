using FractureDashboard.Datasets;
using FractureDashboard.Jobs;
using FractureDashboard.Live;
using FractureDashboard.ML.Quality;
using FractureDashboard.Storage;
using FractureDashboard.Tests.Datasets;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace FractureDashboard.Tests.Quality;

public sealed class QuarantineServiceTests
{
    private const string A = "train/fractured/a.png";
    private const string B = "test/unfractured/b.png";

    [Fact]
    public async Task Files_leave_the_index_and_come_back_to_the_byte()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var dataset = await room.AddTreeAsync();
        var note = TestImages.Write(dataset.Root, "train/fractured/notes.txt", "no image"u8.ToArray());
        await room.ReindexAsync(dataset.Id);
        var scan = await room.AddScanAsync(dataset);
        var before = QualityRoom.Hashes(dataset.Root);
        var service = room.Get<QuarantineService>();
        using var woken = room.Get<LiveEvents>().Subscribe(Topics.Datasets);

        var aside = await service.PutAsideAsync(dataset.Id, [A, B, "train/fractured/notes.txt"], " broken ", CancellationToken.None);

        Assert.Empty(aside.Problems);
        Assert.Equal([A, B, "train/fractured/notes.txt"], (await service.FilesAsync(dataset.Id, CancellationToken.None)).Select(f => f.RelativePath));
        Assert.All(aside.Moved, f => Assert.Equal(("broken", before[f.RelativePath]), (f.Reason, f.ContentHash)));
        Assert.False(File.Exists(note));
        Assert.Equal([dataset.Id], room.Queued);
        Assert.True((await room.ScanAsync(scan)).IsOutdated);
        await room.WorkAsync();
        var without = await room.FindAsync(dataset.Id);
        Assert.Equal((DatasetState.Ready, 10, 0, 2), (without.State, without.ImageCount, without.SkippedCount, without.Version));
        Assert.NotEqual(dataset.Fingerprint, without.Fingerprint);
        Assert.DoesNotContain(await room.ImagesAsync(dataset.Id), i => i.RelativePath is A or B);

        var one = await service.RestoreAsync(dataset.Id, new HashSet<Guid> { aside.Moved[0].Id }, CancellationToken.None);
        await room.WorkAsync();
        Assert.Equal(A, Assert.Single(one.Moved).RelativePath);
        Assert.Equal(11, (await room.FindAsync(dataset.Id)).ImageCount);

        Assert.Empty((await service.RestoreAsync(dataset.Id, null, CancellationToken.None)).Problems);
        await room.WorkAsync();
        var again = await room.FindAsync(dataset.Id);
        Assert.Equal((12, 1, dataset.Fingerprint), (again.ImageCount, again.SkippedCount, again.Fingerprint));
        Assert.Equal(before, QualityRoom.Hashes(dataset.Root));
        Assert.Empty(await service.FilesAsync(dataset.Id, CancellationToken.None));
    }

    [Fact]
    public async Task What_cannot_be_moved_stays_and_is_named_and_nothing_is_indexed_for_it()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var dataset = await room.AddTreeAsync();
        TestImages.Write(dataset.Root, A, TestImages.Png(222));

        var result = await room.Get<QuarantineService>().PutAsideAsync(dataset.Id, [A, "train/fractured/gone.png", "../outside.png"], "why", CancellationToken.None);

        Assert.Empty(result.Moved);
        Assert.Equal(["../outside.png", A, "train/fractured/gone.png"], result.Problems.Select(p => p.RelativePath).Order(StringComparer.Ordinal));
        Assert.Contains("changed since", result.Problems.Single(p => p.RelativePath == A).Problem, StringComparison.Ordinal);
        Assert.Empty(room.Queued);
        Assert.Equal(DatasetState.Ready, (await room.FindAsync(dataset.Id)).State);
    }

    [Fact]
    public async Task A_place_taken_meanwhile_is_not_overwritten()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var dataset = await room.AddTreeAsync();
        var service = room.Get<QuarantineService>();
        await service.PutAsideAsync(dataset.Id, [A], "why", CancellationToken.None);
        await room.WorkAsync();
        var other = TestImages.Png(201);
        TestImages.Write(dataset.Root, A, other);

        var result = await service.RestoreAsync(dataset.Id, null, CancellationToken.None);

        Assert.Contains("Another file lies in its place", Assert.Single(result.Problems).Problem, StringComparison.Ordinal);
        Assert.Equal(other, await File.ReadAllBytesAsync(Path.Combine(dataset.Root, A)));
        Assert.Single(await service.FilesAsync(dataset.Id, CancellationToken.None));
    }

    [Theory]
    [InlineData(DatasetState.Pending)]
    [InlineData(DatasetState.Working)]
    public async Task Nothing_is_moved_while_others_work_on_the_files(DatasetState state)
    {
        await using var room = await DatasetRoom.CreateAsync();
        var dataset = await room.AddTreeAsync();
        await room.ChangeAsync(db => db.Datasets.ExecuteUpdateAsync(s => s.SetProperty(d => d.State, state)));

        var result = await room.Get<QuarantineService>().PutAsideAsync(dataset.Id, [A], "why", CancellationToken.None);

        Assert.Contains("being prepared", Assert.Single(result.Problems).Problem, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(dataset.Root, A)));
        Assert.Equal(state, (await room.FindAsync(dataset.Id)).State);
    }

    [Fact]
    public async Task A_scan_at_work_is_stopped_first_and_started_again_when_nothing_was_moved()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var dataset = await room.AddTreeAsync();
        var scans = room.Get<QualityQueue>();
        var service = room.Get<QuarantineService>();
        var first = (await scans.StartAsync(dataset.Id, CancellationToken.None)).ScanId!.Value;

        Assert.Empty((await service.PutAsideAsync(dataset.Id, ["train/fractured/gone.png"], "why", CancellationToken.None)).Moved);
        Assert.Equal(ScanState.Canceled, (await room.ScanAsync(first)).State);
        var second = await room.ScanAsync(first + 1);
        Assert.Equal(ScanState.Queued, second.State);

        Assert.Single((await service.PutAsideAsync(dataset.Id, [A], "why", CancellationToken.None)).Moved);
        Assert.Equal(ScanState.Canceled, (await room.ScanAsync(second.Id)).State);
        Assert.Equal(DatasetState.Pending, (await room.FindAsync(dataset.Id)).State);
    }

    [Fact]
    public async Task A_set_is_never_emptied_and_a_reason_is_asked_for()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var dataset = await room.AddTreeAsync();
        var service = room.Get<QuarantineService>();
        string[] all = [.. (await room.ImagesAsync(dataset.Id)).Select(i => i.RelativePath)];

        Assert.Contains("no image", Assert.Single((await service.PutAsideAsync(dataset.Id, all, "why", CancellationToken.None)).Problems).Problem, StringComparison.Ordinal);
        Assert.Contains("reason", Assert.Single((await service.PutAsideAsync(dataset.Id, [A], " ", CancellationToken.None)).Problems).Problem, StringComparison.Ordinal);
        Assert.Contains("removed", Assert.Single((await service.PutAsideAsync(99, [A], "why", CancellationToken.None)).Problems).Problem, StringComparison.Ordinal);
        Assert.Equal(12, QualityRoom.Hashes(dataset.Root).Count);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_explained_and_left_as_it_was()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix permissions.");
        await using var room = await DatasetRoom.CreateAsync();
        var dataset = await room.AddTreeAsync();

        // A file of that name is in the way for whoever may write everywhere, too.
        await File.WriteAllTextAsync(Path.Combine(dataset.Root, Quarantine.FolderName), "in the way");

        var result = await room.Get<QuarantineService>().PutAsideAsync(dataset.Id, [A], "why", CancellationToken.None);

        Assert.Contains("the right to write there", Assert.Single(result.Problems).Problem, StringComparison.Ordinal);
        await room.WorkAsync();
        var after = await room.FindAsync(dataset.Id);
        Assert.Equal((DatasetState.Ready, 12, 1), (after.State, after.ImageCount, after.Version));
    }

    [Fact]
    public async Task A_start_ends_the_moves_that_a_crash_interrupted()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var dataset = await room.AddTreeAsync();
        var service = room.Get<QuarantineService>();
        var moved = (await service.PutAsideAsync(dataset.Id, [A, B], "why", CancellationToken.None)).Moved;
        await room.WorkAsync();

        // Back to the middle of the move: the intention is written, one of two files has moved.
        var journal = Path.Combine(dataset.Root, Quarantine.FolderName, "journal.jsonl");
        await File.WriteAllLinesAsync(journal, (await File.ReadAllLinesAsync(journal)).Take(2));
        File.Move(new Quarantine(dataset.Root, TimeProvider.System).Aside(moved[1]), Path.Combine(dataset.Root, B));

        await new QuarantineRecovery(
            room.Get<IDbContextFactory<DashboardContext>>(), room.Get<DatasetQueue>(), TimeProvider.System, NullLogger<QuarantineRecovery>.Instance).StartAsync(CancellationToken.None);

        Assert.Equal([dataset.Id], room.Queued);
        Assert.Equal([A, B], (await service.FilesAsync(dataset.Id, CancellationToken.None)).Select(f => f.RelativePath));
        Assert.False(File.Exists(Path.Combine(dataset.Root, B)));
        await room.WorkAsync();
        await service.RestoreAsync(dataset.Id, null, CancellationToken.None);
        Assert.Equal(12, QualityRoom.Hashes(dataset.Root).Count);
    }

    [Fact]
    public async Task A_users_files_in_quarantine_have_to_be_put_back_or_left_knowingly()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var dataset = await room.AddTreeAsync();
        var removal = room.Get<DatasetRemoval>();
        await room.Get<QuarantineService>().PutAsideAsync(dataset.Id, [A], "why", CancellationToken.None);
        await room.WorkAsync();

        var plan = await removal.PlanAsync(dataset.Id, CancellationToken.None);
        var refused = await removal.RemoveAsync(dataset.Id, CancellationToken.None);
        Assert.Equal((true, 1), (plan!.StrandsFiles, plan.Quarantined));
        Assert.Contains("Put them back first", refused, StringComparison.Ordinal);
        Assert.Equal(12 - 1, (await room.FindAsync(dataset.Id)).ImageCount);

        Assert.Null(await removal.RemoveAsync(dataset.Id, CancellationToken.None, leavesQuarantined: true));
        var added = await room.AddFolderAsync(dataset.Root, "Again");
        Assert.Equal(11, added.ImageCount);
        Assert.Empty((await room.Get<QuarantineService>().RestoreAsync(added.Id, null, CancellationToken.None)).Problems);
        Assert.Equal(12, QualityRoom.Hashes(dataset.Root).Count);
        Assert.Null(await removal.RemoveAsync(added.Id, CancellationToken.None));
    }

    [Fact]
    public async Task Neither_an_indexing_nor_an_archive_brings_in_what_was_put_aside()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var folder = TestImages.Tree(Path.Combine(room.Folder, "set"));
        TestImages.Write(folder, $"{Quarantine.FolderName}/train/fractured/c.png", TestImages.Png(99));
        TestImages.Write(folder, $"train/{Quarantine.FolderName}/fractured/c.png", TestImages.Png(98));

        var dataset = await room.AddFolderAsync(folder);
        var zip = TestImages.Write(room.Folder, "set.zip", TestImages.Zip(
            ("train/fractured/a.png", TestImages.Png(1)), ($"{Quarantine.FolderName}/files/0.png", TestImages.Png(2)), ($"{Quarantine.FolderName}/journal.jsonl", "{}"u8.ToArray())));
        var archived = (await room.Registry.AddZipAsync("Zip", zip, CancellationToken.None)).Id!.Value;
        await room.WorkAsync();

        Assert.Equal((12, 0), (dataset.ImageCount, dataset.SkippedCount));
        var unpacked = await room.FindAsync(archived);
        Assert.Equal((1, 0), (unpacked.ImageCount, unpacked.SkippedCount));
        Assert.False(Directory.Exists(Path.Combine(unpacked.Root, Quarantine.FolderName)));
    }

    [Fact]
    public async Task Two_requests_at_once_move_every_file_once()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var dataset = await room.AddTreeAsync();
        var service = room.Get<QuarantineService>();

        var results = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => service.PutAsideAsync(dataset.Id, [A], "why", CancellationToken.None))));

        Assert.Single(results, r => r.Moved.Count == 1);
        Assert.All(results.Where(r => r.Moved.Count == 0), r => Assert.NotEmpty(r.Problems));
        Assert.Single(await service.FilesAsync(dataset.Id, CancellationToken.None));
    }
}
