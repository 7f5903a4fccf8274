using System.Collections.Concurrent;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Models;
using FractureDashboard.ML.Runtime;
using FractureDashboard.ML.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace FractureDashboard.ML.Evaluation;

/// <summary>
/// A loaded model that answers on a thread of its own, one image after the other. It has its own network, so that a
/// training of the same model never sees it.
/// </summary>
public sealed class Predictor : IDisposable
{
    private readonly BlockingCollection<Question> questions = [];
    private readonly nn.Module<Tensor, Tensor> network;
    private readonly Device device;
    private readonly ModelInput input;
    private readonly Thread thread;
    private int disposed;

    private Predictor(nn.Module<Tensor, Tensor> network, Device device, ModelInput input)
    {
        this.network = network;
        this.device = device;
        this.input = input;
        thread = new Thread(Answer) { Name = "prediction", IsBackground = true };
        thread.Start();
    }

    /// <summary>Loads weights.</summary>
    /// <param name="model">A key of <see cref="ModelRegistry"/>.</param>
    /// <param name="weightsPath">A safetensors file.</param>
    /// <param name="input">What the model takes.</param>
    /// <param name="device"><c>auto</c>, <c>cpu</c> or <c>cuda:N</c>.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The predictor; the caller disposes it.</returns>
    /// <exception cref="InvalidDataException">The file is damaged or belongs to another model.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="ArgumentException">There is no such model.</exception>
    /// <exception cref="EngineException">The engine or the device is missing; the message says what to do.</exception>
    public static Task<Predictor> LoadAsync(string model, string weightsPath, ModelInput input, string device, CancellationToken cancellationToken) =>
        Task.Run(() => Load(model, weightsPath, input, device), cancellationToken);

    /// <summary>Scores an image.</summary>
    /// <param name="image">The model's size and channels.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>P(fractured), 0 to 1.</returns>
    /// <exception cref="ArgumentException">The image has another size or number of channels.</exception>
    /// <exception cref="ObjectDisposedException">The predictor was disposed.</exception>
    /// <exception cref="EngineException">The engine failed; the message says why.</exception>
    public Task<float> PredictAsync(PixelImage image, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.Width != input.ImageSize || image.Height != input.ImageSize || image.Channels != input.Channels)
        {
            throw new ArgumentException($"The model takes {input.ImageSize}x{input.ImageSize} pixels of {input.Channels} channels, not {image.Width}x{image.Height} of {image.Channels}.", nameof(image));
        }

        var question = new Question(image, new TaskCompletionSource<float>(TaskCreationOptions.RunContinuationsAsynchronously), cancellationToken);
        try
        {
            questions.Add(question, cancellationToken);
        }
        catch (InvalidOperationException e)
        {
            throw new ObjectDisposedException("The predictor was disposed.", e);
        }

        return question.Answer.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Ends the thread after the questions it was asked, and frees the network.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 0)
        {
            questions.CompleteAdding();
            thread.Join();
            questions.Dispose();
            network.Dispose();
        }
    }

    private static Predictor Load(string model, string weightsPath, ModelInput input, string device)
    {
        var place = EngineErrors.RequireDevice(device);
        var loaded = Networks.Create(model, input, seed: 0);
        try
        {
            ModelWeights.Load(loaded, weightsPath);
            loaded.to(place);
            loaded.eval();
            return new Predictor(loaded, place, input);
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
    }

    private void Answer()
    {
        foreach (var question in questions.GetConsumingEnumerable())
        {
            if (question.CancellationToken.IsCancellationRequested)
            {
                question.Answer.TrySetCanceled(question.CancellationToken);
                continue;
            }

            try
            {
                question.Answer.TrySetResult(Score(question.Image));
            }
            catch (Exception e)
            {
                // Whatever it was, the one who asked must hear of it, and the thread must go on for the others.
                question.Answer.TrySetException(EngineErrors.Explain(e) is { } explanation ? new EngineException(explanation, e) : e);
            }
        }
    }

    private float Score(PixelImage image)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var pixels = empty(1, input.ImageSize, input.ImageSize, input.Channels, dtype: ScalarType.Byte);
        pixels.bytes = image.Pixels;
        var x = pixels.to(device).to(ScalarType.Float32).div_(255f).permute(0, 3, 1, 2); // [1, C, S, S], channels-last
        return (float)BinaryMetrics.Sigmoid(network.forward(x).to(CPU).item<float>());
    }

    private sealed record Question(PixelImage Image, TaskCompletionSource<float> Answer, CancellationToken CancellationToken);
}
