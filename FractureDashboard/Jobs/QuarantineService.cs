using System.Security.Cryptography;
using System.Text.Json;
using FractureDashboard.Live;
using FractureDashboard.ML.Quality;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Jobs;

/// <summary>
/// Puts files of data sets aside and back; the index follows. While files are moved the data set counts as being worked on,
/// so no indexing or scan begins on half of them, and a start after a crash indexes it again. A scan that is at work is stopped;
/// the next one goes on from what it saw.
/// </summary>
/// <remarks>A problem with an empty path concerns the whole request.</remarks>
/// <param name="databases">The database.</param>
/// <param name="activities">Work in progress on data sets.</param>
/// <param name="queue">Has data sets indexed.</param>
/// <param name="scans">Has data sets scanned.</param>
/// <param name="scanning">Scans in progress.</param>
/// <param name="live">Wakes the pages.</param>
/// <param name="clock">The time.</param>
public sealed class QuarantineService(
    IDbContextFactory<DashboardContext> databases,
    DatasetActivities activities,
    DatasetQueue queue,
    QualityQueue scans,
    QualityActivities scanning,
    LiveEvents live,
    TimeProvider clock)
{
    /// <summary>Most characters of a reason.</summary>
    public const int MostReasonCharacters = 500;

    private const int PathsInAQuery = 500;

    /// <summary>Moves files into the data set's quarantine.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="relativePaths">The files, images or not.</param>
    /// <param name="reason">Why, a sentence for people.</param>
    /// <param name="cancellationToken">Stops before the first file is touched; once moving, all are moved.</param>
    /// <returns>What was moved and what was not.</returns>
    public Task<QuarantineResult> PutAsideAsync(int datasetId, IReadOnlyList<string> relativePaths, string reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(relativePaths);
        ArgumentNullException.ThrowIfNull(reason);
        return reason.Trim() is not { Length: > 0 and <= MostReasonCharacters } why
            ? Task.FromResult(Refused($"Give a reason of 1 to {MostReasonCharacters} characters."))
            : MoveAsync(datasetId, async (dataset, quarantine, stop) =>
            {
                await using var db = await databases.CreateDbContextAsync(stop);
                string[] paths = [.. relativePaths.Distinct(StringComparer.Ordinal)];
                var known = await HashesAsync(db, dataset.Id, paths, stop);
                if (known.Images == dataset.ImageCount && known.Images > 0)
                {
                    return Refused("That would leave no image in the data set. Leave some, or remove the data set instead.");
                }

                return await Task.Run(() => PutAside(dataset.Root, quarantine, paths, known.Hashes, why, stop), stop);
            }, cancellationToken);
    }

    /// <summary>Moves files back to where they were.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="ids">Which; null for all.</param>
    /// <param name="cancellationToken">Stops before the first file is touched.</param>
    /// <returns>What was moved and what was not.</returns>
    public Task<QuarantineResult> RestoreAsync(int datasetId, IReadOnlySet<Guid>? ids, CancellationToken cancellationToken) =>
        MoveAsync(datasetId, (_, quarantine, stop) => Task.Run(() => quarantine.Restore(ids ?? quarantine.Files.Select(f => f.Id).ToHashSet()), stop), cancellationToken);

    /// <summary>The files of a data set that are put aside, in the order in which they were.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The files; none when the data set is gone or its folder cannot be reached.</returns>
    public async Task<IReadOnlyList<QuarantinedFile>> FilesAsync(int datasetId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var root = await db.Datasets.Where(d => d.Id == datasetId).Select(d => d.Root).FirstOrDefaultAsync(cancellationToken);
        return root is null ? [] : await Task.Run(() => Files(root), cancellationToken);
    }

    private async Task<QuarantineResult> MoveAsync(int datasetId, Func<Dataset, Quarantine, CancellationToken, Task<QuarantineResult>> move, CancellationToken cancellationToken)
    {
        var (claimed, obstacle) = await ClaimAsync(datasetId, cancellationToken);
        if (claimed is null)
        {
            return Refused(obstacle!);
        }

        // What is not known to have left every file in its place is indexed again.
        QuarantineResult? result = null;
        var stopped = false;
        try
        {
            stopped = await StopScansAsync(datasetId, cancellationToken);
            using var activity = await activities.BeginWhenFreeAsync(datasetId, cancellationToken);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(activity.Stopped, cancellationToken);
            if (!await ExistsAsync(datasetId, cancellationToken))
            {
                return result = Refused("The data set has been removed.");
            }

            var quarantine = new Quarantine(claimed.Root, clock);
            await Task.Run(quarantine.Recover, stop.Token);
            return result = await move(claimed, quarantine, stop.Token);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refused($"The files could not be moved: {e.Message} The quarantine lies within '{claimed.Root}', so the dashboard needs the right to write there, and room on its disk.");
        }
        finally
        {
            await ReleaseAsync(claimed, isUntouched: result is { Moved.Count: 0 });
            if (stopped && result is { Moved.Count: 0 })
            {
                // It was stopped for nothing; after an indexing it is started anyhow.
                await scans.StartAsync(datasetId, CancellationToken.None);
            }
        }
    }

    private async Task<(Dataset? Dataset, string? Obstacle)> ClaimAsync(int datasetId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var dataset = await db.Datasets.AsNoTracking().FirstOrDefaultAsync(d => d.Id == datasetId, cancellationToken);
        if (NewestScan.Obstacle(dataset) is { } obstacle)
        {
            return (null, obstacle);
        }

        await db.Datasets.Where(d => d.Id == datasetId).ExecuteUpdateAsync(
            s => s.SetProperty(d => d.State, DatasetState.Working).SetProperty(d => d.StateReason, "Files are being moved into or out of its quarantine."), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        live.Signal(Topics.Datasets);
        return (dataset, null);
    }

    // It would take files on their way for missing ones. While the data set is claimed none begins.
    private async Task<bool> StopScansAsync(int datasetId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var active = await db.QualityScans
            .Where(s => s.DatasetId == datasetId && (s.State == ScanState.Queued || s.State == ScanState.Running))
            .Select(s => s.Id)
            .ToListAsync(cancellationToken);
        foreach (var scan in active)
        {
            await scans.CancelAsync(scan, cancellationToken);
        }

        await scanning.StopAsync(datasetId);
        return active.Count > 0;
    }

    private async Task ReleaseAsync(Dataset dataset, bool isUntouched)
    {
        await using var db = await databases.CreateDbContextAsync();
        var (state, reason) = isUntouched ? (dataset.State, dataset.StateReason) : (DatasetState.Pending, null);
        var released = await db.Datasets.Where(d => d.Id == dataset.Id && d.State == DatasetState.Working).ExecuteUpdateAsync(
            s => s.SetProperty(d => d.State, state).SetProperty(d => d.StateReason, reason));
        if (!isUntouched && released > 0)
        {
            await NewestScan.MarkOutdatedAsync(db, dataset.Id, CancellationToken.None);
            queue.Enqueue(dataset.Id);
        }

        live.Signal(Topics.Datasets);
    }

    private async Task<bool> ExistsAsync(int datasetId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Datasets.AnyAsync(d => d.Id == datasetId, cancellationToken);
    }

    /// <summary>What the index, or else the newest inspection, says of the files' contents.</summary>
    private static async Task<(Dictionary<string, string> Hashes, int Images)> HashesAsync(DashboardContext db, int datasetId, string[] paths, CancellationToken cancellationToken)
    {
        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        var images = 0;
        foreach (var some in paths.Chunk(PathsInAQuery))
        {
            foreach (var image in await db.Images.Where(i => i.DatasetId == datasetId && some.Contains(i.RelativePath)).Select(i => new { i.RelativePath, i.ContentHash }).ToListAsync(cancellationToken))
            {
                hashes[image.RelativePath] = image.ContentHash;
                images++;
            }

            foreach (var facts in await db.QualityFacts.Where(f => f.DatasetId == datasetId && some.Contains(f.RelativePath)).Select(f => new { f.RelativePath, f.Json }).ToListAsync(cancellationToken))
            {
                if (JsonSerializer.Deserialize<SeenContent>(facts.Json, JsonSerializerOptions.Web)?.ContentHash is { } hash)
                {
                    hashes.TryAdd(facts.RelativePath, hash);
                }
            }
        }

        return (hashes, images);
    }

    private static QuarantineResult PutAside(
        string root, Quarantine quarantine, string[] paths, Dictionary<string, string> hashes, string reason, CancellationToken cancellationToken)
    {
        var requests = new List<QuarantineRequest>();
        var problems = new List<QuarantineProblem>();
        foreach (var path in paths)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (hash, problem) = hashes.TryGetValue(path, out var known) ? (known, null) : HashOf(root, path);
            if (hash is not null)
            {
                requests.Add(new(path, hash, reason));
            }
            else
            {
                problems.Add(new(path, problem!));
            }
        }

        var result = quarantine.PutAside(requests, cancellationToken);
        return result with { Problems = [.. problems, .. result.Problems] };
    }

    // Neither indexed nor scanned: a file that is no image. Where it lies is checked before anything is moved.
    private static (string? Hash, string? Problem) HashOf(string root, string path)
    {
        try
        {
            using var stream = File.OpenRead(Path.Combine(root, path.Replace('/', Path.DirectorySeparatorChar)));
            return (Convert.ToHexStringLower(SHA256.HashData(stream)), null);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return (null, "The file is gone; index the data set again.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, $"The file cannot be read: {e.Message}");
        }
    }

    private IReadOnlyList<QuarantinedFile> Files(string root)
    {
        try
        {
            return new Quarantine(root, clock).Files;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static QuarantineResult Refused(string problem) => new([], [new("", problem)]);

    // The one part of the facts that matters here, whatever else a version of the inspector writes.
    private sealed record SeenContent(string? ContentHash);
}
