using FractureDashboard.Live;
using FractureDashboard.ML.Datasets;
using FractureDashboard.Storage;
using Hangfire;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Jobs;

/// <summary>Draws, unpacks and indexes one waiting data set. Hangfire calls it; its queue has a single worker.</summary>
/// <param name="databases">The database.</param>
/// <param name="catalog">Indexes folders.</param>
/// <param name="files">Draws and unpacks.</param>
/// <param name="store">The stored index.</param>
/// <param name="activities">Progress, and the way to stop it.</param>
/// <param name="scans">Has what is new looked over.</param>
/// <param name="live">Wakes the pages.</param>
/// <param name="clock">The time.</param>
/// <param name="log">The server's log.</param>
public sealed partial class DatasetWorker(
    IDbContextFactory<DashboardContext> databases,
    DatasetCatalog catalog,
    DatasetFiles files,
    DatasetIndexStore store,
    DatasetActivities activities,
    AutomaticScans scans,
    LiveEvents live,
    TimeProvider clock,
    ILogger<DatasetWorker> log)
{
    /// <summary>Makes and indexes the data set if it is still waiting; otherwise there is nothing to do.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="shutdown">Set by Hangfire when the server stops; the work is then done at the next start.</param>
    /// <returns>A task.</returns>
    [AutomaticRetry(Attempts = 0)]
    public async Task ExecuteAsync(int datasetId, CancellationToken shutdown)
    {
        var indexed = false;
        using (var activity = await activities.BeginWhenFreeAsync(datasetId, shutdown))
        {
            if (await ClaimAsync(datasetId) is { } dataset)
            {
                indexed = await WorkAsync(dataset, activity, shutdown);
            }
        }

        live.Signal(Topics.Datasets);
        if (indexed)
        {
            await scans.AfterIndexingAsync(datasetId, shutdown);
        }
    }

    // True when it ended with a new index.
    private async Task<bool> WorkAsync(Dataset dataset, DatasetActivity activity, CancellationToken shutdown)
    {
        LogStarted(dataset.Id, dataset.Name);
        var started = clock.GetTimestamp();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(activity.Stopped, shutdown);
        try
        {
            var indexed = await MakeAndIndexAsync(dataset, activity, stop.Token);
            LogEnded(dataset.Id, clock.GetElapsedTime(started).TotalSeconds);
            return indexed;
        }
        catch (OperationCanceledException) when (activity.Stopped.IsCancellationRequested)
        {
            // Its row is gone; whoever removed it removes the files, too.
        }
        catch (OperationCanceledException)
        {
            await PutBackAsync(dataset.Id);
        }
        catch (DatasetLayoutException e)
        {
            LogRefused(dataset.Id, e.Message);
            await store.FailAsync(dataset.Id, e.Message, null);
        }
        catch (Exception e)
        {
            // Whatever it was, the data set must not look busy for ever and the server must go on.
            LogBroken(e, dataset.Id);
            var cause = (e as AggregateException)?.InnerException ?? e;
            await store.FailAsync(dataset.Id, $"The work ended with an error: {cause.Message} Details are in the server's log.", null);
        }

        return false;
    }

    private async Task<bool> MakeAndIndexAsync(Dataset dataset, DatasetActivity activity, CancellationToken cancellationToken)
    {
        LeftOutFiles? leftOut = null;
        if (DatasetSource.Parse(dataset.SourceJson) is { } source)
        {
            var made = files.Make(dataset.Root, source, activity, cancellationToken);
            if (made.Problem is { } problem)
            {
                LogRefused(dataset.Id, problem);
                await store.FailAsync(dataset.Id, problem, null);
                return false;
            }

            leftOut = new(made.LeftOut, made.LeftOutCount);
            dataset.Root = made.Root;
            dataset.Kind = made.Synthetic ? DatasetKind.Synthetic : dataset.Kind;
            await NoteFilesAsync(dataset, source, cancellationToken);
        }

        var (known, corrections) = await store.LoadAsync(dataset.Id, cancellationToken);
        var found = corrections.Apply(catalog.Index(
            dataset.Root,
            known.ToDictionary(k => k.Key, k => corrections.AsInFolder(k.Value.ToRecord()), StringComparer.Ordinal),
            new DatasetFiles.Reporter<IndexProgress>(p => activity.Report(new(DatasetPhase.Indexing, p.Done, p.Total, p.Read))),
            cancellationToken));
        if (found.Images.Count == 0)
        {
            await store.FailAsync(
                dataset.Id,
                $"No usable image was found in '{dataset.Root}'; {found.Skipped.Count} files were skipped. {DatasetLayoutException.Expected}",
                found);
            return false;
        }

        activity.Report(new(DatasetPhase.Saving, 0, 0, 0));

        // Synthetic once, synthetic for ever: a lost manifest must not turn drawings into radiographs.
        var synthetic = dataset.Kind == DatasetKind.Synthetic || PhantomGenerator.ReadManifest(dataset.Root) is not null;
        return await store.SaveAsync(dataset.Id, known, found, synthetic ? DatasetKind.Synthetic : DatasetKind.Folder, leftOut, cancellationToken);
    }

    private async Task<Dataset?> ClaimAsync(int datasetId)
    {
        await using var db = await databases.CreateDbContextAsync();
        var claimed = await db.Datasets.Where(d => d.Id == datasetId && d.State == DatasetState.Pending)
            .ExecuteUpdateAsync(s => s.SetProperty(d => d.State, DatasetState.Working));
        live.Signal(Topics.Datasets);
        return claimed == 0 ? null : await db.Datasets.AsNoTracking().FirstOrDefaultAsync(d => d.Id == datasetId);
    }

    private async Task NoteFilesAsync(Dataset dataset, DatasetSource source, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await db.Datasets.Where(d => d.Id == dataset.Id).ExecuteUpdateAsync(
            s => s.SetProperty(d => d.Root, dataset.Root).SetProperty(d => d.Kind, dataset.Kind).SetProperty(d => d.SourceJson, (string?)null), cancellationToken);
        if (source is { IsUpload: true, ZipPath: { } upload })
        {
            File.Delete(upload);
        }
    }

    private async Task PutBackAsync(int datasetId)
    {
        await using var db = await databases.CreateDbContextAsync();
        await db.Datasets.Where(d => d.Id == datasetId && d.State == DatasetState.Working)
            .ExecuteUpdateAsync(s => s.SetProperty(d => d.State, DatasetState.Pending).SetProperty(d => d.StateReason, "The server stopped during this work; it goes on at the next start."));
    }

    [LoggerMessage(20, LogLevel.Information, "Data set {DatasetId} '{Name}': work starts")]
    private partial void LogStarted(int datasetId, string name);

    [LoggerMessage(21, LogLevel.Information, "Data set {DatasetId}: work ended after {Seconds:0.0} s")]
    private partial void LogEnded(int datasetId, double seconds);

    [LoggerMessage(22, LogLevel.Warning, "Data set {DatasetId}: {Problem}")]
    private partial void LogRefused(int datasetId, string problem);

    [LoggerMessage(23, LogLevel.Error, "Data set {DatasetId}: work failed")]
    private partial void LogBroken(Exception exception, int datasetId);
}
