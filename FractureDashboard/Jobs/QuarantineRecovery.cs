using FractureDashboard.ML.Quality;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Jobs;

/// <summary>At start, ends the moves into and out of quarantines that a crash interrupted.</summary>
/// <param name="databases">The database.</param>
/// <param name="queue">Has data sets indexed.</param>
/// <param name="clock">The time.</param>
/// <param name="log">The server's log.</param>
internal sealed partial class QuarantineRecovery(
    IDbContextFactory<DashboardContext> databases, DatasetQueue queue, TimeProvider clock, ILogger<QuarantineRecovery> log) : IHostedService
{
    /// <inheritdoc />
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var datasets = await db.Datasets.AsNoTracking().Where(d => d.SourceJson == null).OrderBy(d => d.Id).ToListAsync(cancellationToken);
        foreach (var dataset in datasets)
        {
            if (await Task.Run(() => Recover(dataset), cancellationToken) > 0)
            {
                // One that was interrupted in the move is indexed again anyhow.
                await queue.ReindexAsync(dataset.Id, cancellationToken);
                await NewestScan.MarkOutdatedAsync(db, dataset.Id, cancellationToken);
            }
        }
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private int Recover(Dataset dataset)
    {
        try
        {
            var result = new Quarantine(dataset.Root, clock).Recover();
            foreach (var problem in result.Problems)
            {
                LogProblem(dataset.Id, problem.RelativePath, problem.Problem);
            }

            if (result.Moved.Count > 0)
            {
                LogRecovered(dataset.Id, dataset.Name, result.Moved.Count);
            }

            return result.Moved.Count;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A disk that is not there now must not keep the dashboard from starting; the next move tries again.
            LogUnreachable(e, dataset.Id);
            return 0;
        }
    }

    [LoggerMessage(60, LogLevel.Warning, "Data set {DatasetId} '{Name}': {Count} files were on their way into or out of quarantine when the server stopped; they have arrived now")]
    private partial void LogRecovered(int datasetId, string name, int count);

    [LoggerMessage(61, LogLevel.Warning, "Data set {DatasetId}, '{Path}' in quarantine: {Problem}")]
    private partial void LogProblem(int datasetId, string path, string problem);

    [LoggerMessage(62, LogLevel.Error, "Data set {DatasetId}: its quarantine cannot be reached")]
    private partial void LogUnreachable(Exception exception, int datasetId);
}
