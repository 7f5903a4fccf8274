using FractureDashboard.ML.Evaluation;
using FractureDashboard.ML.Explanation;
using FractureDashboard.ML.Imaging;
using static TorchSharp.torch;

namespace FractureDashboard.Tests.ML.Explanation;

/// <summary>Occlusion and integrated gradients, which give every pixel a value.</summary>
[Collection(EngineCollection.Name)]
public sealed class PixelMethodTests
{
    private const int Side = 48;

    public static TheoryData<string> Models => NetworkImages.Models;

    [Fact]
    public void Occlusion_finds_the_spot_that_a_network_sums()
    {
        using var network = TinyNetwork.Load(Side, x => x.narrow(2, 8, 4).narrow(3, 20, 4).sum([1, 2, 3]));
        var options = new ExplanationOptions { Occlusion = new OcclusionOptions { Patch = 4, Stride = 4, Fill = ReferenceImage.Black } };

        var map = Draw(network, White(), ExplanationMethod.Occlusion, options);

        // Covering all of the spot takes 16 off the logit; covering anything else takes nothing.
        Assert.Equal(0, map.RawLowest, 1e-3);
        Assert.Equal(16, map.RawHighest, 1e-3);
        Assert.Equal(Spot(8, 20, 4), Marked(map, 0.99f));
        Assert.Equal(Spot(8, 20, 4), Marked(map, 0.01f));
    }

    [Fact]
    public void A_pixel_has_the_mean_of_the_patches_that_cover_it()
    {
        // The logit is pixel (0, 5): of patches of 4 beginning at 0, 2, 4, ... those at 2 and 4 cover it.
        using var network = TinyNetwork.Load(Side, x => x.narrow(2, 0, 1).narrow(3, 5, 1).sum([1, 2, 3]));
        var options = new OcclusionOptions { Patch = 4, Stride = 2, Fill = ReferenceImage.Black };
        using var scope = NewDisposeScope();

        var map = Occlusion.Draw(network, network.ToInput(White()), options, TestContext.Current.CancellationToken);

        Assert.Equal(0.5f, map.Values[3], 1e-5f); // patches 0 and 2
        Assert.Equal(1f, map.Values[5], 1e-5f); // patches 2 and 4
        Assert.Equal(0.5f, map.Values[7], 1e-5f); // patches 4 and 6
        Assert.Equal(0f, map.Values[8], 1e-5f); // patches 6 and 8
        Assert.Equal(0.5f, map.Values[(2 * Side) + 5], 1e-5f); // rows 0 and 2, of which the first covers
    }

    [Fact]
    public void What_never_fits_the_stride_is_covered_by_a_last_patch()
    {
        using var network = TinyNetwork.Load(Side, x => x.narrow(2, Side - 1, 1).narrow(3, Side - 1, 1).sum([1, 2, 3]));
        var options = new ExplanationOptions { Occlusion = new OcclusionOptions { Patch = 5, Stride = 5, Fill = ReferenceImage.Black } };

        var map = Draw(network, White(), ExplanationMethod.Occlusion, options);

        // Patches of 5 begin at 0, 5, ..., 40 and, for the rest, at 43, which alone covers the last three rows.
        Assert.Equal(1, map.Values[^1]);
        Assert.Equal((45, 45), map.Peak());
    }

