using FractureDashboard.Storage;
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
public sealed class PredictionArchive(AppPaths paths, IDbContextFactory<DashboardContext> databases) : IDisposable
{
    // Between "nobody refers to this file" and its deletion no answer that refers to it may be added.
    private readonly SemaphoreSlim gate = new(1);

    /// <summary>Where an upload's own bytes are kept.</summary>
    /// <param name="contentHash">64 hexadecimal digits.</param>
    /// <returns>An absolute path.</returns>
    public string OriginalPath(string contentHash)
    {
        ArgumentNullException.ThrowIfNull(contentHash);
        return contentHash.Length == 64 && contentHash.All(char.IsAsciiHexDigitLower)
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

    /// <summary>Keeps an answer.</summary>
    /// <param name="prediction">The answer; gets its id.</param>
    /// <param name="uploaded">The image's bytes under a temporary name on the same disk; moved.</param>
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
            var original = OriginalPath(prediction.ContentHash);
            Directory.CreateDirectory(Path.GetDirectoryName(original)!);
            await WriteAsync(ThumbnailPath(prediction.ContentHash), renderings.Thumbnail, cancellationToken);
            await WriteAsync(DisplayPath(prediction.ContentHash), renderings.Display, cancellationToken);
            File.Move(uploaded, original, overwrite: true);
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            db.Predictions.Add(prediction);
            await db.SaveChangesAsync(cancellationToken);
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
            if (await db.Predictions.AsNoTracking().FirstOrDefaultAsync(p => p.Id == id, cancellationToken) is not { } prediction)
            {
                return false;
            }

            await db.Predictions.Where(p => p.Id == id).ExecuteDeleteAsync(cancellationToken);
            if (!await db.Predictions.AnyAsync(p => p.ContentHash == prediction.ContentHash, cancellationToken))
            {
                File.Delete(OriginalPath(prediction.ContentHash));
                File.Delete(ThumbnailPath(prediction.ContentHash));
                File.Delete(DisplayPath(prediction.ContentHash));
            }

            return true;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => gate.Dispose();

    private async Task WriteAsync(string path, byte[] content, CancellationToken cancellationToken)
    {
        if (File.Exists(path))
        {
            return;
        }

        var temporary = Path.Combine(paths.Temporary, $"rendering-{Guid.NewGuid():N}");
        try
        {
            await File.WriteAllBytesAsync(temporary, content, cancellationToken);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
