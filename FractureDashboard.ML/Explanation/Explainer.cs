using FractureDashboard.ML.Evaluation;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Models;
using FractureDashboard.ML.Runtime;
using FractureDashboard.ML.Training;
using static TorchSharp.torch;

namespace FractureDashboard.ML.Explanation;

/// <summary>
/// Everything a loaded model can be asked about images: scores, heat maps, embeddings, and how sure it is. Answers come
/// one after the other from the <see cref="Predictor"/>'s thread; many images go there in pieces, so that who asks about
/// one does not wait for who asks about a thousand.
/// </summary>
/// <param name="predictor">The model; disposed with this.</param>
public sealed class Explainer(Predictor predictor) : IDisposable
{
    /// <summary>The most passes of <see cref="DropoutSpreadAsync"/>.</summary>
    public const int MostPasses = 1000;

    private const int Piece = 32;

    /// <summary>What the model takes.</summary>
    public ModelInput Input => predictor.Input;

    /// <summary>True when the network has dropout, so that <see cref="DropoutSpreadAsync"/> tells something.</summary>
    public bool HasDropout => predictor.IsStochastic;

    /// <summary>Loads weights.</summary>
    /// <param name="model">A key of <see cref="ModelRegistry"/>.</param>
    /// <param name="weightsPath">A safetensors file.</param>
    /// <param name="input">What the model takes.</param>
    /// <param name="device"><c>auto</c>, <c>cpu</c> or <c>cuda:N</c>.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The explainer; the caller disposes it.</returns>
    /// <exception cref="InvalidDataException">The file is damaged or belongs to another model.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="ArgumentException">There is no such model.</exception>
    /// <exception cref="EngineException">The engine or the device is missing; the message says what to do.</exception>
    public static async Task<Explainer> LoadAsync(string model, string weightsPath, ModelInput input, string device, CancellationToken cancellationToken) =>
        new(await Predictor.LoadAsync(model, weightsPath, input, device, cancellationToken));

    /// <summary>Scores an image.</summary>
    /// <param name="image">The model's size and channels.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>P(fractured), 0 to 1.</returns>
    /// <exception cref="ArgumentException">The image has another size or number of channels.</exception>
    /// <exception cref="ObjectDisposedException">This was disposed.</exception>
    /// <exception cref="EngineException">The engine failed; the message says why.</exception>
    public Task<float> PredictAsync(PixelImage image, CancellationToken cancellationToken) => predictor.PredictAsync(image, cancellationToken);

    /// <summary>The logits of many images, from which thresholds and calibrations are made without loss.</summary>
    /// <param name="images">The model's size and channels.</param>
    /// <param name="cancellationToken">Stops between two pieces.</param>
    /// <returns>As many logits of P(fractured).</returns>
    /// <exception cref="ArgumentException">An image has another size or number of channels.</exception>
    /// <exception cref="ObjectDisposedException">This was disposed.</exception>
    /// <exception cref="EngineException">The engine failed; the message says why.</exception>
    public Task<float[]> LogitsAsync(IReadOnlyList<PixelImage> images, CancellationToken cancellationToken) =>
        InPiecesAsync(images, (network, piece) => network.Logits(piece), cancellationToken);

    /// <summary>Scores many images.</summary>
    /// <param name="images">The model's size and channels.</param>
    /// <param name="cancellationToken">Stops between two pieces.</param>
    /// <returns>As many P(fractured), 0 to 1.</returns>
    /// <exception cref="ArgumentException">An image has another size or number of channels.</exception>
    /// <exception cref="ObjectDisposedException">This was disposed.</exception>
    /// <exception cref="EngineException">The engine failed; the message says why.</exception>
    public async Task<float[]> ScoreAsync(IReadOnlyList<PixelImage> images, CancellationToken cancellationToken) =>
        Array.ConvertAll(await LogitsAsync(images, cancellationToken), l => (float)BinaryMetrics.Sigmoid(l));

    /// <summary>The embeddings of images: what the network's last layer reads, in at most 1,280 numbers.</summary>
    /// <param name="images">The model's size and channels.</param>
    /// <param name="cancellationToken">Stops between two pieces.</param>
    /// <returns>A vector for each, not normalised.</returns>
    /// <exception cref="ArgumentException">An image has another size or number of channels.</exception>
    /// <exception cref="ObjectDisposedException">This was disposed.</exception>
    /// <exception cref="EngineException">The engine failed; the message says why.</exception>
    public Task<float[][]> EmbedAsync(IReadOnlyList<PixelImage> images, CancellationToken cancellationToken) =>
        InPiecesAsync(images, (network, piece) => network.Embed(piece), cancellationToken);

