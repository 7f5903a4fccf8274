using System.Collections.Concurrent;
using FractureDashboard.ML.Runtime;

namespace FractureDashboard.Tests.ML.Runtime;

public sealed class QuietThreadsTests
{
    [Fact]
    public async Task A_parallel_loop_stays_on_them()
    {
        using var threads = new QuietThreads("quiet");
        var names = new ConcurrentDictionary<string, byte>(StringComparer.Ordinal);

        await Task.Factory.StartNew(
            () => Parallel.For(0, 2000, new ParallelOptions { TaskScheduler = TaskScheduler.Current }, _ => names[Thread.CurrentThread.Name ?? "other"] = 0),
            CancellationToken.None,
            TaskCreationOptions.None,
            threads);

        Assert.All(names.Keys, n => Assert.StartsWith("quiet ", n, StringComparison.Ordinal));
        Assert.InRange(names.Count, 1, Environment.ProcessorCount);
    }

    [Fact]
    public async Task A_failure_reaches_who_awaits_it_and_the_threads_go_on()
    {
        using var threads = new QuietThreads("quiet");
        await Assert.ThrowsAsync<InvalidDataException>(() => Task.Factory.StartNew(() => throw new InvalidDataException(), CancellationToken.None, TaskCreationOptions.None, threads));

        Assert.Equal(7, await Task.Factory.StartNew(() => 7, CancellationToken.None, TaskCreationOptions.None, threads));
    }

    [Fact]
    public async Task The_threads_end_when_they_are_let_go()
    {
        Thread? one;
        using (var threads = new QuietThreads("quiet"))
        {
            one = await Task.Factory.StartNew(() => Thread.CurrentThread, CancellationToken.None, TaskCreationOptions.None, threads);
        }

        Assert.True(one.Join(TimeSpan.FromSeconds(30)));
    }
}
