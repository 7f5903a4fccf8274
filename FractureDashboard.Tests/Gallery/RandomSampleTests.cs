using FractureDashboard.Gallery;
using FractureDashboard.ML.Datasets;

namespace FractureDashboard.Tests.Gallery;

public sealed class RandomSampleTests
{
    [Fact]
    public async Task A_seed_draws_the_same_images_and_another_seed_others()
    {
        await using var database = await GalleryDatabase.CreateAsync();
        var set = await database.AddDatasetAsync(Many());
        var gallery = new GalleryService(database.Factory);

        var first = await Paths(gallery, set.Id, null, 4, 7);

        Assert.Equal(first, await Paths(gallery, set.Id, null, 4, 7));
        Assert.NotEqual(first, await Paths(gallery, set.Id, null, 4, 8));
        Assert.Equal(8, first.Distinct().Count());
    }

    [Fact]
    public async Task A_copy_indexed_in_another_order_draws_alike()
    {
        await using var database = await GalleryDatabase.CreateAsync();
        var set = await database.AddDatasetAsync(Many());
        var copy = await database.AddDatasetAsync(Many().Reverse(), "copy");
        var gallery = new GalleryService(database.Factory);

        Assert.Equal(await Paths(gallery, set.Id, Split.Train, 5, 1), await Paths(gallery, copy.Id, Split.Train, 5, 1));
    }

    [Fact]
    public async Task Both_classes_give_as_many_and_a_small_class_gives_all_it_has()
    {
        await using var database = await GalleryDatabase.CreateAsync();
        var set = await database.AddDatasetAsync(Many().Append(GalleryDatabase.Image("test/fractured/only.png", Split.Test, Label.Fractured)));
        var gallery = new GalleryService(database.Factory);

        var all = await gallery.SampleAsync(set.Id, null, 12, 3, default);
        Assert.Equal((12, 12), (all[Label.Fractured].Count, all[Label.NotFractured].Count));
        Assert.All(all, c => Assert.All(c.Value, i => Assert.Equal(c.Key, i.Label)));

        var test = await gallery.SampleAsync(set.Id, Split.Test, 4, 3, default);
        Assert.Equal("only.png", Assert.Single(test[Label.Fractured]).FileName);
        Assert.Empty(test[Label.NotFractured]);
    }

    [Fact]
    public async Task Every_image_has_its_chance()
    {
        await using var database = await GalleryDatabase.CreateAsync();
        var set = await database.AddDatasetAsync(Many());
        var gallery = new GalleryService(database.Factory);

        var drawn = new HashSet<string>();
        for (var seed = 0; seed < 60; seed++)
        {
            drawn.UnionWith(await Paths(gallery, set.Id, null, 4, seed));
        }

        Assert.Equal(60, drawn.Count);
    }

    private static IEnumerable<FractureDashboard.Storage.DatasetImage> Many() => Enumerable.Range(0, 60)
        .Select(i => GalleryDatabase.Image($"train/{i % 2}/{i:D2}.png", label: (Label)(i % 2)));

    private static async Task<IReadOnlyList<string>> Paths(GalleryService gallery, int set, Split? split, int perClass, int seed) =>
        [.. (await gallery.SampleAsync(set, split, perClass, seed, default)).OrderBy(c => c.Key).SelectMany(c => c.Value).Select(i => i.RelativePath)];
}
