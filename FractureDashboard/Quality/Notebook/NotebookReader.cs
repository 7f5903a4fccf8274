using System.Collections.Concurrent;
using FractureDashboard.ML.Quality;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Quality.Notebook;

/// <summary>What the notebook's clean-up would have done, beside what the scan says of the same files.</summary>
/// <param name="Files">Files that both looked at.</param>
/// <param name="DeletedSound">Sound images that it deletes.</param>
/// <param name="KeptBroken">Files that no training can use, which it keeps.</param>
/// <param name="DeletedBroken">Files that no training can use, which it deletes for good.</param>
public sealed record NotebookComparison(int Files, IReadOnlyList<string> DeletedSound, IReadOnlyList<string> KeptBroken, int DeletedBroken);

/// <summary>
/// Compares the notebook's rule with a scan. The rule looks at the first bytes of a file only, so these are read, once for
/// each scan, and nothing is deleted.
/// </summary>
/// <param name="databases">The database.</param>
public sealed class NotebookReader(IDbContextFactory<DashboardContext> databases)
{
    private static readonly QualityRule[] Broken =
        [QualityRule.Unreadable, QualityRule.Empty, QualityRule.NotAnImage, QualityRule.Truncated, QualityRule.Damaged, QualityRule.TooLarge];

    private readonly ConcurrentDictionary<int, (string Stamp, Task<NotebookComparison> Comparison)> known = new();

    /// <summary>Compares.</summary>
    /// <param name="header">The data set and its scans.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The comparison; null without a completed scan.</returns>
    public async Task<NotebookComparison?> ReadAsync(QualityHeader header, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(header);
        if (header.Completed is null)
        {
            return null;
        }

        // Whoever asks first reads for all; a page that is left does not stop what another waits for.
        var entry = known.AddOrUpdate(
            header.Dataset.Id,
            _ => (header.Stamp, CompareAsync(header)),
            (_, old) => old.Stamp == header.Stamp && !old.Comparison.IsFaulted ? old : (header.Stamp, CompareAsync(header)));
        return await entry.Comparison.WaitAsync(cancellationToken);
    }

    private async Task<NotebookComparison> CompareAsync(QualityHeader header)
    {
        await using var db = await databases.CreateDbContextAsync();
        var paths = await db.QualityFacts.Where(f => f.DatasetId == header.Dataset.Id).Select(f => f.RelativePath).ToListAsync();
        var broken = (await db.QualityFindings.Where(f => f.ScanId == header.Completed!.Id && Broken.Contains(f.Rule)).Select(f => f.RelativePath).ToListAsync()).ToHashSet(StringComparer.Ordinal);
        var aside = header.Aside.ToHashSet(StringComparer.Ordinal);
        return await Task.Run(() => Compare(header.Dataset.Root, paths.Where(p => !aside.Contains(p)), broken));
    }

    private static NotebookComparison Compare(string root, IEnumerable<string> paths, HashSet<string> broken)
    {
        var verdicts = new ConcurrentBag<(string Path, bool Keeps)>();
        Parallel.ForEach(paths, path =>
        {
            if (Head(Path.Combine(root, path.Replace('/', Path.DirectorySeparatorChar))) is { } head)
            {
                verdicts.Add((path, !ImghdrRule.WouldRemove(head, path)));
            }
        });
        return new NotebookComparison(
            verdicts.Count,
            [.. verdicts.Where(v => !v.Keeps && !broken.Contains(v.Path)).Select(v => v.Path).Order(StringComparer.Ordinal)],
            [.. verdicts.Where(v => v.Keeps && broken.Contains(v.Path)).Select(v => v.Path).Order(StringComparer.Ordinal)],
            verdicts.Count(v => !v.Keeps && broken.Contains(v.Path)));
    }

    // A file that is gone or may not be read is none that the notebook could judge either.
    private static byte[]? Head(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            var head = new byte[ImghdrRule.HeadLength];
            var read = file.ReadAtLeast(head, ImghdrRule.HeadLength, throwOnEndOfStream: false);
            return head[..read];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
