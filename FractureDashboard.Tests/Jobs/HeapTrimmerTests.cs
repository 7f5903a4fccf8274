using FractureDashboard.Jobs;
using Microsoft.Extensions.Time.Testing;

namespace FractureDashboard.Tests.Jobs;

public sealed class HeapTrimmerTests
{
    [Fact]
    public async Task Pages_go_back_while_nothing_is_trained()
    {
        var clock = new FakeTimeProvider();
        var runs = new RunCancellations();
        var released = 0;
        using var trimmer = new HeapTrimmer(runs, clock, () => ++released > 0);
        await trimmer.StartAsync(TestContext.Current.CancellationToken);

        await TickUntilAsync(clock, () => released == 2);
        using var source = new CancellationTokenSource();
        using (runs.Register(1, source))
        {
            // The ticks before this one are over when the next release is seen, so none of them is counted below.
            var before = released;
            for (var i = 0; i < 5; i++)
            {
                clock.Advance(HeapTrimmer.Interval);
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }

            Assert.Equal(before, released);
        }

        await TickUntilAsync(clock, () => released >= 3);
        await trimmer.StopAsync(TestContext.Current.CancellationToken);
    }

    private static async Task TickUntilAsync(FakeTimeProvider clock, Func<bool> reached)
    {
        while (!reached())
        {
            clock.Advance(HeapTrimmer.Interval);
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }
}
