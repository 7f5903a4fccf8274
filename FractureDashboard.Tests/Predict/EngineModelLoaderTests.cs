using System.Text.Json;
using FractureDashboard.ML.Evaluation;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Models;
using FractureDashboard.ML.Runtime;
using FractureDashboard.ML.Training;
using FractureDashboard.ML.Weights;
using FractureDashboard.Predict;
using FractureDashboard.Storage;

namespace FractureDashboard.Tests.Predict;

/// <summary>The real engine behind the loader.</summary>
public sealed class EngineModelLoaderTests : IDisposable
{
    private const int Size = 64;
    private readonly string root = Directory.CreateTempSubdirectory("fd-loader-").FullName;
    private readonly AppPaths paths;

    public EngineModelLoaderTests()
    {
        Assert.SkipUnless(Engine.Status.IsAvailable, Engine.Status.Problem ?? "");
        paths = new AppPaths(root);
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task A_runs_weights_answer_as_the_engine_itself_does()
    {
        var run = SaveWeights();
        var image = new PixelImage(Size, Size, 3, [.. Enumerable.Range(0, Size * Size * 3).Select(i => (byte)(i * 31))]);
        using var direct = await Predictor.LoadAsync(run.Model, Weights, new ModelInput(Size), "cpu", CancellationToken.None);

        using var loaded = await new EngineModelLoader(paths).LoadAsync(run, CancellationToken.None);

        Assert.Equal(await direct.PredictAsync(image, CancellationToken.None), await loaded.PredictAsync(image, CancellationToken.None), 5);
    }

    [Fact]
    public async Task Weights_that_the_run_did_not_store_are_refused()
    {
        var run = SaveWeights() with { WeightsHash = new string('0', 64) };

        var refused = await Assert.ThrowsAsync<ModelUnavailableException>(() => new EngineModelLoader(paths).LoadAsync(run, CancellationToken.None));

        Assert.Contains("not the one that the run stored", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Weights_that_are_gone_are_said_to_be_gone()
    {
        var run = SaveWeights();
        File.Delete(Weights);

        var refused = await Assert.ThrowsAsync<ModelUnavailableException>(() => new EngineModelLoader(paths).LoadAsync(run, CancellationToken.None));

        Assert.Equal("The weights of run 'Baseline' are not there any more. Choose another model.", refused.Message);
    }

    [Fact]
    public async Task An_image_of_another_size_is_a_failure_with_a_reason()
    {
        using var loaded = await new EngineModelLoader(paths).LoadAsync(SaveWeights(), CancellationToken.None);

        await Assert.ThrowsAsync<ModelUnavailableException>(() => loaded.PredictAsync(new PixelImage(8, 8, 3, new byte[192]), CancellationToken.None));
    }

    private string Weights => Path.Combine(paths.Run(1), "weights.safetensors");

    private FinishedRun SaveWeights()
    {
        Directory.CreateDirectory(paths.Run(1));
        using var network = Networks.Create("baseline-cnn", new ModelInput(Size), seed: 5);
        var hash = ModelWeights.Save(network, Weights, "baseline-cnn", Size);
        return new FinishedRun(1, "Baseline", "baseline-cnn", "Bones", false, 0.9, hash, JsonSerializer.Serialize(new TrainingOptions { ImageSize = Size }));
    }
}
