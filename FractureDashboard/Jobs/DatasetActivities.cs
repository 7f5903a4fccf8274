using System.Collections.Concurrent;
using FractureDashboard.Live;

namespace FractureDashboard.Jobs;

/// <summary>What is being done to a data set.</summary>
public enum DatasetPhase
{
    /// <summary>Synthetic images are drawn.</summary>
    Drawing,

    /// <summary>An archive is unpacked.</summary>
    Unpacking,

    /// <summary>Files are looked at; the new and changed ones are read.</summary>
    Indexing,

    /// <summary>The index is written to the database.</summary>
    Saving,
}

/// <summary>How far the work on a data set has come.</summary>
/// <param name="Phase">What is being done.</param>
/// <param name="Done">Files handled so far.</param>
/// <param name="Total">Files in all; 0 while that is not known.</param>
/// <param name="Read">While indexing: files that had to be read.</param>
public readonly record struct DatasetProgress(DatasetPhase Phase, int Done, int Total, int Read)
{
    /// <summary>0 to 1, or null while the total is not known.</summary>
    public double? Share => Total > 0 ? (double)Done / Total : null;
}

/// <summary>
/// The work in progress on data sets, in memory: pages read how far it has come and can stop it. What survives a
/// restart is the state in the database.
/// </summary>
/// <param name="live">Wakes the pages.</param>
/// <param name="clock">The time.</param>
public sealed class DatasetActivities(LiveEvents live, TimeProvider clock)
{
    private readonly ConcurrentDictionary<int, DatasetActivity> running = new();

    /// <summary>How far the work on a data set has come.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <returns>Null when none is in progress in this process, or it has not reported yet.</returns>
    public DatasetProgress? Find(int datasetId) => running.TryGetValue(datasetId, out var activity) ? activity.Progress : null;

    /// <summary>Stops the work on a data set and waits until its hands are off the files.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <returns>A task that ends at once when there is no work in progress.</returns>
    public Task StopAsync(int datasetId) => running.TryGetValue(datasetId, out var activity) ? activity.StopAsync() : Task.CompletedTask;

    /// <summary>Announces work as soon as no other is in progress; dispose the result when it has ended.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The work.</returns>
    internal async Task<DatasetActivity> BeginWhenFreeAsync(int datasetId, CancellationToken cancellationToken)
    {
        var activity = new DatasetActivity(() => running.TryRemove(datasetId, out _), live, clock);
        while (!running.TryAdd(datasetId, activity))
        {
            if (running.TryGetValue(datasetId, out var other))
            {
                await other.Ended.WaitAsync(cancellationToken);
            }
        }

        return activity;
    }
}
