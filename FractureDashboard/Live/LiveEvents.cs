using System.Collections.Concurrent;
using System.Threading.Channels;

namespace FractureDashboard.Live;

/// <summary>
/// Tells pages that something stored has changed. It carries no data: a reader that is told wakes up, reads what is new
/// from the store by sequence number, and so can neither miss a point nor see one twice, however late it came.
/// </summary>
public sealed class LiveEvents
{
    private readonly ConcurrentDictionary<LiveSubscription, byte> subscriptions = new();

    /// <summary>Watches a topic. Subscribe first, then read the store, then wait.</summary>
    /// <param name="topic">What to watch, see <see cref="Topics"/>.</param>
    /// <returns>The subscription; dispose it with its owner.</returns>
    public LiveSubscription Subscribe(string topic)
    {
        var subscription = new LiveSubscription(topic, s => subscriptions.TryRemove(s, out _));
        subscriptions[subscription] = 0;
        return subscription;
    }

    /// <summary>Wakes the topic's watchers. Never waits; signals that were not yet seen merge into one.</summary>
    /// <param name="topic">What changed.</param>
    public void Signal(string topic)
    {
        foreach (var subscription in subscriptions.Keys)
        {
            if (string.Equals(subscription.Topic, topic, StringComparison.Ordinal))
            {
                subscription.Wake();
            }
        }
    }
}

/// <summary>What can be watched.</summary>
public static class Topics
{
    /// <summary>The list of runs: one was added, changed its state or finished an epoch.</summary>
    public const string Runs = "runs";

    /// <summary>The list of data sets, or the progress of one.</summary>
    public const string Datasets = "datasets";

    /// <summary>The quality of one data set: its scan came further, began or ended.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <returns>The topic.</returns>
    public static string Quality(int datasetId) => $"quality/{datasetId}";

    /// <summary>One run: any event.</summary>
    /// <param name="runId">The run.</param>
    /// <returns>The topic.</returns>
    public static string Run(int runId) => $"run/{runId}";

    /// <summary>The evaluations of one run: one was asked for, has moved on or has ended.</summary>
    /// <param name="runId">The run.</param>
    /// <returns>The topic.</returns>
    public static string Evaluations(int runId) => $"run/{runId}/evaluations";
}

/// <summary>A watcher of one topic.</summary>
public sealed class LiveSubscription : IDisposable
{
    private readonly Channel<byte> signals = Channel.CreateBounded<byte>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Action<LiveSubscription> removed;

    internal LiveSubscription(string topic, Action<LiveSubscription> removed)
    {
        Topic = topic;
        this.removed = removed;
    }

    /// <summary>The topic.</summary>
    public string Topic { get; }

    /// <summary>
    /// Yields once for each change, or burst of changes, at most every <paramref name="interval"/>.
    /// Ends when the subscription is disposed.
    /// </summary>
    /// <param name="interval">The least time between two yields; 200 ms keeps a page at five updates a second.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>An endless sequence of wake-ups.</returns>
    public async IAsyncEnumerable<byte> ChangesAsync(TimeSpan interval, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await signals.Reader.WaitToReadAsync(cancellationToken))
        {
            while (signals.Reader.TryRead(out _))
            {
                // Merge what piled up.
            }

            yield return 0;
            await Task.Delay(interval, cancellationToken);
        }
    }

    /// <summary>
    /// Reacts to each change, or burst of changes, until the subscription is disposed or the watcher leaves. What a page
    /// runs for as long as it is open.
    /// </summary>
    /// <param name="interval">The least time between two reactions.</param>
    /// <param name="changed">The reaction; a component enters its own context in it.</param>
    /// <param name="failed">Is told when a reaction fails, which ends the watch.</param>
    /// <param name="leaving">Set when the watcher leaves; cancellation is then no failure.</param>
    /// <returns>A task that ends with the watch; its owner awaits it.</returns>
    public async Task WatchAsync(TimeSpan interval, Func<Task> changed, Func<Exception, Task> failed, CancellationToken leaving)
    {
        ArgumentNullException.ThrowIfNull(changed);
        ArgumentNullException.ThrowIfNull(failed);
        try
        {
            await foreach (var _ in ChangesAsync(interval, leaving))
            {
                await changed();
            }
        }
        catch (OperationCanceledException) when (leaving.IsCancellationRequested)
        {
            // The watcher left.
        }
        catch (Exception e)
        {
            await failed(e);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        removed(this);
        signals.Writer.TryComplete();
    }

    internal void Wake() => signals.Writer.TryWrite(0);
}
