using FractureDashboard.ML.Preprocessing;
using FractureDashboard.Storage;

namespace FractureDashboard.Operations;

/// <summary>The caches and what they may take.</summary>
/// <param name="Caches">Most recently used first.</param>
/// <param name="BudgetBytes">What they may take together.</param>
/// <param name="IsBudgetSet">False when the budget is the default.</param>
/// <param name="FreeBytes">What is free on their disk.</param>
public sealed record CacheOverview(IReadOnlyList<TensorCacheEntry> Caches, long BudgetBytes, bool IsBudgetSet, long FreeBytes)
{
    /// <summary>What they take together.</summary>
    public long TotalBytes => Caches.Sum(c => c.Bytes);
}

/// <summary>What became of a request.</summary>
/// <param name="Deleted">Caches deleted.</param>
/// <param name="Problem">What went wrong, for a person; null when nothing did.</param>
public sealed record CacheChange(int Deleted, string? Problem);

/// <summary>Lists and deletes the decoded images on disk, and keeps their size budget.</summary>
/// <param name="paths">Where they lie.</param>
/// <param name="clock">The time.</param>
public sealed class CacheStore(AppPaths paths, TimeProvider clock)
{
    /// <summary>Reads what there is.</summary>
    /// <returns>The overview.</returns>
    public Task<CacheOverview> ReadAsync() => Task.Run(() =>
    {
        var (budget, isSet) = CacheBudget.Read(paths.Cache);
        return new CacheOverview(TensorCaches.List(paths.Cache), budget, isSet, new DriveInfo(paths.Cache).AvailableFreeSpace);
    });

    /// <summary>Deletes caches that no run uses.</summary>
    /// <param name="names">Which.</param>
    /// <returns>How many went; those in use stay.</returns>
    public Task<CacheChange> DeleteAsync(IReadOnlyCollection<string> names) => Task.Run(() =>
    {
        var deleted = 0;
        try
        {
            foreach (var name in names)
            {
                deleted += TensorCaches.Delete(paths.Cache, name) ? 1 : 0;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new CacheChange(deleted, $"A file could not be deleted: {e.Message}");
        }

        return new CacheChange(deleted, deleted < names.Count ? "What a run is using was kept." : null);
    });

    /// <summary>Sets the budget and keeps to it at once.</summary>
    /// <param name="bytes">Bytes, or null for the default.</param>
    /// <returns>How many caches went for it.</returns>
    public Task<CacheChange> SetBudgetAsync(long? bytes) => Task.Run(() =>
    {
        try
        {
            CacheBudget.Write(paths.Cache, bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new CacheChange(0, $"The budget could not be stored: {e.Message}");
        }

        return new CacheChange(TensorCaches.Trim(paths.Cache, clock).Count, null);
    });
}
