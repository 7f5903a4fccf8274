using FractureDashboard.ML.Evaluation;
using FractureDashboard.ML.Explanation;
using FractureDashboard.ML.Models;
using static TorchSharp.torch;

namespace FractureDashboard.Tests.ML.Explanation;

[Collection(EngineCollection.Name)]
public sealed class GradCamTests
{
    // Channel 0 is the image, channel 1 its negative.
    private static readonly float[] Image = [1, 0, 0.5f, 0.25f];

    [Fact]
    public void Channels_are_weighted_by_their_mean_gradient()
    {
        using var scope = NewDisposeScope();
        using var network = ByHand();

        var map = GradCam.Plain(network, tensor(Image).view(1, 1, 2, 2));

        // Gradients 4, 0, 0, 0 and four times -2: weights 1 and -2, so 1 * x - 2 * (1 - x).
        Assert.Equal([1, -2, -0.5f, -1.25f], map.Values);
        Assert.Equal((2, 2), (map.Width, map.Height));
        Assert.Equal((4 * 1) - (2 * (0 + 1 + 0.5 + 0.75)), map.Logit, 1e-6);
    }

    [Fact]
    public void Plus_plus_weighs_each_positive_gradient()
    {
        using var scope = NewDisposeScope();
        using var network = ByHand();

        var map = GradCam.PlusPlus(network, tensor(Image).view(1, 1, 2, 2));

        // Channel 0: g = 4 once, sum of the map 1.75, so 16 / (2 * 16 + 64 * 1.75) * 4 = 4/9; channel 1 has no positive gradient.
        Assert.All(Image.Zip(map.Values), pair => Assert.Equal(pair.First * 4 / 9, pair.Second, 1e-6));
    }

    [Fact]
    public void What_speaks_against_a_fracture_is_not_drawn()
    {
        using var scope = NewDisposeScope();
        using var network = ByHand();

        var map = GradCam.Plain(network, tensor(Image).view(1, 1, 2, 2)).ToHeatMap(2, ExplanationMethod.GradCam);

        Assert.Equal([1, 0, 0, 0], map.Values);
        Assert.Equal((-2, 1), (map.RawLowest, map.RawHighest));
        Assert.Equal((0, 0), map.Peak());
        Assert.Equal(BinaryMetrics.Sigmoid(-0.5), map.Probability, 1e-6);
        Assert.Empty(map.Notes);
    }

    [Fact]
    public void A_map_of_nothing_says_so_and_stays_dark()
    {
        using var scope = NewDisposeScope();
        using var against = new TinyNetwork(x => x.alias(), maps => maps.sum([1, 2, 3]).neg());
        using var blind = new TinyNetwork(x => x.alias(), maps => maps.sum([1, 2, 3]).mul(0));

        foreach (var network in new[] { against, blind })
        {
            foreach (var map in new[] { GradCam.Plain(network, ones(1, 1, 4, 4)), GradCam.PlusPlus(network, ones(1, 1, 4, 4)) })
            {
                var drawn = map.ToHeatMap(4, ExplanationMethod.GradCam);

                Assert.True(drawn.IsBlank);
                Assert.All(drawn.Values, v => Assert.Equal(0, v));
                Assert.Contains("nothing to mark", Assert.Single(drawn.Notes), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Numbers_that_are_none_give_a_blank_map_that_says_so()
    {
        var map = new RawMap([1, float.NaN, 0, 0], 2, 2, new MapGrid(1, 0), 0, 0).ToHeatMap(2, ExplanationMethod.GradCam);

        Assert.True(map.IsBlank);
        Assert.Contains("overflow", Assert.Single(map.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("compact-resnet")]
    [InlineData("mobilenet-v2")]
    [InlineData("resnet18")]
    public void Under_mean_pooling_the_map_adds_up_to_the_logit(string model)
    {
        using var scope = NewDisposeScope();
        using var network = NetworkImages.Random(model, 64, 3);

        var map = GradCam.Plain(network.Parts, network.ToInput(NetworkImages.Noise(64, 3, 1)));

        // The head's bias begins at 0.
        Assert.Equal(map.Logit, map.Values.Sum(v => (double)v), 1e-3 * map.Values.Sum(v => Math.Abs((double)v)));
        Assert.NotEqual(0, map.Logit);
    }

    [Theory]
    [InlineData("baseline-cnn", 96, 10)]
    [InlineData("compact-resnet", 224, 7)]
    [InlineData("mobilenet-v2", 512, 8)]
    [InlineData("resnet18", 512, 8)]
    public void A_cell_lies_in_the_middle_of_what_it_sees(string model, int side, int cell)
    {
        using var scope = NewDisposeScope();
        using var network = NetworkImages.Random(model, side, 3);
        var x = network.ToInput(NetworkImages.Noise(side, 3, 1));
        x.requires_grad = true;

        // Standardising lets every pixel act on every cell, but faintly: what counts is what acts strongly.
        var maps = network.Parts.Features(x);
        maps.narrow(2, cell, 1).narrow(3, cell, 1).sum().backward();
        var acts = LoadedNetwork.ToArray(x.grad!.abs().sum([0, 1]));
        var middle = Centroid(acts, side);

        var expected = network.Parts.Grid.Offset + (cell * network.Parts.Grid.Stride);
        var tolerance = Math.Max(1.5, network.Parts.Grid.Stride / 4);
        Assert.InRange(middle.X, expected - tolerance, expected + tolerance);
        Assert.InRange(middle.Y, expected - tolerance, expected + tolerance);
    }

    private static TinyNetwork ByHand() => new(
        x => cat([x, x.neg().add(1)], 1),
        maps => maps.select(1, 0).select(1, 0).select(1, 0).mul(4).sub(maps.select(1, 1).sum([1, 2]).mul(2)));

    /// <summary>The centre of the strongest half of all action.</summary>
    private static (double X, double Y) Centroid(float[] acts, int side)
    {
        var floor = acts.Max() / 10;
        double sum = 0, x = 0, y = 0;
        for (var i = 0; i < acts.Length; i++)
        {
            if (acts[i] > floor)
            {
                sum += acts[i];
                x += (double)acts[i] * (i % side);
                y += (double)acts[i] * (i / side);
            }
        }

        return (x / sum, y / sum);
    }
}
