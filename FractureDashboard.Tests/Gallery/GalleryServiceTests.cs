using FractureDashboard.Gallery;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.Storage;

namespace FractureDashboard.Tests.Gallery;

public sealed class GalleryServiceTests : IAsyncLifetime
{
    private GalleryDatabase database = null!;
    private GalleryService gallery = null!;
    private Dataset set = null!;

    public async ValueTask InitializeAsync()
    {
        database = await GalleryDatabase.CreateAsync();
        gallery = new GalleryService(database.Factory);

        // Stored in an order that no listing has; equal sizes, so that ties show.
        set = await database.AddDatasetAsync(
        [
            GalleryDatabase.Image("val/fractured/f.png", Split.Validation, Label.Fractured, bytes: 20, width: 10, content: "same"),
            GalleryDatabase.Image("train/normal/B_1.jpg", Split.Train, Label.NotFractured, bytes: 30, width: 5, format: ImageFormat.Jpeg),
            GalleryDatabase.Image("test/normal/h.png", Split.Test, Label.NotFractured, bytes: 20, width: 10),
            GalleryDatabase.Image("train/fractured/c%2.png", Split.Train, Label.Fractured, bytes: 20, width: 20, content: "same"),
            GalleryDatabase.Image("train/normal/a1.png", Split.Train, Label.NotFractured, bytes: 10, width: 10),
            GalleryDatabase.Image("test/fractured/i\\4.png", Split.Test, Label.Fractured, bytes: 40, width: 5, content: "same"),
            GalleryDatabase.Image("train/fractured/e.png", Split.Train, Label.Fractured, bytes: 10, width: 20),
        ]);
        await database.AddDatasetAsync([GalleryDatabase.Image("train/normal/a1.png", content: "same")], "another");
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Theory]
    [InlineData(GallerySort.Folder, "B_1.jpg a1.png c%2.png e.png f.png h.png i\\4.png")]
    [InlineData(GallerySort.Path, "i\\4.png h.png c%2.png e.png B_1.jpg a1.png f.png")]
    [InlineData(GallerySort.PathDescending, "f.png a1.png B_1.jpg e.png c%2.png h.png i\\4.png")]
    [InlineData(GallerySort.LargestFile, "i\\4.png B_1.jpg h.png c%2.png f.png e.png a1.png")]
    [InlineData(GallerySort.SmallestFile, "e.png a1.png h.png c%2.png f.png B_1.jpg i\\4.png")]
    [InlineData(GallerySort.MostPixels, "c%2.png e.png h.png a1.png f.png i\\4.png B_1.jpg")]
    [InlineData(GallerySort.FewestPixels, "i\\4.png B_1.jpg h.png a1.png f.png c%2.png e.png")]
    public async Task Every_order_is_total_and_the_viewer_walks_it_from_end_to_end(GallerySort sort, string expected)
    {
        var query = new GalleryQuery(Sort: sort);
        var listed = await gallery.ListAsync(set.Id, query, 0, 100, default);
        Assert.Equal(expected.Split(' '), listed.Select(i => i.FileName));

        for (var i = 0; i < listed.Count; i++)
        {
            var found = await gallery.FindAsync(set.Id, listed[i].Id, query, default);
            Assert.Equal(i + 1, found!.Position);
            Assert.Equal(listed.Count, found.Total);
            Assert.Equal(i == 0 ? null : listed[i - 1].Id, found.PreviousId);
            Assert.Equal(i == listed.Count - 1 ? null : listed[i + 1].Id, found.NextId);
            Assert.Equal(i, await gallery.PositionAsync(set.Id, listed[i].Id, query, default));
            Assert.Equal(listed[i].Id, Assert.Single(await gallery.ListAsync(set.Id, query, i, 1, default)).Id);
        }
    }

