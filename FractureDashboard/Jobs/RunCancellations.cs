using System.Collections.Concurrent;

namespace FractureDashboard.Jobs;

/// <summary>Lets a page stop a run that is being trained in this process.</summary>
public sealed class RunCancellations
{
    private readonly ConcurrentDictionary<int, CancellationTokenSource> running = new();

    /// <summary>True while a run is being trained in this process.</summary>
    public bool IsAnyRunning => !running.IsEmpty;

    /// <summary>Announces a run.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="source">What a user's cancel triggers; the caller keeps owning it.</param>
    /// <returns>Dispose to withdraw it.</returns>
    public IDisposable Register(int runId, CancellationTokenSource source)
    {
        running[runId] = source;
        return new Registration(this, runId);
    }

    /// <summary>Triggers a run's cancellation, if it is being trained here.</summary>
    /// <param name="runId">The run.</param>
    public void Cancel(int runId)
    {
        if (running.TryGetValue(runId, out var source))
        {
            try
            {
                source.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It ended between the look-up and the call.
            }
        }
    }

    private sealed class Registration(RunCancellations owner, int runId) : IDisposable
    {
        public void Dispose() => owner.running.TryRemove(runId, out _);
    }
}
