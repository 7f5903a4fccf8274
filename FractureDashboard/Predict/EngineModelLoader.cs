using System.Security.Cryptography;
using System.Text.Json;
using FractureDashboard.Jobs;
using FractureDashboard.ML.Explanation;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Runtime;
using FractureDashboard.ML.Training;
using FractureDashboard.Storage;

namespace FractureDashboard.Predict;

/// <summary>Loads a run's weights into the engine.</summary>
/// <param name="paths">Where the weights lie.</param>
public sealed class EngineModelLoader(AppPaths paths) : IModelLoader
{
    /// <inheritdoc />
    public async Task<ILoadedModel> LoadAsync(FinishedRun run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (Engine.Status.Problem is { } problem)
        {
            throw new ModelUnavailableException(problem);
        }

        var weights = Path.Combine(paths.Run(run.Id), "weights.safetensors");
        try
        {
            await RequireHashAsync(weights, run, cancellationToken);
            var explainer = await Explainer.LoadAsync(run.Model, weights, run.Options().Input, ComputeDevices.Auto, cancellationToken);
            return new EngineModel(explainer, run.Name);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ModelUnavailableException($"The weights of run '{run.Name}' are not there any more. Choose another model.", e);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The border of the native engine, which fails in many ways; each means that this model cannot answer.
            throw new ModelUnavailableException($"The weights of run '{run.Name}' could not be loaded: {e.Message.TrimEnd('.')}. Choose another model, or train this one again.", e);
        }
    }

    // The history names the weights by hash; answering with others would make it a lie.
    private static async Task RequireHashAsync(string weights, FinishedRun run, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(weights);
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
        if (!string.Equals(hash, run.WeightsHash, StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidDataException("the file is not the one that the run stored");
        }
    }

    private sealed class EngineModel(Explainer explainer, string runName) : ILoadedModel
    {
        public Task<float> PredictAsync(PixelImage image, CancellationToken cancellationToken) =>
            TranslateAsync(() => explainer.PredictAsync(image, cancellationToken));

        public Task<HeatMap> ExplainAsync(PixelImage image, ExplanationMethod method, CancellationToken cancellationToken) =>
            TranslateAsync(() => explainer.ExplainAsync(image, method, null, cancellationToken));

        public Task<float[][]> EmbedAsync(IReadOnlyList<PixelImage> images, CancellationToken cancellationToken) =>
            TranslateAsync(() => explainer.EmbedAsync(images, cancellationToken));

        public void Dispose() => explainer.Dispose();

        private async Task<T> TranslateAsync<T>(Func<Task<T>> ask)
        {
            try
            {
                return await ask();
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                throw new ModelUnavailableException($"The model of run '{runName}' failed: {e.Message.TrimEnd('.')}. Try again, or choose another model.", e);
            }
        }
    }
}

/// <summary>Reads a finished run's options.</summary>
internal static class FinishedRunOptions
{
    /// <summary>What the run was trained with.</summary>
    public static TrainingOptions Options(this FinishedRun run) =>
        JsonSerializer.Deserialize<TrainingOptions>(run.OptionsJson, RunQueue.Json) ?? throw new JsonException("The run's options are empty.");
}
