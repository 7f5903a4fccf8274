using FractureDashboard.ML.Explanation;

namespace FractureDashboard.Tests.ML.Explanation;

public sealed class OutOfDistributionTests
{
    [Fact]
    public void Distances_are_those_to_the_kth_neighbour_with_each_image_left_out()
    {
        // Directions of 0, 10, 30 and 90 degrees.
        var index = Directions(0, 10, 30, 90);

        var nearest = OutOfDistribution.Fit(index, null, 1, TestContext.Current.CancellationToken);
        var second = OutOfDistribution.Fit(index, null, 2, TestContext.Current.CancellationToken);

        Assert.All(new double[] { 10, 10, 20, 60 }.Zip(nearest.Distances), pair => Assert.Equal(Far(pair.First), pair.Second, 1e-6));
        Assert.All(new double[] { 20, 30, 30, 80 }.Zip(second.Distances), pair => Assert.Equal(Far(pair.First), pair.Second, 1e-6));
    }

    [Fact]
    public void The_percentile_is_the_share_of_training_images_that_lie_nearer()
    {
        var index = Directions(0, 10, 30, 90);
        var reference = OutOfDistribution.Fit(index, null, 1, TestContext.Current.CancellationToken);

        Likeness At(double degrees) => reference.Judge(index, Direction(degrees));

        Assert.Equal((0, false), (At(5).Percentile, At(5).IsUnlike));
        Assert.Equal((0.5, false), (At(45).Percentile, At(45).IsUnlike));
        Assert.Equal((0.75, false), (At(130).Percentile, At(130).IsUnlike));
        Assert.Equal((1, true), (At(200).Percentile, At(200).IsUnlike));
        Assert.Equal(Far(15), At(45).Distance, 1e-6);
    }

    [Fact]
    public void Of_many_like_images_one_in_a_hundred_is_called_unlike_and_a_stranger_is()
    {
        const int Dimensions = 64;
        static float[] Around(float[] noise, int axis)
        {
            var vector = noise.Select(v => v * 0.3f).ToArray();
            vector[axis] += 5;
            return vector;
        }

        var all = EmbeddingIndexTests.Contents(3000, Dimensions, 8).Select(c => (c.Hash, Around(c.Vector, 0))).ToArray();
        var index = EmbeddingIndex.Create("w", all[..1500]);

        var reference = OutOfDistribution.Fit(index, null, OutOfDistribution.DefaultNeighbour, TestContext.Current.CancellationToken);
        var fresh = all[1500..].Select(c => reference.Judge(index, c.Item2)).ToList();

        // Five standard errors of a share of 1 % in 1,500.
        Assert.InRange(fresh.Count(l => l.IsUnlike) / 1500.0, 0.01 - 0.0129, 0.01 + 0.0129);
        Assert.InRange(fresh.Average(l => l.Percentile), 0.45, 0.55);
        Assert.All(fresh, l => Assert.Equal(l.Distance >= reference.Threshold, l.IsUnlike));
        Assert.True(reference.Judge(index, Around(all[0].Item2, 1)).IsUnlike);
    }

    [Fact]
    public void A_source_is_left_out_as_a_whole()
    {
        // Each source has ten variants within a degree; the sources lie 20 degrees apart.
        var (angles, sources) = (new List<double>(), new List<string>());
        for (var source = 0; source < 9; source++)
        {
            angles.AddRange(Enumerable.Range(0, 10).Select(variant => (20.0 * source) + (variant * 0.1)));
            sources.AddRange(Enumerable.Repeat($"s{source}", 10));
        }

        var index = Directions([.. angles]);
        var alone = OutOfDistribution.Fit(index, null, 5, TestContext.Current.CancellationToken);
        var apart = OutOfDistribution.Fit(index, sources, 5, TestContext.Current.CancellationToken);

        // A new source lies as far from the others as they lie from each other.
        Assert.True(alone.Judge(index, Direction(190)).IsUnlike);
        Assert.False(apart.Judge(index, Direction(175)).IsUnlike);
        Assert.True(apart.Judge(index, Direction(230)).IsUnlike);
    }

    [Fact]
    public void Too_little_to_compare_with_is_refused()
    {
        Assert.Throws<ArgumentException>(() => OutOfDistribution.Fit(Directions(0), null, 1, TestContext.Current.CancellationToken));
        Assert.Throws<ArgumentException>(() => OutOfDistribution.Fit(Directions(0, 1), ["a", "a"], 1, TestContext.Current.CancellationToken));
        Assert.Throws<ArgumentException>(() => OutOfDistribution.Fit(Directions(0, 1), ["a"], 1, TestContext.Current.CancellationToken));
        Assert.Equal(1, OutOfDistribution.Fit(Directions(0, 1), null, 10, TestContext.Current.CancellationToken).Neighbour);
    }

    [Fact]
    public void A_large_set_is_measured_on_a_part_that_stands_for_all()
    {
        var index = EmbeddingIndex.Create("w", EmbeddingIndexTests.Contents(OutOfDistribution.MostReferences + 500, 8, 3));

        var reference = OutOfDistribution.Fit(index, null, 10, TestContext.Current.CancellationToken);

        Assert.Equal(OutOfDistribution.MostReferences, reference.Distances.Count);
        Assert.Equal(reference.Distances.Order(), reference.Distances);
    }

    private static EmbeddingIndex Directions(params double[] degrees) =>
        EmbeddingIndex.Create("w", [.. degrees.Select((d, i) => ($"{i}", Direction(d)))]);

    private static float[] Direction(double degrees)
    {
        var (sin, cos) = Math.SinCos(double.DegreesToRadians(degrees));
        return [(float)cos, (float)sin];
    }

    private static double Far(double degrees) => 1 - Math.Cos(double.DegreesToRadians(degrees));
}