    /// <summary>Draws a heat map.</summary>
    /// <param name="image">The model's size and channels.</param>
    /// <param name="method">How.</param>
    /// <param name="options">Settings; the defaults when null.</param>
    /// <param name="cancellationToken">Stops the wait and the work.</param>
    /// <returns>The map, at the model's size.</returns>
    /// <exception cref="ArgumentException">The image has another size or number of channels, or an option is out of range.</exception>
    /// <exception cref="ObjectDisposedException">This was disposed.</exception>
    /// <exception cref="EngineException">The engine failed; the message says why.</exception>
    public Task<HeatMap> ExplainAsync(PixelImage image, ExplanationMethod method, ExplanationOptions? options, CancellationToken cancellationToken)
    {
        LoadedNetwork.Require(Input, image);
        var settings = options ?? ExplanationOptions.Default;
        RequireNone(settings.Validate(Input.ImageSize), nameof(options));
        return predictor.AskAsync((network, stop) => HeatMaps.Draw(network, image, method, settings, stop), cancellationToken);
    }

    /// <summary>Test-time augmentation: how far the score moves when the image is mirrored, slightly turned, darkened or brightened.</summary>
    /// <param name="image">The model's size and channels.</param>
    /// <param name="options">Which changes; the defaults, 18 of them, when null.</param>
    /// <param name="cancellationToken">Stops the wait and the work.</param>
    /// <returns>The spread; its first score is the image's own.</returns>
    /// <exception cref="ArgumentException">The image has another size or number of channels, or an option is out of range.</exception>
    /// <exception cref="ObjectDisposedException">This was disposed.</exception>
    /// <exception cref="EngineException">The engine failed; the message says why.</exception>
    public Task<ScoreSpread> SpreadAsync(PixelImage image, TestTimeOptions? options, CancellationToken cancellationToken)
    {
        LoadedNetwork.Require(Input, image);
        var settings = options ?? new TestTimeOptions();
        RequireNone(settings.Validate(), nameof(options));
        return AskAboutAsync(image, (network, x, stop) => ScoreSpread.Of(TestTimeAugmentation.Score(network, x, settings, stop)), cancellationToken);
    }

    /// <summary>Monte Carlo dropout: how far the score moves when parts of the network are switched off. The same for a seed, always.</summary>
    /// <param name="image">The model's size and channels.</param>
    /// <param name="passes">How often, 2 to <see cref="MostPasses"/>; 30 tell enough.</param>
    /// <param name="seed">Seed of what is switched off.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The spread.</returns>
    /// <exception cref="NotSupportedException">The network has no dropout; see <see cref="HasDropout"/>.</exception>
    /// <exception cref="ArgumentException">The image has another size or number of channels, or the passes are out of range.</exception>
    /// <exception cref="ObjectDisposedException">This was disposed.</exception>
    /// <exception cref="EngineException">The engine failed; the message says why.</exception>
    public Task<ScoreSpread> DropoutSpreadAsync(PixelImage image, int passes, int seed, CancellationToken cancellationToken)
    {
        LoadedNetwork.Require(Input, image);
        ArgumentOutOfRangeException.ThrowIfLessThan(passes, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(passes, MostPasses);
        return HasDropout
            ? AskAboutAsync(image, (network, x, _) => ScoreSpread.Of(MonteCarloDropout.Score(network, x, passes, seed)), cancellationToken)
            : throw new NotSupportedException("This network has no dropout. Use test-time augmentation to see how far its score moves.");
    }

    /// <summary>Ends the model's thread after the questions it was asked, and frees the network.</summary>
    public void Dispose() => predictor.Dispose();

    private static void RequireNone(IEnumerable<OptionProblem> problems, string parameter)
    {
        if (problems.FirstOrDefault() is { } problem)
        {
            throw new ArgumentException(problem.Message, parameter);
        }
    }

    private Task<T> AskAboutAsync<T>(PixelImage image, Func<LoadedNetwork, Tensor, CancellationToken, T> work, CancellationToken cancellationToken) =>
        predictor.AskAsync(
            (network, stop) =>
            {
                using var scope = NewDisposeScope();
                return work(network, network.ToInput(image), stop);
            },
            cancellationToken);

    private async Task<T[]> InPiecesAsync<T>(IReadOnlyList<PixelImage> images, Func<LoadedNetwork, PixelImage[], T[]> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(images);
        foreach (var image in images)
        {
            LoadedNetwork.Require(Input, image);
        }

        var answers = new List<T>(images.Count);
        foreach (var piece in images.Chunk(Piece))
        {
            answers.AddRange(await predictor.AskAsync((network, _) => work(network, piece), cancellationToken));
        }

        return [.. answers];
    }
}
