using FractureDashboard.Live;
using Microsoft.AspNetCore.Components;

namespace FractureDashboard.Shell;

/// <summary>A component that follows what is stored for as long as it is open. All that it began ends with it.</summary>
public abstract class LiveComponent : ComponentBase, IAsyncDisposable
{
    private readonly CancellationTokenSource leaving = new();
    private readonly List<LiveSubscription> subscriptions = [];
    private readonly List<Task> watches = [];

    /// <summary>A component that nobody has left.</summary>
    protected LiveComponent() => Leaving = leaving.Token;

    /// <summary>Where changes are told.</summary>
    [Inject]
    public required LiveEvents Live { get; init; }

    /// <summary>Set when the component is left; may be asked for ever.</summary>
    protected CancellationToken Leaving { get; }

    /// <inheritdoc />
    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await leaving.CancelAsync();
        subscriptions.ForEach(s => s.Dispose());
        await Task.WhenAll(watches);
        leaving.Dispose();
    }

    /// <summary>Hears of changes from now on; they wait until one of the methods below. Subscribe first, then read the store.</summary>
    /// <param name="topic">See <see cref="Topics"/>.</param>
    /// <returns>The subscription, which belongs to this component.</returns>
    protected LiveSubscription Subscribe(string topic)
    {
        var subscription = Live.Subscribe(topic);
        subscriptions.Add(subscription);
        return subscription;
    }

    /// <summary>Reacts to each change, or burst of changes, in the component's own context. A failure is the page's failure.</summary>
    /// <param name="subscription">Of <see cref="Subscribe"/>.</param>
    /// <param name="interval">The least time between two reactions.</param>
    /// <param name="changed">The reaction.</param>
    /// <returns>A task that ends with the component.</returns>
    protected Task React(LiveSubscription subscription, TimeSpan interval, Func<Task> changed)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        var watch = subscription.WatchAsync(interval, () => InvokeAsync(changed), DispatchExceptionAsync, Leaving);
        watches.Add(watch);
        return watch;
    }

    /// <summary>Subscribes and follows at once, drawing the component anew after each reaction.</summary>
    /// <param name="topic">See <see cref="Topics"/>.</param>
    /// <param name="interval">The least time between two reactions.</param>
    /// <param name="reload">Reads what is shown.</param>
    protected void Follow(string topic, TimeSpan interval, Func<Task> reload) => Follow(Subscribe(topic), interval, reload);

    /// <summary>Follows a subscription, drawing the component anew after each reaction.</summary>
    /// <param name="subscription">Of <see cref="Subscribe"/>.</param>
    /// <param name="interval">The least time between two reactions.</param>
    /// <param name="reload">Reads what is shown.</param>
    protected void Follow(LiveSubscription subscription, TimeSpan interval, Func<Task> reload)
    {
        ArgumentNullException.ThrowIfNull(reload);
        _ = React(subscription, interval, async () =>
        {
            await reload();
            StateHasChanged();
        });
    }
}
