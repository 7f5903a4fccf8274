using System.Buffers;
using System.Security.Cryptography;
using FractureDashboard.Storage;

namespace FractureDashboard.Predict;

/// <summary>Bytes on disk under a temporary name, removed with this object unless moved away before.</summary>
/// <param name="Path">Where.</param>
/// <param name="Bytes">How many.</param>
/// <param name="ContentHash">Their SHA-256 in lower-case hexadecimal.</param>
public sealed record ReceivedFile(string Path, long Bytes, string ContentHash) : IDisposable
{
    /// <inheritdoc />
    public void Dispose() => Remove(Path);

    /// <summary>Deletes a file that may be gone, and its folder with it.</summary>
    internal static void Remove(string path)
    {
        if (File.Exists(path))
        {
            File.Delete(path);
        }
    }
}

/// <summary>Copies a stream that cannot be trusted to disk, counting and hashing on the way.</summary>
/// <param name="paths">Where.</param>
public sealed class UploadReceiver(AppPaths paths)
{
    /// <summary>How the temporary files begin.</summary>
    internal const string TemporaryPrefix = "upload-";

    private const int BufferSize = 64 * 1024;

    /// <summary>Copies it, and stops at the limit whatever length was claimed.</summary>
    /// <param name="content">The bytes.</param>
    /// <param name="fileName">Its name, for the message.</param>
    /// <param name="maximumBytes">The limit.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The file, or the refusal.</returns>
    public async Task<(ReceivedFile? File, PredictionError? Error)> ReceiveAsync(Stream content, string fileName, long maximumBytes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        var path = Path.Combine(paths.Temporary, $"{TemporaryPrefix}{Guid.NewGuid():N}");
        var keep = false;
        try
        {
            var (bytes, hash) = await CopyAsync(content, path, maximumBytes, cancellationToken);
            if (hash is null)
            {
                return (null, TooLarge(fileName, maximumBytes));
            }

            if (bytes == 0)
            {
                return (null, Empty(fileName));
            }

            keep = true;
            return (new ReceivedFile(path, bytes, hash), null);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return (null, TooLarge(fileName, maximumBytes));
        }
        catch (SourceFailedException e)
        {
            return (null, new(PredictionFailure.Unreadable, fileName, $"The file did not arrive completely ({e.InnerException!.Message.TrimEnd('.')}). Choose it again."));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, new(PredictionFailure.NotStored, fileName, NotStored));
        }
        finally
        {
            if (!keep)
            {
                ReceivedFile.Remove(path);
            }
        }
    }

    /// <summary>What to say when the server's disk refuses.</summary>
    internal const string NotStored = "The server could not write to its data folder. Check its free space and permissions, then try again.";

    /// <summary>The refusal of a file that is too large, for those who know its length before reading it.</summary>
    /// <param name="fileName">Its name.</param>
    /// <param name="maximumBytes">The limit.</param>
    /// <returns>The refusal.</returns>
    public static PredictionError TooLarge(string fileName, long maximumBytes) => new(
        PredictionFailure.TooLarge, fileName, $"The file is larger than {maximumBytes / 1e6:0.#} MB. Reduce the image, or store it compressed (JPEG or PNG).");

    /// <summary>The refusal of a file without bytes.</summary>
    /// <param name="fileName">Its name.</param>
    /// <returns>The refusal.</returns>
    public static PredictionError Empty(string fileName) => new(PredictionFailure.Empty, fileName, "The file is empty (0 bytes). Copy or export it again.");

    private static async Task<(long Bytes, string? Hash)> CopyAsync(Stream content, string path, long maximumBytes, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await using var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
            long total = 0;
            int read;
            while ((read = await ReadAsync(content, buffer.AsMemory(0, BufferSize), cancellationToken)) > 0)
            {
                total += read;
                if (total > maximumBytes)
                {
                    return (total, null);
                }

                sha.AppendData(buffer, 0, read);
                await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }

            return (total, Convert.ToHexStringLower(sha.GetHashAndReset()));
        }
        finally
        {
            // Patients' pixels do not stay behind in a buffer that others rent.
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    // Tells a sender that broke off from a disk that is full: both are IOExceptions, but not of the same person's making.
    private static async ValueTask<int> ReadAsync(Stream content, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await content.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (e is IOException and not BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }
            or InvalidDataException or UnauthorizedAccessException or TimeoutException)
        {
            throw new SourceFailedException(e);
        }
    }

    private sealed class SourceFailedException(Exception inner) : Exception(inner.Message, inner);
}
