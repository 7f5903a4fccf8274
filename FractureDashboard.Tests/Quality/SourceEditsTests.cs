using FractureDashboard.Jobs;
using FractureDashboard.Storage;
using FractureDashboard.Tests.Datasets;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Tests.Quality;

public sealed class SourceEditsTests
{
    [Fact]
    public async Task Sources_are_joined_under_the_first_name_and_kept_by_hand()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var (dataset, scan) = await PrepareAsync(room);

        Assert.Null(await room.Get<SourceEdits>().MergeAsync(dataset.Id, ["val", "train"], CancellationToken.None));

        var sources = await SourcesAsync(room, dataset);
        Assert.Equal(8, sources.Count(s => s is { Source: "val", ByHand: true, Confidence: 1 }));
        Assert.Equal(4, sources.Count(s => s is { Source: "test", ByHand: false }));
        Assert.True((await room.ScanAsync(scan)).IsOutdated);
    }

    [Fact]
    public async Task Images_are_taken_out_into_a_source_of_their_own_and_both_are_kept_by_hand()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var (dataset, scan) = await PrepareAsync(room);
        var edits = room.Get<SourceEdits>();
        string[] chosen = [.. (await SourcesAsync(room, dataset)).Where(s => s.Source == "train").Take(2).Select(s => s.ContentHash)];

        Assert.Null(await edits.SplitOffAsync(dataset.Id, chosen, CancellationToken.None));

        var sources = await SourcesAsync(room, dataset);
        var name = Assert.Single(sources.Where(s => chosen.Contains(s.ContentHash)).Select(s => s.Source).Distinct());
        Assert.DoesNotContain(name, (string[])["train", "val", "test"]);
        Assert.Equal(2, sources.Count(s => s is { Source: "train", ByHand: true }));
        Assert.Equal(4, sources.Count(s => s.ByHand));
        Assert.True((await room.ScanAsync(scan)).IsOutdated);

        // One more out of what was taken out: three sources now, whatever the names.
        Assert.Null(await edits.SplitOffAsync(dataset.Id, [chosen[0]], CancellationToken.None));
        Assert.Equal(5, (await SourcesAsync(room, dataset)).Select(s => s.Source).Distinct().Count());

        await edits.ResetAsync(dataset.Id, CancellationToken.None);
        Assert.All(await SourcesAsync(room, dataset), s => Assert.False(s.ByHand));
    }

    [Fact]
    public async Task What_makes_no_sense_is_explained_and_changes_nothing()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var (dataset, scan) = await PrepareAsync(room);
        var edits = room.Get<SourceEdits>();
        var before = await SourcesAsync(room, dataset);
        string[] all = [.. before.Where(s => s.Source == "test").Select(s => s.ContentHash)];

        Assert.Contains("two sources", await edits.MergeAsync(dataset.Id, ["train", "train"], CancellationToken.None), StringComparison.Ordinal);
        Assert.Contains("no longer there", await edits.MergeAsync(dataset.Id, ["train", "gone"], CancellationToken.None), StringComparison.Ordinal);
        Assert.Contains("Choose fewer", await edits.SplitOffAsync(dataset.Id, all, CancellationToken.None), StringComparison.Ordinal);
        Assert.Contains("Choose the images", await edits.SplitOffAsync(dataset.Id, [], CancellationToken.None), StringComparison.Ordinal);
        Assert.Contains("scan the data set", await edits.SplitOffAsync(dataset.Id, ["unknown"], CancellationToken.None), StringComparison.Ordinal);

        Assert.Equivalent(before, await SourcesAsync(room, dataset), strict: true);
        Assert.False((await room.ScanAsync(scan)).IsOutdated);
    }

    private static async Task<(Dataset Dataset, int Scan)> PrepareAsync(DatasetRoom room)
    {
        var dataset = await room.AddTreeAsync();
        await room.AddSourcesAsync(dataset, i => i.RelativePath.StartsWith("train", StringComparison.Ordinal) ? "train" : i.RelativePath.StartsWith("val", StringComparison.Ordinal) ? "val" : "test");
        return (dataset, await room.AddScanAsync(dataset));
    }

    private static async Task<List<ImageSource>> SourcesAsync(DatasetRoom room, Dataset dataset)
    {
        await using var db = await room.OpenAsync();
        return await db.ImageSources.AsNoTracking().Where(s => s.DatasetId == dataset.Id).OrderBy(s => s.ContentHash).ToListAsync();
    }
}
