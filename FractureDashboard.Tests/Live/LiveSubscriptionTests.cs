using FractureDashboard.Live;

namespace FractureDashboard.Tests.Live;

public sealed class LiveSubscriptionTests
{
    private readonly LiveEvents live = new();

    [Fact]
    public async Task A_watch_reacts_to_its_topic_and_ends_with_the_subscription()
    {
        var reacted = new TaskCompletionSource();
        var subscription = live.Subscribe("a");
        var watching = subscription.WatchAsync(TimeSpan.Zero, () => { reacted.TrySetResult(); return Task.CompletedTask; }, Failed, CancellationToken.None);

        live.Signal("b");
        Assert.False(reacted.Task.IsCompleted);
        live.Signal("a");
        await reacted.Task;
        subscription.Dispose();

        await watching;
    }

    [Fact]
    public async Task Leaving_is_no_failure_even_in_the_middle_of_a_reaction()
    {
        using var leaving = new CancellationTokenSource();
        using var subscription = live.Subscribe("a");
        live.Signal("a");

        await subscription.WatchAsync(TimeSpan.Zero, () => { leaving.Cancel(); return Task.FromCanceled(leaving.Token); }, Failed, leaving.Token);
    }

    [Fact]
    public async Task A_reaction_that_fails_is_reported_once_and_ends_the_watch()
    {
        var failures = new List<Exception>();
        using var subscription = live.Subscribe("a");
        live.Signal("a");

        await subscription.WatchAsync(TimeSpan.Zero, () => throw new InvalidOperationException("no"), e => { failures.Add(e); return Task.CompletedTask; }, CancellationToken.None);

        Assert.Equal("no", Assert.Single(failures).Message);
    }

    private static Task Failed(Exception e)
    {
        Assert.Fail(e.ToString());
        return Task.CompletedTask;
    }
}