    [Theory]
    [InlineData("train", null, null, "", "B_1.jpg a1.png c%2.png e.png")]
    [InlineData(null, "fractured", null, "", "c%2.png e.png f.png i\\4.png")]
    [InlineData("test", "not-fractured", null, "", "h.png")]
    [InlineData(null, null, "jpeg", "", "B_1.jpg")]
    [InlineData(null, null, null, "NORMAL/A", "a1.png")]
    [InlineData(null, null, null, "%", "c%2.png")]
    [InlineData(null, null, null, "_", "B_1.jpg")]
    [InlineData(null, null, null, "\\", "i\\4.png")]
    [InlineData(null, null, null, "' OR 1=1 --", "")]
    [InlineData("train", "fractured", "png", "e", "c%2.png e.png")]
    public async Task A_filter_lists_and_counts_what_it_says(string? split, string? label, string? format, string text, string expected)
    {
        var query = GalleryQuery.Parse(split, label, format, text, null);
        var names = expected.Length == 0 ? [] : expected.Split(' ');

        Assert.Equal(names, (await gallery.ListAsync(set.Id, query, 0, 100, default)).Select(i => i.FileName));
        Assert.Equal(names.Length, await gallery.CountAsync(set.Id, query, default));
    }

    [Fact]
    public async Task An_image_outside_the_filter_is_found_without_a_place_in_it()
    {
        var train = (await gallery.ListAsync(set.Id, new GalleryQuery(Split.Train), 0, 1, default))[0];

        var found = await gallery.FindAsync(set.Id, train.Id, new GalleryQuery(Split.Test), default);

        Assert.Equal((0, 2), (found!.Position, found.Total));
        Assert.Null(found.PreviousId);
        Assert.Null(found.NextId);
        Assert.Equal(-1, await gallery.PositionAsync(set.Id, train.Id, new GalleryQuery(Split.Test), default));
    }

    [Fact]
    public async Task An_image_of_another_data_set_is_not_found()
    {
        var image = (await gallery.ListAsync(set.Id, new GalleryQuery(), 0, 1, default))[0];

        Assert.Null(await gallery.FindAsync(set.Id + 1, image.Id, new GalleryQuery(), default));
        Assert.Null(await gallery.FindAsync(set.Id, 999_999, new GalleryQuery(), default));
    }

    [Fact]
    public async Task Twins_are_those_of_the_same_data_set_with_train_first()
    {
        var test = (await gallery.ListAsync(set.Id, new GalleryQuery(Split.Test, Label.Fractured), 0, 1, default))[0];

        var found = await gallery.FindAsync(set.Id, test.Id, new GalleryQuery(), default);

        Assert.True(found!.IsLeaked);
        Assert.Equal((1, 1), (found.Twins.InTrain, found.Twins.HeldOut));
        Assert.Equal([Split.Train, Split.Validation], found.Twins.Shown.Select(t => t.Split));
    }

    [Fact]
    public async Task Statistics_count_copies_and_what_training_has_seen()
    {
        var statistics = await new GalleryStatistics(database.Factory).ReadAsync(set, default);

        Assert.Equal((7, 5, 2), (statistics.Total, statistics.DistinctContents, statistics.Copies));
        Assert.Equal([new HeldOutTwins(Split.Validation, 1, 1), new HeldOutTwins(Split.Test, 2, 1)], statistics.HeldOut);
        Assert.Equal((3, 2), (statistics.HeldOutTotal, statistics.HeldOutInTrain));
        Assert.Equal(2, statistics.Count(Split.Train, Label.Fractured));
        Assert.Equal(4.0 / 3, statistics.Imbalance(null)!.Value, 12);
        Assert.Null(statistics.Imbalance(Split.Validation));
        Assert.Equal([new FormatCount(ImageFormat.Png, 2, 4), new FormatCount(ImageFormat.Jpeg, 1, 0)], statistics.Formats);
        Assert.Equal(3, statistics.DistinctSizes);
        Assert.Equal(7, statistics.LongerSides.Sum(b => b.NotFractured + b.Fractured));
    }

    [Fact]
    public async Task Statistics_are_counted_anew_after_an_indexing()
    {
        var reader = new GalleryStatistics(database.Factory);
        Assert.Equal(7, (await reader.ReadAsync(set, default)).Total);
        await using (var db = await database.Factory.CreateDbContextAsync())
        {
            var added = GalleryDatabase.Image("train/normal/new.png");
            added.DatasetId = set.Id;
            db.Images.Add(added);
            await db.SaveChangesAsync();
        }

        Assert.Equal(7, (await reader.ReadAsync(set, default)).Total);
        set.IndexedUtc = set.IndexedUtc!.Value.AddMinutes(1);
        Assert.Equal(8, (await reader.ReadAsync(set, default)).Total);
    }
}
