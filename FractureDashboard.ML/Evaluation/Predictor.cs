using System.Collections.Concurrent;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Models;
using FractureDashboard.ML.Runtime;

namespace FractureDashboard.ML.Evaluation;

/// <summary>
/// A loaded model that answers on a thread of its own, one question after the other. It has its own network, so that a
/// training of the same model never sees it. What the network can be asked beyond a score is in
/// <see cref="Explanation.Explainer"/>, which asks on the same thread.
/// </summary>
public sealed class Predictor : IDisposable
{
    private readonly BlockingCollection<IQuestion> questions = [];
    private readonly LoadedNetwork network;
    private readonly Thread thread;
    private int disposed;

    private Predictor(LoadedNetwork network)
    {
        this.network = network;
        thread = new Thread(Answer) { Name = "prediction", IsBackground = true };
        thread.Start();
    }

    /// <summary>What the model takes.</summary>
    public ModelInput Input => network.Input;

    /// <summary>True when the network has dropout.</summary>
    internal bool IsStochastic => network.Parts is IStochasticNetwork;

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
        Task.Run(() => new Predictor(LoadedNetwork.Load(model, weightsPath, input, device)), cancellationToken);

    /// <summary>Scores an image.</summary>
    /// <param name="image">The model's size and channels.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>P(fractured), 0 to 1.</returns>
    /// <exception cref="ArgumentException">The image has another size or number of channels.</exception>
    /// <exception cref="ObjectDisposedException">The predictor was disposed.</exception>
    /// <exception cref="EngineException">The engine failed; the message says why.</exception>
    public Task<float> PredictAsync(PixelImage image, CancellationToken cancellationToken)
    {
        LoadedNetwork.Require(Input, image);
        return AskAsync((loaded, _) => (float)BinaryMetrics.Sigmoid(loaded.Logits(image)[0]), cancellationToken);
    }

    /// <summary>Asks the network on its thread.</summary>
    /// <typeparam name="T">Arrays and records, never tensors.</typeparam>
    /// <param name="work">What to ask; it leaves the network as it found it, and looks at the token where it takes long.</param>
    /// <param name="cancellationToken">Stops the wait and, between two steps, the work.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="ObjectDisposedException">The predictor was disposed.</exception>
    /// <exception cref="EngineException">The engine failed; the message says why.</exception>
    internal Task<T> AskAsync<T>(Func<LoadedNetwork, CancellationToken, T> work, CancellationToken cancellationToken)
    {
        var question = new Question<T>(work, cancellationToken);
        try
        {
            questions.Add(question, cancellationToken);
        }
        catch (InvalidOperationException e)
        {
            throw new ObjectDisposedException("The predictor was disposed.", e);
        }

        return question.Task;
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

    private void Answer()
    {
        foreach (var question in questions.GetConsumingEnumerable())
        {
            question.Answer(network);
        }
    }

    private interface IQuestion
    {
        /// <summary>Works and answers; whatever happens, the thread goes on for the others.</summary>
        void Answer(LoadedNetwork network);
    }

    private sealed class Question<T>(Func<LoadedNetwork, CancellationToken, T> work, CancellationToken cancellationToken) : IQuestion
    {
        private readonly TaskCompletionSource<T> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Task => answer.Task.WaitAsync(cancellationToken);

        public void Answer(LoadedNetwork network)
        {
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                answer.TrySetResult(work(network, cancellationToken));
            }
            catch (OperationCanceledException e) when (e.CancellationToken == cancellationToken)
            {
                answer.TrySetCanceled(cancellationToken);
            }
            catch (Exception e)
            {
                // Whatever it was, the one who asked must hear of it.
                answer.TrySetException(EngineErrors.Explain(e) is { } explanation ? new EngineException(explanation, e) : e);
            }
        }
    }
}
