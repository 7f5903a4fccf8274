using FractureDashboard.ML.Explanation;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Models;
using TorchSharp;

namespace FractureDashboard.Tests.ML.Explanation;

[Collection(EngineCollection.Name)]
public sealed class ExplainerTests : IDisposable
{
    private const int Side = 48;
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Models => NetworkImages.Models;

    private static CancellationToken Cancelled { get; } = new(canceled: true);

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Every_network_answers_every_question_the_same_way_twice(string model)
    {
        using var explainer = await LoadAsync(model);
        using var again = await LoadAsync(model);
        var image = NetworkImages.Noise(Side, 3, 1);
        var score = await explainer.PredictAsync(image, TestContext.Current.CancellationToken);

        foreach (var method in ExplanationMethods.All)
        {
            var map = await explainer.ExplainAsync(image, method, null, TestContext.Current.CancellationToken);
            var same = await again.ExplainAsync(image, method, null, TestContext.Current.CancellationToken);

            Assert.Equal((Side, Side, method), (map.Width, map.Height, map.Method));
            Assert.Equal(score, map.Probability, 1e-5);
            Assert.Equal(map.Values, same.Values);
            Assert.Equal((map.RawLowest, map.RawHighest, map.Incompleteness), (same.RawLowest, same.RawHighest, same.Incompleteness));
            Assert.All(map.Values, v => Assert.InRange(v, 0, 1));
            Assert.Equal(map.IsBlank ? 0 : 1, map.Values.Max());
            Assert.Equal(map.IsBlank, map.Notes.Any(n => n.Contains("nothing to mark", StringComparison.Ordinal)));
        }

        Assert.Equal(score, await explainer.PredictAsync(image, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("baseline-cnn", 490)]
    [InlineData("compact-resnet", 112)]
    [InlineData("mobilenet-v2", 1280)]
    [InlineData("resnet18", 512)]
    public async Task Many_images_are_scored_and_embedded_as_one_by_one(string model, int dimensions)
    {
        using var explainer = await LoadAsync(model);
        var images = Enumerable.Range(0, 35).Select(i => NetworkImages.Noise(Side, 3, i)).ToList();

        var scores = await explainer.ScoreAsync(images, TestContext.Current.CancellationToken);
        var vectors = await explainer.EmbedAsync(images, TestContext.Current.CancellationToken);

        Assert.Equal((35, 35), (scores.Length, vectors.Length));
        Assert.All(vectors, v => Assert.Equal(dimensions, v.Length));
        foreach (var i in new[] { 0, 31, 32, 34 })
        {
            Assert.Equal(await explainer.PredictAsync(images[i], TestContext.Current.CancellationToken), scores[i], 1e-5f);
            var alone = (await explainer.EmbedAsync([images[i]], TestContext.Current.CancellationToken))[0];
            Assert.All(alone.Zip(vectors[i]), pair => Assert.Equal(pair.First, pair.Second, 1e-3f * (1 + Math.Abs(pair.First))));
        }

        Assert.Empty(await explainer.ScoreAsync([], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Harmless_changes_give_a_spread_around_the_score_and_none_gives_none()
    {
        using var explainer = await LoadAsync("compact-resnet");
        var image = NetworkImages.Noise(Side, 3, 1);

        var spread = await explainer.SpreadAsync(image, null, TestContext.Current.CancellationToken);
        var none = await explainer.SpreadAsync(image, new TestTimeOptions(0, 0, Flip: false), TestContext.Current.CancellationToken);

        Assert.Equal(2 * 3 * 3, spread.Scores.Count);
        Assert.Equal(await explainer.PredictAsync(image, TestContext.Current.CancellationToken), spread.Scores[0], 1e-4f);
        Assert.Equal(spread.Scores.Average(s => (double)s), spread.Mean, 1e-9);
        Assert.Equal((spread.Scores.Min(), spread.Scores.Max()), (spread.Lowest, spread.Highest));
        Assert.True(spread.Deviation > 0);
        Assert.Equal((1, 0.0), (none.Scores.Count, none.Deviation));
    }

    [Fact]
    public void A_spread_is_mean_and_deviation_of_the_population()
    {
        var spread = ScoreSpread.Of([0.2f, 0.4f, 0.6f, 0.8f]);

        Assert.Equal((0.5, Math.Sqrt(0.05)), (Math.Round(spread.Mean, 6), spread.Deviation), (a, b) => Math.Abs(a.Item1 - b.Item1) + Math.Abs(a.Item2 - b.Item2) < 1e-6);
        Assert.Throws<ArgumentException>(() => ScoreSpread.Of([]));
    }

    [Fact]
    public void Mirrored_and_brightened_scores_are_those_of_the_changed_image()
    {
        // The logit is the mean of the left half: 1 in the image, 0 when mirrored, 0.9 when darkened by a tenth.
        using var network = TinyNetwork.Load(32, x => x.narrow(3, 0, 16).mean([1, 2, 3]));
        var image = new PixelImage(32, 32, 1, [.. Enumerable.Range(0, 32 * 32).Select(i => i % 32 < 16 ? (byte)255 : (byte)0)]);
        using var scope = torch.NewDisposeScope();

        var scores = TestTimeAugmentation.Score(network, network.ToInput(image), new TestTimeOptions(0, 0.1), TestContext.Current.CancellationToken);

        double[] logits = [.. scores.Select(p => Math.Log(p / (1 - (double)p)))];
        Assert.All(new[] { 1, 0.9, 1, 0, 0, 0 }.Zip(logits), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Theory]
    [InlineData("compact-resnet")]
    [InlineData("mobilenet-v2")]
    public async Task Dropout_is_the_same_for_a_seed_and_is_off_again_afterwards(string model)
    {
        using var explainer = await LoadAsync(model);
        var image = NetworkImages.Noise(Side, 3, 1);
        var score = await explainer.PredictAsync(image, TestContext.Current.CancellationToken);

        var first = await explainer.DropoutSpreadAsync(image, 30, 7, TestContext.Current.CancellationToken);
        torch.manual_seed(99);
        var same = await explainer.DropoutSpreadAsync(image, 30, 7, TestContext.Current.CancellationToken);
        var other = await explainer.DropoutSpreadAsync(image, 30, 8, TestContext.Current.CancellationToken);

        Assert.True(explainer.HasDropout);
        Assert.Equal(30, first.Scores.Distinct().Count());
        Assert.Equal(first.Scores, same.Scores);
        Assert.NotEqual(first.Scores, other.Scores);
        Assert.Equal(score, await explainer.PredictAsync(image, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_cannot_be_answered_is_refused_before_the_engine_sees_it()
    {
        using var explainer = await LoadAsync("baseline-cnn");
        var image = NetworkImages.Noise(Side, 3, 1);
        var token = TestContext.Current.CancellationToken;

        Assert.False(explainer.HasDropout);
        await Assert.ThrowsAsync<NotSupportedException>(() => explainer.DropoutSpreadAsync(image, 30, 7, token));
        await Assert.ThrowsAsync<ArgumentException>(() => explainer.ExplainAsync(NetworkImages.Noise(Side, 1, 1), ExplanationMethod.GradCam, null, token));
        await Assert.ThrowsAsync<ArgumentException>(() => explainer.ScoreAsync([image, NetworkImages.Noise(20, 3, 1)], token));
        await Assert.ThrowsAsync<ArgumentException>(() => explainer.SpreadAsync(image, new TestTimeOptions(90), token));
        foreach (var options in new ExplanationOptions[]
        {
            new() { Occlusion = new() { Patch = Side + 1 } },
            new() { Occlusion = new() { Patch = 4, Stride = 5 } },
            new() { IntegratedGradients = new() { Steps = 1 } },
            new() { IntegratedGradients = new() { Tolerance = double.NaN } },
        })
        {
            await Assert.ThrowsAsync<ArgumentException>(() => explainer.ExplainAsync(image, ExplanationMethod.Occlusion, options, token));
        }
    }

    [Fact]
    public async Task Whoever_stops_waiting_leaves_the_model_to_the_others()
    {
        using var explainer = await LoadAsync("baseline-cnn");
        var image = NetworkImages.Noise(Side, 3, 1);
        using var stop = new CancellationTokenSource();

        var slow = explainer.ExplainAsync(image, ExplanationMethod.Occlusion, new() { Occlusion = new() { Patch = 2, Stride = 1 } }, stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => slow);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => explainer.ScoreAsync([image], Cancelled));
        Assert.InRange(await explainer.PredictAsync(image, TestContext.Current.CancellationToken), 0, 1);
        explainer.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => explainer.ExplainAsync(image, ExplanationMethod.GradCam, null, TestContext.Current.CancellationToken));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task No_question_leaves_a_tensor_behind(string model)
    {
        using var explainer = await LoadAsync(model);
        await AskAllAsync(explainer);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = torch.Tensor.TotalCount;

        for (var i = 0; i < 3; i++)
        {
            await AskAllAsync(explainer);
        }

        Assert.Equal(before, torch.Tensor.TotalCount);
    }

    private static async Task AskAllAsync(Explainer explainer)
    {
        var image = NetworkImages.Noise(Side, 3, 1);
        var token = TestContext.Current.CancellationToken;
        foreach (var method in ExplanationMethods.All)
        {
            await explainer.ExplainAsync(image, method, null, token);
        }

        await explainer.SpreadAsync(image, null, token);
        await explainer.ScoreAsync([image, image], token);
        await explainer.EmbedAsync([image, image], token);
        if (explainer.HasDropout)
        {
            await explainer.DropoutSpreadAsync(image, 5, 1, token);
        }
    }

    private Task<Explainer> LoadAsync(string model)
    {
        var path = folder.Sub($"{model}.safetensors");
        if (!File.Exists(path))
        {
            NetworkImages.Save(model, new ModelInput(Side), path);
        }

        return Explainer.LoadAsync(model, path, new ModelInput(Side), "cpu", TestContext.Current.CancellationToken);
    }
}