    [Fact]
    public void Covering_changes_nothing_in_an_image_of_one_grey()
    {
        using var network = TinyNetwork.Load(Side, x => x.sum([1, 2, 3]));

        var map = Draw(network, White(), ExplanationMethod.Occlusion, ExplanationOptions.Default);

        Assert.True(map.IsBlank);
        Assert.Contains("nothing to mark", Assert.Single(map.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Integrated_gradients_of_a_linear_network_are_weight_times_pixel()
    {
        using var scope = NewDisposeScope();
        using var network = TinyNetwork.Load(2, x => x.mul(tensor([1f, -2, 3, 0]).view(1, 1, 2, 2)).sum([1, 2, 3]));
        var x = tensor([0.5f, 1, 0.25f, 1]).view(1, 1, 2, 2);
        var options = new IntegratedGradientsOptions { Baseline = ReferenceImage.Black, Smoothing = 0, Steps = 2 };

        var (map, missed, steps) = IntegratedGradients.Draw(network, x, options, TestContext.Current.CancellationToken);

        Assert.All(new[] { 0.5f, -2, 0.75f, 0 }.Zip(map.Values), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
        Assert.InRange(missed, 0, 1e-5);
        Assert.Equal(2, steps);
    }

    [Fact]
    public void Steps_are_doubled_until_the_sum_is_right_and_a_map_that_never_is_says_so()
    {
        using var scope = NewDisposeScope();
        using var steep = TinyNetwork.Load(4, x => x.mean([1, 2, 3]).sub(0.33).mul(60).sigmoid().mul(3));
        using var jump = TinyNetwork.Load(4, x => x.mean([1, 2, 3]).sub(0.33).mul(1e6).sigmoid().mul(3));
        var options = new IntegratedGradientsOptions { Baseline = ReferenceImage.Black, Steps = 2 };

        var (_, missed, steps) = IntegratedGradients.Draw(steep, ones(1, 1, 4, 4), options, TestContext.Current.CancellationToken);
        var map = HeatMaps.Draw(jump, new PixelImage(4, 4, 1, [.. Enumerable.Repeat((byte)255, 16)]), ExplanationMethod.IntegratedGradients, new() { IntegratedGradients = options }, TestContext.Current.CancellationToken);

        Assert.InRange(missed, 0, options.Tolerance);
        Assert.InRange(steps, 4, IntegratedGradientsOptions.MostSteps);
        Assert.True(map.Incompleteness > 0.9);
        Assert.Contains("with care", map.Notes[0], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void All_pixels_together_make_the_difference_of_the_logits(string model)
    {
        using var network = NetworkImages.Random(model, Side, 3);

        foreach (var baseline in Enum.GetValues<ReferenceImage>())
        {
            var options = new ExplanationOptions { IntegratedGradients = new IntegratedGradientsOptions { Baseline = baseline } };
            var map = Draw(network, NetworkImages.Noise(Side, 3, 2), ExplanationMethod.IntegratedGradients, options);

            Assert.InRange(map.Incompleteness ?? 1, 0, 0.05);
        }
    }

    [Theory]
    [InlineData(1.5)]
    [InlineData(0.4)]
    public void Smoothing_keeps_a_plain_field_and_spreads_a_point_evenly(double deviation)
    {
        var point = new float[Side * Side];
        point[(16 * Side) + 16] = 1;

        var spread = Smoothing.Gaussian(point, Side, Side, deviation);

        Assert.All(Smoothing.Gaussian([.. Enumerable.Repeat(3f, Side * Side)], Side, Side, deviation), v => Assert.Equal(3, v, 1e-5f));
        Assert.Equal(1, spread.Sum(v => (double)v), 1e-3);
        Assert.Equal(spread[(16 * Side) + 17], spread[(15 * Side) + 16], 1e-7f);
        Assert.Equal(Math.Exp(-1 / (2 * deviation * deviation)), spread[(16 * Side) + 17] / spread[(16 * Side) + 16], 1e-5);
    }

    [Fact]
    public void A_reference_has_no_detail()
    {
        using var scope = NewDisposeScope();
        using var network = NetworkImages.Random("baseline-cnn", Side, 1);
        var x = network.ToInput(NetworkImages.Noise(Side, 1, 3));

        Assert.Equal(0, ReferenceImages.Of(ReferenceImage.Black, x).abs().max().item<float>());
        Assert.Equal(0, ReferenceImages.Of(ReferenceImage.Mean, x).std().item<float>(), 1e-5f);
        Assert.Equal(x.mean().item<float>(), ReferenceImages.Of(ReferenceImage.Mean, x).mean().item<float>(), 1e-5f);
        Assert.InRange(ReferenceImages.Of(ReferenceImage.Blurred, x).std().item<float>(), 0.001f, 0.3f * x.std().item<float>());
        Assert.Equal(1, ReferenceImages.Of(ReferenceImage.Blurred, ones_like(x)).min().item<float>(), 1e-5f);
    }

    private static HeatMap Draw(LoadedNetwork network, PixelImage image, ExplanationMethod method, ExplanationOptions options) =>
        HeatMaps.Draw(network, image, method, options, TestContext.Current.CancellationToken);

    private static PixelImage White() => new(Side, Side, 1, [.. Enumerable.Repeat((byte)255, Side * Side)]);

    private static int[] Spot(int top, int left, int size) =>
        [.. from y in Enumerable.Range(top, size) from x in Enumerable.Range(left, size) select (y * Side) + x];

    private static int[] Marked(HeatMap map, float least) => [.. Enumerable.Range(0, map.Values.Length).Where(i => map.Values[i] >= least)];
}
