using FractureDashboard.Live;
using FractureDashboard.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Predict;

/// <summary>The pictures made of an upload; what a browser is ever shown of it.</summary>
/// <param name="Thumbnail">A small WebP.</param>
/// <param name="Display">A full-size PNG.</param>
public sealed record Renderings(byte[] Thumbnail, byte[] Display);

/// <summary>
/// Keeps answers and their images. A file is named by its content's hash, so the same image is kept once however often
/// it was asked about, and goes with the last answer about it.
/// </summary>
/// <param name="paths">Where the images lie.</param>
/// <param name="databases">The database.</param>
/// <param name="live">Wakes those who list answers.</param>
/// <param name="logger">The log.</param>
public sealed partial class PredictionArchive(
    AppPaths paths, IDbContextFactory<DashboardContext> databases, LiveEvents live, ILogger<PredictionArchive> logger) : IDisposable
{
    /// <summary>The topic of <see cref="LiveEvents"/> that tells of answers added and deleted.</summary>
    public const string Topic = "predictions";

    /// <summary>How the temporary files of <see cref="PredictionArchive"/> begin.</summary>
    internal const string TemporaryPrefix = "rendering-";

    private const int HashLength = 64;
    private const int SqliteForeignKeyFailed = 787;

    // Between "nobody refers to this file" and its deletion no answer that refers to it may be added.
    private readonly SemaphoreSlim gate = new(1);

    /// <summary>Where an upload's own bytes are kept.</summary>
    /// <param name="contentHash">64 hexadecimal digits.</param>
    /// <returns>An absolute path.</returns>
    public string OriginalPath(string contentHash)
    {
        ArgumentNullException.ThrowIfNull(contentHash);
        return IsHash(contentHash)
            ? Path.Combine(paths.Predictions, contentHash[..2], contentHash)
            : throw new ArgumentException("Not a SHA-256 in lower-case hexadecimal.", nameof(contentHash));
    }

    /// <summary>Where its thumbnail is kept.</summary>
    /// <param name="contentHash">64 hexadecimal digits.</param>
    /// <returns>An absolute path.</returns>
    public string ThumbnailPath(string contentHash) => OriginalPath(contentHash) + ".thumb.webp";

    /// <summary>Where its full-size rendering is kept.</summary>
    /// <param name="contentHash">64 hexadecimal digits.</param>
    /// <returns>An absolute path.</returns>
    public string DisplayPath(string contentHash) => OriginalPath(contentHash) + ".view.png";

    /// <summary>Keeps an answer. When that fails, nothing of it stays behind.</summary>
    /// <param name="prediction">The answer; gets its id, and loses its run when that was deleted meanwhile.</param>
    /// <param name="uploaded">The image's bytes under a temporary name on the same disk; moved unless kept already.</param>
    /// <param name="renderings">Its pictures.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task.</returns>
    public async Task AddAsync(Prediction prediction, string uploaded, Renderings renderings, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        ArgumentNullException.ThrowIfNull(renderings);
        await gate.WaitAsync(cancellationToken);
        try
        {
            await KeepAsync(prediction.ContentHash, uploaded, renderings, cancellationToken);
            await InsertAsync(prediction, cancellationToken);
            live.Signal(Topic);
        }
        catch
        {
            await DeleteUnreferencedAsync(prediction.ContentHash, CancellationToken.None);
            throw;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Removes an answer, and its image unless another answer is about the same one.</summary>
    /// <param name="id">The answer.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>False when it was gone already.</returns>
    public async Task<bool> DeleteAsync(int id, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            var contentHash = await db.Predictions.Where(p => p.Id == id).Select(p => p.ContentHash).FirstOrDefaultAsync(cancellationToken);
            if (contentHash is null)
            {
                return false;
            }

            await db.Predictions.Where(p => p.Id == id).ExecuteDeleteAsync(cancellationToken);
            live.Signal(Topic);

            // The answer is gone from here on; a request that ends now must not leave a patient's image behind.
            await DeleteUnreferencedAsync(contentHash, CancellationToken.None);
            return true;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Removes images that no answer refers to, as an ended process may leave behind.</summary>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>How many images went.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var kept = Directory.EnumerateFiles(paths.Predictions, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetFileName(f).Split('.')[0])
            .Where(IsHash)
            .ToHashSet();
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            await foreach (var hash in db.Predictions.Select(p => p.ContentHash).AsAsyncEnumerable().WithCancellation(cancellationToken))
            {
                kept.Remove(hash);
            }
        }

        var removed = 0;
        foreach (var hash in kept)
        {
            await gate.WaitAsync(cancellationToken);
            try
            {
                removed += await DeleteUnreferencedAsync(hash, cancellationToken) ? 1 : 0;
            }
            finally
            {
                gate.Release();
            }
        }

        return removed;
    }

    /// <inheritdoc />
    public void Dispose() => gate.Dispose();

    /// <summary>Whether a row could not be written because what it refers to is gone.</summary>
    internal static bool IsForeignKeyFailure(DbUpdateException e) => e.InnerException is SqliteException { SqliteExtendedErrorCode: SqliteForeignKeyFailed };

    private static bool IsHash(string text) => text.Length == HashLength && text.All(char.IsAsciiHexDigitLower);

    private async Task KeepAsync(string contentHash, string uploaded, Renderings renderings, CancellationToken cancellationToken)
    {
        var original = OriginalPath(contentHash);
        Directory.CreateDirectory(Path.GetDirectoryName(original)!);
        await WriteAsync(ThumbnailPath(contentHash), renderings.Thumbnail, cancellationToken);
        await WriteAsync(DisplayPath(contentHash), renderings.Display, cancellationToken);
        if (!File.Exists(original))
        {
            File.Move(uploaded, original);
        }
    }

    private async Task InsertAsync(Prediction prediction, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        db.Predictions.Add(prediction);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (prediction.RunId is not null && IsForeignKeyFailure(e))
        {
            // The run was deleted while its model answered. The answer stands, as those given before do.
            prediction.RunId = null;
            await db.SaveChangesAsync(cancellationToken);
        }
    }

    /// <summary>Deletes an image's files unless an answer refers to it; the gate must be held.</summary>
    private async Task<bool> DeleteUnreferencedAsync(string contentHash, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.Predictions.AnyAsync(p => p.ContentHash == contentHash, cancellationToken))
        {
            return false;
        }

        try
        {
            File.Delete(DisplayPath(contentHash));
            File.Delete(ThumbnailPath(contentHash));
            File.Delete(OriginalPath(contentHash));
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Held open by another program, as Windows allows: the sweep at the next start removes it.
            LogLeftBehind(contentHash, e);
            return false;
        }
    }

    private async Task WriteAsync(string path, byte[] content, CancellationToken cancellationToken)
    {
        if (File.Exists(path))
        {
            return;
        }

        var temporary = Path.Combine(paths.Temporary, $"{TemporaryPrefix}{Guid.NewGuid():N}");
        try
        {
            await using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true))
            {
                await file.WriteAsync(content, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            ReceivedFile.Remove(temporary);
        }
    }

    [LoggerMessage(EventId = 5001, Level = LogLevel.Warning, Message = "The files of the deleted prediction image {ContentHash} could not be removed; the next start tries again")]
    private partial void LogLeftBehind(string contentHash, Exception exception);
}
