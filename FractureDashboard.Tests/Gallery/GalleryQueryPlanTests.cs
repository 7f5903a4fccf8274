using FractureDashboard.Gallery;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.Storage;

namespace FractureDashboard.Tests.Gallery;

/// <summary>What SQLite does for a query does not depend on the rows, as it has no statistics of them: a few suffice.</summary>
public sealed class GalleryQueryPlanTests : IAsyncLifetime
{
    private GalleryDatabase database = null!;
    private QueryRecorder recorder = null!;
    private Dataset set = null!;
    private int image;

    public static TheoryData<GalleryQuery> InIndexOrder { get; } =
    [
        new GalleryQuery(),
        new GalleryQuery(Split.Test),
        new GalleryQuery(Split.Test, Label.Fractured),
        new GalleryQuery(Label: Label.Fractured),
        new GalleryQuery(Format: ImageFormat.Png),
        new GalleryQuery(Text: "wrist"),
        new GalleryQuery(Split.Train, Label.NotFractured, ImageFormat.Jpeg, "wrist"),
        new GalleryQuery(Sort: GallerySort.Path),
        new GalleryQuery(Sort: GallerySort.PathDescending),
    ];

    public async ValueTask InitializeAsync()
    {
        database = await GalleryDatabase.CreateAsync();
        set = await database.AddDatasetAsync([GalleryDatabase.Image("train/a.png"), GalleryDatabase.Image("test/b.png", Split.Test, content: "train/a.png")]);
        recorder = new QueryRecorder(database.Paths.Database);
        image = (await new GalleryService(recorder).ListAsync(set.Id, new GalleryQuery(), 0, 1, default))[0].Id;
        recorder.Clear();
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Theory]
    [MemberData(nameof(InIndexOrder))]
    public async Task A_page_is_read_from_an_index_without_sorting(GalleryQuery query)
    {
        await new GalleryService(recorder).ListAsync(set.Id, query, 60, 60, default);

        var plan = Assert.Single(await recorder.PlansAsync());
        Assert.Contains("USING INDEX", plan);
        Assert.DoesNotContain("SCAN", plan);
        Assert.DoesNotContain("TEMP B-TREE", plan);
    }

    [Theory]
    [MemberData(nameof(InIndexOrder))]
    public async Task A_count_searches_an_index(GalleryQuery query)
    {
        await new GalleryService(recorder).CountAsync(set.Id, query, default);

        var plan = Assert.Single(await recorder.PlansAsync());
        Assert.Contains("INDEX", plan);
        Assert.DoesNotContain("SCAN", plan);
    }

    [Fact]
    public async Task The_viewer_sorts_nothing_but_the_few_twins_and_finds_those_by_hash()
    {
        await new GalleryService(recorder).FindAsync(set.Id, image, new GalleryQuery(), default);

        var plans = await recorder.PlansAsync();
        Assert.DoesNotContain(plans, p => p.Contains("SCAN i", StringComparison.Ordinal));
        Assert.Equal(2, plans.Count(p => p.Contains("IX_Images_DatasetId_ContentHash (DatasetId=? AND ContentHash=?)", StringComparison.Ordinal)));
        Assert.All(plans, p => Assert.True(!p.Contains("TEMP B-TREE", StringComparison.Ordinal) || p.Contains("ContentHash=?", StringComparison.Ordinal), p));
    }
}
