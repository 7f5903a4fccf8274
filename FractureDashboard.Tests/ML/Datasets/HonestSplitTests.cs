using CsCheck;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;

namespace FractureDashboard.Tests.ML.Datasets;

public sealed class HonestSplitTests
{
    private static readonly Split[] Splits = [Split.Train, Split.Validation, Split.Test];

    // Sizes of the sources of each class, shares, seed.
    private static readonly Gen<(int[] Fractured, int[] Sound, SplitShares Shares, int Seed)> Cases = Gen.Select(
        Gen.Int[1, 30].Array[3, 60],
        Gen.Int[1, 30].Array[3, 60],
        Gen.Select(Gen.Double[0.05, 1], Gen.Double[0.05, 1], Gen.Double[0.05, 1], (a, b, c) => new SplitShares(a, b, c)),
        Gen.Int[0, 1000]);

    [Fact]
    public void No_source_is_divided_and_each_split_gets_its_share_of_each_class_within_one_source() => Cases.Sample((fractured, sound, shares, seed) =>
    {
        var images = Images(fractured, sound);

        var split = HonestSplit.Assign(images, shares, seed);

        Assert.Equal(images.Select(i => i.RelativePath), split.Select(i => i.RelativePath));
        Assert.All(split.GroupBy(i => i.Group), source => Assert.Single(source.Select(i => i.Split).Distinct()));
        var total = shares.Train + shares.Validation + shares.Test;
        foreach (var (label, sizes) in new[] { (Label.Fractured, fractured), (Label.NotFractured, sound) })
        {
            foreach (var one in Splits)
            {
                var count = split.Count(i => i.Label == label && i.Split == one);
                Assert.InRange(count, 1, (shares.Of(one) / total * sizes.Sum()) + sizes.Max());
            }
        }
    }, iter: 200);

    [Fact]
    public void Held_out_sources_may_be_represented_by_one_image_each() => Cases.Sample((fractured, sound, shares, seed) =>
    {
        var images = Images(fractured, sound);
        var whole = HonestSplit.Assign(images, shares, seed);

        var thinned = HonestSplit.Assign(images, shares, seed, oneOfEachHeldOutSource: true);

        Assert.Equal(whole.Where(i => i.Split == Split.Train), thinned.Where(i => i.Split == Split.Train));
        Assert.All(thinned.Where(i => i.Split != Split.Train).GroupBy(i => i.Group), source => Assert.Single(source));
        Assert.Equal(whole.Select(i => (i.Group, i.Split)).Distinct().Order(), thinned.Select(i => (i.Group, i.Split)).Distinct().Order());
    }, iter: 60);

    [Fact]
    public void The_seed_decides_and_the_order_of_the_images_does_not()
    {
        var images = Images([.. Enumerable.Repeat(3, 40)], [.. Enumerable.Repeat(5, 40)]);
        var split = HonestSplit.Assign(images, SplitShares.Usual, 1);

        Assert.Equal(split, HonestSplit.Assign(images, SplitShares.Usual, 1));
        Assert.NotEqual(split, HonestSplit.Assign(images, SplitShares.Usual, 2));
        Assert.Equal(split.Reverse(), HonestSplit.Assign([.. images.Reverse()], SplitShares.Usual, 1));
    }

    [Theory]
    [InlineData(0, 0.5, 0.5)]
    [InlineData(0.5, -1, 0.5)]
    [InlineData(0.5, 0.5, double.NaN)]
    [InlineData(double.PositiveInfinity, 0.5, 0.5)]
    public void Shares_that_are_none_are_refused(double train, double validation, double test) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => HonestSplit.Assign(Images([1, 1, 1], [1, 1, 1]), new(train, validation, test), 1));

    [Fact]
    public void A_class_with_too_few_sources_is_refused_by_name()
    {
        var refused = Assert.Throws<ArgumentOutOfRangeException>(() => HonestSplit.Assign(Images([9, 9], [1, 1, 1]), SplitShares.Usual, 1));

        Assert.Contains("'fractured'", refused.Message, StringComparison.Ordinal);
    }

    private static ImageRecord[] Images(int[] fractured, int[] sound) =>
        [.. Of(Label.Fractured, fractured), .. Of(Label.NotFractured, sound)];

    private static IEnumerable<ImageRecord> Of(Label label, int[] sizes) => sizes.SelectMany((size, source) => Enumerable.Range(0, size)
        .Select(n => new ImageRecord($"train/{label}/{source}-{n}.png", Split.Train, label, 1, DateTime.UnixEpoch, $"{label} {source} {n}", 8, 8, ImageFormat.Png, $"{label} {source}")));
}
