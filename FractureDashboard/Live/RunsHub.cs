using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.SignalR;

namespace FractureDashboard.Live;

/// <summary>The live events for clients other than the pages: <c>/hubs/runs</c>.</summary>
/// <param name="reader">The store.</param>
/// <param name="live">The wake-ups.</param>
public sealed class RunsHub(RunReader reader, LiveEvents live) : Hub
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>Streams a run: everything after a sequence number at once, then what comes, until the run has ended.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="afterSequence">0 for everything.</param>
    /// <param name="cancellationToken">Set when the client leaves.</param>
    /// <returns>The news, at most five times a second.</returns>
    /// <exception cref="HubException">There is no such run.</exception>
    public async IAsyncEnumerable<RunDelta> Watch(int runId, long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var subscription = live.Subscribe(Topics.Run(runId));
        var delta = await reader.ReadAsync(runId, afterSequence, cancellationToken) ?? throw new HubException($"There is no run {runId}.");
        yield return delta;
        if (!delta.Run.IsActive)
        {
            yield break;
        }

        await foreach (var _ in subscription.ChangesAsync(Interval, cancellationToken))
        {
            delta = await reader.ReadAsync(runId, delta.LastSequence, cancellationToken);
            if (delta is null)
            {
                yield break;
            }

            yield return delta;
            if (!delta.Run.IsActive)
            {
                yield break;
            }
        }
    }
}
