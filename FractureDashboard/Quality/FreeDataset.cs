using FractureDashboard.Live;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Quality;

/// <summary>
/// Has a change of a data set wait for its turn. Whatever moves files has them indexed again, and what a user does next
/// shall follow that instead of being refused.
/// </summary>
/// <param name="databases">The database.</param>
/// <param name="live">Tells of changes.</param>
public sealed class FreeDataset(IDbContextFactory<DashboardContext> databases, LiveEvents live)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>Changes a data set when it is not being indexed; after some minutes in any case, and the change itself then says what is in its way.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="change">The change.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <typeparam name="T">What comes of it.</typeparam>
    /// <returns>What came of it.</returns>
    public async Task<T> ChangeAsync<T>(int datasetId, Func<Task<T>> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        await WaitAsync(datasetId, cancellationToken);
        return await change();
    }

    private async Task WaitAsync(int datasetId, CancellationToken cancellationToken)
    {
        using var subscription = live.Subscribe(Topics.Datasets);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Longest);
        try
        {
            if (!await IsBusyAsync(datasetId, limit.Token))
            {
                return;
            }

            await foreach (var _ in subscription.ChangesAsync(Interval, limit.Token))
            {
                if (!await IsBusyAsync(datasetId, limit.Token))
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Long enough.
        }
    }

    private async Task<bool> IsBusyAsync(int datasetId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Datasets.AnyAsync(d => d.Id == datasetId && (d.State == DatasetState.Pending || d.State == DatasetState.Working), cancellationToken);
    }
}
