using System.Collections.Concurrent;

namespace FractureDashboard.ML.Runtime;

/// <summary>
/// Threads for long parallel work, as many as there are cores, which step back behind those that answer browsers. Parallel
/// loops that take <see cref="TaskScheduler.Current"/> run on them when they are started from a task on them.
/// </summary>
/// <remarks>
/// The pool's own threads cannot be used for it: they are shared, and one whose priority was lowered would answer browsers
/// slowly for ever after.
/// </remarks>
public sealed class QuietThreads : TaskScheduler, IDisposable
{
    private readonly BlockingCollection<Task> waiting = [];
    private readonly Thread[] threads;
    private int alive;

    /// <summary>Starts the threads.</summary>
    /// <param name="name">Names them in debuggers.</param>
    public QuietThreads(string name)
    {
        threads = [.. Enumerable.Range(1, Environment.ProcessorCount).Select(i => new Thread(Work) { Name = $"{name} {i}", IsBackground = true })];
        alive = threads.Length;
        foreach (var thread in threads)
        {
            thread.Start();
        }
    }

    /// <inheritdoc />
    public override int MaximumConcurrencyLevel => threads.Length;

    /// <summary>Lets the threads end once all that was begun is done. Does not wait for it.</summary>
    public void Dispose() => waiting.CompleteAdding();

    /// <inheritdoc />
    protected override void QueueTask(Task task) => waiting.Add(task);

    /// <inheritdoc />
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        threads.Contains(Thread.CurrentThread) && TryExecuteTask(task);

    /// <inheritdoc />
    protected override IEnumerable<Task> GetScheduledTasks() => [.. waiting];

    private void Work()
    {
        ThreadNiceness.Lower();
        foreach (var task in waiting.GetConsumingEnumerable())
        {
            TryExecuteTask(task);
        }

        if (Interlocked.Decrement(ref alive) == 0)
        {
            waiting.Dispose();
        }
    }
}
