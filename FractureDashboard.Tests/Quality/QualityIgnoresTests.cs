using FractureDashboard.Jobs;
using FractureDashboard.ML.Quality;
using FractureDashboard.Tests.Datasets;

namespace FractureDashboard.Tests.Quality;

public sealed class QualityIgnoresTests
{
    [Fact]
    public async Task Counts_follow_what_is_ignored_and_what_is_not_any_more()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var dataset = await room.AddTreeAsync();
        var old = await room.AddScanAsync(dataset, (QualityRule.Truncated, QualitySeverity.Error, "a"));
        var scan = await room.AddScanAsync(
            dataset,
            (QualityRule.Truncated, QualitySeverity.Error, "a"),
            (QualityRule.Damaged, QualitySeverity.Error, "a"),
            (QualityRule.Truncated, QualitySeverity.Error, "b"),
            (QualityRule.Blurred, QualitySeverity.Warning, "a"),
            (QualityRule.Alpha, QualitySeverity.Info, "a"));
        var ignores = room.Get<QualityIgnores>();

        Assert.Null(await ignores.IgnoreAsync(dataset.Id, QualityRule.Truncated, ["a", "b", "a"], "fine", CancellationToken.None));
        Assert.Null(await ignores.IgnoreAsync(dataset.Id, QualityRule.Blurred, ["a"], "sharp enough", CancellationToken.None));

        Assert.Equal((1, 0, 1), await CountsAsync(room, scan));
        Assert.Equal((1, 0, 0), await CountsAsync(room, old));
        var listed = await ignores.ListAsync(dataset.Id, CancellationToken.None);
        Assert.Equal([(QualityRule.Blurred, "a"), (QualityRule.Truncated, "b"), (QualityRule.Truncated, "a")], listed.Select(i => (i.Rule, i.RelativePath)));

        await ignores.RestoreAsync([listed[1].Id, 999], CancellationToken.None);
        Assert.Equal((2, 0, 1), await CountsAsync(room, scan));
        await ignores.RestoreAsync([.. listed.Select(i => i.Id)], CancellationToken.None);
        Assert.Equal((3, 1, 1), await CountsAsync(room, scan));
    }

    [Fact]
    public async Task Said_twice_the_newer_reason_counts()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var dataset = await room.AddTreeAsync();
        var ignores = room.Get<QualityIgnores>();

        await ignores.IgnoreAsync(dataset.Id, QualityRule.Blank, ["a"], "first", CancellationToken.None);
        await ignores.IgnoreAsync(dataset.Id, QualityRule.Blank, ["a"], " second ", CancellationToken.None);

        Assert.Equal("second", Assert.Single(await ignores.ListAsync(dataset.Id, CancellationToken.None)).Reason);
        Assert.Contains("reason", await ignores.IgnoreAsync(dataset.Id, QualityRule.Blank, ["a"], "  ", CancellationToken.None), StringComparison.Ordinal);
        Assert.Contains("removed", await ignores.IgnoreAsync(99, QualityRule.Blank, ["a"], "why", CancellationToken.None), StringComparison.Ordinal);
    }

    private static async Task<(int, int, int)> CountsAsync(DatasetRoom room, int scanId)
    {
        var scan = await room.ScanAsync(scanId);
        return (scan.Errors, scan.Warnings, scan.Infos);
    }
}
