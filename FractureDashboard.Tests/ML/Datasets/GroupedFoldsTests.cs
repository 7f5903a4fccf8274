using CsCheck;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;

namespace FractureDashboard.Tests.ML.Datasets;

public sealed class GroupedFoldsTests
{
    // Sizes of the sources of each class, then folds and seed. Whatever falls into a fold, two sources of each class are left
    // outside it: with one, the largest possible, it would weigh less than the nineteen smallest by more than itself.
    private static readonly Gen<(int[] Fractured, int[] Sound, int Folds, int Seed)> Cases =
        Gen.Select(Gen.Int[5, 30].Array[20, 60], Gen.Int[5, 30].Array[20, 60], Gen.Int[2, 7], Gen.Int[0, 1000]);

    [Fact]
    public void No_source_is_divided_and_the_classes_are_balanced() => Cases.Sample((fractured, sound, folds, seed) =>
    {
        var images = Images(fractured, sound);

        var foldOf = GroupedFolds.Assign(images, folds, seed);

        Assert.Equal(images.Length, foldOf.Count);
        Assert.All(foldOf, f => Assert.InRange(f, 0, folds - 1));
        Assert.All(images.Zip(foldOf).GroupBy(p => p.First.Group), source => Assert.Single(source.Select(p => p.Second).Distinct()));
        foreach (var (label, largest) in new[] { (Label.Fractured, fractured.Max()), (Label.NotFractured, sound.Max()) })
        {
            var loads = Enumerable.Range(0, folds).Select(f => images.Zip(foldOf).Count(p => p.First.Label == label && p.Second == f)).ToArray();
            Assert.InRange(loads.Max() - loads.Min(), 0, largest);
        }
    }, iter: 60);

    [Fact]
    public void Each_image_is_tested_on_once_and_train_validation_and_test_share_no_source() => Cases.Sample((fractured, sound, folds, seed) =>
    {
        var images = Images(fractured, sound);
        var foldOf = GroupedFolds.Assign(images, folds, seed);

        var tested = new List<string>();
        for (var fold = 0; fold < folds; fold++)
        {
            var held = GroupedFolds.HoldOut(images, foldOf, fold, validationParts: 2, seed);

            Assert.Equal(images.Select(i => i.RelativePath), held.Select(i => i.RelativePath));
            Assert.All(held.GroupBy(i => i.Group), source => Assert.Single(source.Select(i => i.Split).Distinct()));
            Assert.All(Enum.GetValues<Split>(), split => Assert.Equal(2, held.Where(i => i.Split == split).Select(i => i.Label).Distinct().Count()));
            tested.AddRange(held.Where(i => i.Split == Split.Test).Select(i => i.RelativePath));
        }

        Assert.Equal(images.Select(i => i.RelativePath).Order(StringComparer.Ordinal), tested.Order(StringComparer.Ordinal));
    }, iter: 30);

    [Fact]
    public void The_seed_decides_and_the_order_of_the_images_does_not()
    {
        var images = Images([.. Enumerable.Repeat(3, 40)], [.. Enumerable.Repeat(5, 40)]);
        var folds = GroupedFolds.Assign(images, 5, 1);

        Assert.Equal(folds, GroupedFolds.Assign(images, 5, 1));
        Assert.NotEqual(folds, GroupedFolds.Assign(images, 5, 2));
        Assert.Equal(folds.Reverse(), GroupedFolds.Assign([.. images.Reverse()], 5, 1));
    }

    [Fact]
    public void Images_without_a_source_are_grouped_by_content()
    {
        var images = Images([1, 1, 1, 1], [1, 1, 1, 1]).Select((i, n) => i with { Group = null, ContentHash = $"{i.Label} {n % 2}" }).ToArray();

        var foldOf = GroupedFolds.Assign(images, 2, 1);

        Assert.All(images.Zip(foldOf).GroupBy(p => p.First.ContentHash), same => Assert.Single(same.Select(p => p.Second).Distinct()));
    }

    [Fact]
    public void A_source_of_both_classes_counts_as_the_one_it_has_more_of()
    {
        // Three fractured sources, one of them with a sound image too.
        var images = Images([4, 1, 1], [1, 1, 1]).Append(Image("odd", Label.NotFractured, "f0")).ToArray();

        Assert.Equal(3, GroupedFolds.Assign(images, 3, 1).Distinct().Count());
    }

    [Fact]
    public void A_class_with_fewer_sources_than_folds_is_refused_by_name()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => GroupedFolds.Assign(Images([2, 2], [1, 1, 1]), 3, 1));

        Assert.Contains("only 2 sources of the class 'fractured'", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => GroupedFolds.Assign(Images([2, 2], [1, 1, 1]), 1, 1));
        Assert.Throws<ArgumentException>(() => GroupedFolds.HoldOut(Images([2, 2], [1, 1]), [0], 0, 2, 1));
    }

    private static ImageRecord[] Images(int[] fractured, int[] sound) =>
    [
        .. fractured.SelectMany((size, s) => Enumerable.Range(0, size).Select(i => Image($"f{s}-{i}", Label.Fractured, $"f{s}"))),
        .. sound.SelectMany((size, s) => Enumerable.Range(0, size).Select(i => Image($"n{s}-{i}", Label.NotFractured, $"n{s}"))),
    ];

    private static ImageRecord Image(string name, Label label, string group) =>
        new(name, Split.Train, label, 1, DateTime.UnixEpoch, name, 8, 8, ImageFormat.Png, group);
}
