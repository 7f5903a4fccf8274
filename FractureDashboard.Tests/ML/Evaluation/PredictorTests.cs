using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Evaluation;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Models;
using FractureDashboard.Tests.ML.Training;

namespace FractureDashboard.Tests.ML.Evaluation;

[Collection(EngineCollection.Name)]
public sealed class PredictorTests(PhantomSet set) : IClassFixture<PhantomSet>, IDisposable
{
    private const int Size = 48;
    private readonly TrainerHarness harness = new(set);

    public void Dispose() => harness.Dispose();

    [Fact]
    public async Task A_loaded_model_gives_the_scores_that_the_run_stored()
    {
        var result = harness.Train(TrainerHarness.Quick with { Epochs = 2 }, new RecordingSink(), cancellationToken: TestContext.Current.CancellationToken);
        using var predictor = await LoadAsync();
        var decoder = new ImageDecoder();

        var asked = result.Scores.Where(s => s.Split == Split.Test).Select(async s =>
            (s.Score, Answer: await predictor.PredictAsync(decoder.DecodeFile(Path.Combine(set.Root, s.RelativePath), new DecodeOptions(Size)).Value!, TestContext.Current.CancellationToken)));

        foreach (var (score, answer) in await Task.WhenAll(asked))
        {
            Assert.Equal(score, answer, 5);
        }
    }

    [Fact]
    public async Task An_image_of_another_size_is_refused_before_the_engine_sees_it()
    {
        harness.Train(TrainerHarness.Quick with { Epochs = 1 }, new RecordingSink(), cancellationToken: TestContext.Current.CancellationToken);
        using var predictor = await LoadAsync();

        var error = await Assert.ThrowsAsync<ArgumentException>(() => predictor.PredictAsync(new PixelImage(10, 10, 3, new byte[300]), TestContext.Current.CancellationToken));

        Assert.Contains("48x48", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disposed_predictor_says_so()
    {
        harness.Train(TrainerHarness.Quick with { Epochs = 1 }, new RecordingSink(), cancellationToken: TestContext.Current.CancellationToken);
        var predictor = await LoadAsync();
        predictor.Dispose();
        predictor.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => predictor.PredictAsync(new PixelImage(Size, Size, 3, new byte[Size * Size * 3]), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Weights_of_another_size_or_a_damaged_file_are_refused()
    {
        harness.Train(TrainerHarness.Quick with { Epochs = 1 }, new RecordingSink(), cancellationToken: TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<InvalidDataException>(() => Predictor.LoadAsync("baseline-cnn", harness.Weights("run"), new ModelInput(64), "cpu", TestContext.Current.CancellationToken));

        var bytes = await File.ReadAllBytesAsync(harness.Weights("run"), TestContext.Current.CancellationToken);
        bytes[^3] ^= 0x10;
        await File.WriteAllBytesAsync(harness.Weights("run"), bytes, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<InvalidDataException>(LoadAsync);
    }

    private Task<Predictor> LoadAsync() => Predictor.LoadAsync("baseline-cnn", harness.Weights("run"), new ModelInput(Size), "cpu", TestContext.Current.CancellationToken);
}
