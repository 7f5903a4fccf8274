using FractureDashboard.ML.Explanation;
using FractureDashboard.ML.Runtime;
using FractureDashboard.ML.Training;

namespace FractureDashboard.Evaluations.Errors;

/// <summary>
/// Keeps the model that was asked last for heat maps, so that a gallery loads it once. It goes when another is asked for, or when
/// nobody has asked for a while; a question that is being answered holds it.
/// </summary>
/// <param name="clock">The time.</param>
public sealed class HeatMapModels(TimeProvider clock) : IAsyncDisposable
{
    /// <summary>How long a model stays after the last question.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(2);

    private readonly SemaphoreSlim turn = new(1);
    private (string WeightsPath, string WeightsHash, Explainer Explainer)? loaded;
    private ITimer? expiry;

    /// <summary>Asks a model, one question after the other.</summary>
    /// <typeparam name="T">The answer.</typeparam>
    /// <param name="weightsPath">The run's weights.</param>
    /// <param name="weightsHash">Their hash, which the caller has checked where that matters.</param>
    /// <param name="options">What the run was trained with.</param>
    /// <param name="question">The question.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="EngineException">The engine or the device is missing; the message says what to do.</exception>
    /// <exception cref="InvalidDataException">The weights are damaged.</exception>
    /// <exception cref="IOException">The weights cannot be read.</exception>
    public async Task<T> AskAsync<T>(string weightsPath, string weightsHash, TrainingOptions options, Func<Explainer, Task<T>> question, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(question);
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (loaded is not { } kept || kept.WeightsPath != weightsPath || kept.WeightsHash != weightsHash)
            {
                Drop();
                loaded = kept = (weightsPath, weightsHash, await Explainer.LoadAsync(options.Model, weightsPath, options.Input, ComputeDevices.Auto, cancellationToken));
            }

            return await question(kept.Explainer);
        }
        finally
        {
            expiry ??= clock.CreateTimer(_ => Expire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            expiry.Change(Idle, Timeout.InfiniteTimeSpan);
            turn.Release();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await turn.WaitAsync();
        if (expiry is not null)
        {
            await expiry.DisposeAsync();
        }

        Drop();
        turn.Dispose();
    }

    // Whoever holds the turn sets the timer anew when done.
    private void Expire()
    {
        if (!turn.Wait(0))
        {
            return;
        }

        try
        {
            Drop();
        }
        finally
        {
            turn.Release();
        }
    }

    private void Drop()
    {
        loaded?.Explainer.Dispose();
        loaded = null;
    }
}
