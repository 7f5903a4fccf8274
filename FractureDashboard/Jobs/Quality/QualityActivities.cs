using System.Collections.Concurrent;

namespace FractureDashboard.Jobs;

/// <summary>
/// The scans in progress, in memory: pages read how far they have come and what they have found, and can stop them. What
/// survives a restart is in the database. Watch <see cref="Live.Topics.Quality"/> for changes.
/// </summary>
/// <param name="clock">The time.</param>
public sealed class QualityActivities(TimeProvider clock)
{
    /// <summary>Findings that are kept to be shown while a scan is in progress.</summary>
    public const int NewestKept = 50;

    private readonly ConcurrentDictionary<int, QualityActivity> running = new();

    /// <summary>The scan of a data set that is in progress in this process.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <returns>Null when there is none.</returns>
    public ScanView? Find(int datasetId) => running.TryGetValue(datasetId, out var activity) ? activity.View() : null;

    /// <summary>Stops the scan of a data set that is being removed, and waits until its hands are off the files.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <returns>A task that ends at once when none is in progress.</returns>
    public Task StopAsync(int datasetId) => running.TryGetValue(datasetId, out var activity) ? activity.StopAsync() : Task.CompletedTask;

    /// <summary>Stops a scan at a user's wish. Does not wait.</summary>
    /// <param name="scanId">The scan.</param>
    internal void Cancel(int scanId)
    {
        foreach (var activity in running.Values.Where(a => a.ScanId == scanId))
        {
            activity.Cancel();
        }
    }

    /// <summary>Announces a scan; dispose the result when it has ended.</summary>
    internal QualityActivity Begin(int datasetId, int scanId)
    {
        var activity = new QualityActivity(scanId, () => running.TryRemove(datasetId, out _), clock);
        return running.TryAdd(datasetId, activity)
            ? activity
            : throw new InvalidOperationException($"Data set {datasetId} is being scanned already.");
    }
}
