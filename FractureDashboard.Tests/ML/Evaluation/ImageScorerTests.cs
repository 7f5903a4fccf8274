using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Evaluation;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Preprocessing;
using FractureDashboard.ML.Runtime;
using FractureDashboard.ML.Training;
using FractureDashboard.Tests.ML.Training;

namespace FractureDashboard.Tests.ML.Evaluation;

[Collection(EngineCollection.Name)]
public sealed class ImageScorerTests(PhantomSet set) : IClassFixture<PhantomSet>, IDisposable
{
    private static readonly TrainingOptions Quick = TrainerHarness.Quick with { Epochs = 1 };
    private readonly TrainerHarness harness = new(set);
    private readonly ImageScorer scorer = new(new ImageDecoder());

    public void Dispose() => harness.Dispose();

    public static TheoryData<TrainingOptions> Ways =>
    [
        Quick,
        Quick with { Preprocessing = new PreprocessingOptions(FitMode.Letterbox, Greyscale: true, Clahe: true) },
        Quick with { Model = "compact-resnet", Optimizer = new OptimizerOptions(EmaDecay: 0.9) },
    ];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Scores_are_those_of_the_runs_own_final_evaluation(TrainingOptions options)
    {
        var own = Train(options).Scores;

        var result = await scorer.ScoreAsync(Job(options), (_, _) => { }, TestContext.Current.CancellationToken);

        Assert.Empty(result.LeftOut);
        Assert.Equal(own.Count, result.Scores.Count);
        var scores = result.Scores.ToDictionary(s => s.RelativePath);
        Assert.All(own, s =>
        {
            Assert.Equal((s.Split, s.Label), (scores[s.RelativePath].Split, scores[s.RelativePath].Label));
            Assert.Equal(s.Score, scores[s.RelativePath].Score, 5);
        });
        Assert.True(own.Select(s => s.Score).Distinct().Count() > own.Count / 2);
    }

    [Fact]
    public async Task The_edit_decides_what_the_network_sees()
    {
        Train(Quick);
        var plain = await scorer.ScoreAsync(Job(Quick), (_, _) => { }, TestContext.Current.CancellationToken);

        var same = await scorer.ScoreAsync(Job(Quick) with { Edit = view => view.Input }, (_, _) => { }, TestContext.Current.CancellationToken);
        var grey = await scorer.ScoreAsync(Job(Quick) with { Edit = Uniform }, (_, _) => { }, TestContext.Current.CancellationToken);

        Assert.Equal(plain.Scores, same.Scores);
        Assert.Single(grey.Scores.Select(s => Math.Round(s.Score, 5)).Distinct());
        Assert.NotEqual(plain.Scores, grey.Scores);

        static PixelImage Uniform(InputView view)
        {
            Assert.Equal((48, 48, 3), (view.Input.Width, view.Input.Height, view.Input.Channels));
            Assert.Equal((64, 64, 1), (view.Original.Width, view.Original.Height, view.Original.Channels));
            return view.Input with { Pixels = [.. Enumerable.Repeat((byte)90, view.Input.Pixels.Length)] };
        }
    }

    [Fact]
    public async Task An_edit_comes_before_the_equalisation_and_an_unchanged_image_is_equalised_as_ever()
    {
        var options = Quick with { Preprocessing = new PreprocessingOptions(Clahe: true) };
        Train(options);
        var plain = await scorer.ScoreAsync(Job(options), (_, _) => { }, TestContext.Current.CancellationToken);

        var same = await scorer.ScoreAsync(Job(options) with { Edit = view => view.Input }, (_, _) => { }, TestContext.Current.CancellationToken);
        var copied = await scorer.ScoreAsync(Job(options) with { Edit = view => view.Input with { } }, (_, _) => { }, TestContext.Current.CancellationToken);

        Assert.Equal(plain.Scores, same.Scores);
        Assert.Equal(plain.Scores.Select(s => s.Score), copied.Scores.Select(s => s.Score), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public async Task What_cannot_be_decoded_is_named_and_a_changed_file_is_not_scored()
    {
        Train(Quick);
        var held = set.Images.Where(i => i.Split == Split.Test).ToList();
        var gone = held[0] with { RelativePath = "test/fractured/gone.png", ContentHash = new string('0', 64) };
        var changed = held[1] with { ContentHash = new string('1', 64) };
        var copy = held[2] with { RelativePath = held[3].RelativePath };
        var progress = new List<(int, int)>();

        var result = await scorer.ScoreAsync(
            new ScoringJob(Quick, harness.Weights("run"), set.Root, [gone, changed, held[2], copy]), (done, total) => progress.Add((done, total)), TestContext.Current.CancellationToken);

        Assert.Equal([gone.RelativePath, changed.RelativePath], result.LeftOut.Select(s => s.RelativePath));
        Assert.Contains("Index the data set again", result.LeftOut[1].Reason, StringComparison.Ordinal);
        Assert.Equal([held[2].RelativePath, copy.RelativePath], result.Scores.Select(s => s.RelativePath));
        Assert.Equal(result.Scores[0].Score, result.Scores[1].Score);
        Assert.Equal([(0, 4), (4, 4)], progress);
    }

    [Fact]
    public async Task Cancelled_it_stops()
    {
        Train(Quick);
        using var stop = new CancellationTokenSource();

        var scoring = scorer.ScoreAsync(Job(Quick with { BatchSize = 1 }), (done, _) =>
        {
            if (done == 3)
            {
                stop.Cancel();
            }
        }, stop.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scoring);
    }

    [Fact]
    public async Task Weights_of_another_model_are_refused_in_words()
    {
        Train(Quick);

        var refused = await Assert.ThrowsAsync<EngineException>(
            () => scorer.ScoreAsync(Job(Quick with { Model = "compact-resnet" }), (_, _) => { }, TestContext.Current.CancellationToken));

        Assert.Contains("the model wants", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Batches_leave_no_tensor_behind()
    {
        Train(Quick);
        var few = Job(Quick) with { Images = [.. Job(Quick).Images.Take(Quick.BatchSize)] };
        await GrowthAsync(few);

        // The engine counts a few for each network that was disposed; more images must not add to them.
        Assert.Equal(await GrowthAsync(few), await GrowthAsync(Job(Quick)));
    }

    private async Task<long> GrowthAsync(ScoringJob job)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = TorchSharp.torch.Tensor.TotalCount;
        await scorer.ScoreAsync(job, (_, _) => { }, TestContext.Current.CancellationToken);
        return TorchSharp.torch.Tensor.TotalCount - before;
    }

    private TrainingResult Train(TrainingOptions options) => harness.Train(options, new RecordingSink(), cancellationToken: TestContext.Current.CancellationToken);

    private ScoringJob Job(TrainingOptions options) =>
        new(options, harness.Weights("run"), set.Root, [.. set.Images.Where(i => i.Split != Split.Train)]);
}
