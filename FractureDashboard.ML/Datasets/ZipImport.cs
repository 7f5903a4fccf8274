using System.Collections.ObjectModel;
using System.Globalization;
using System.IO.Compression;
using FractureDashboard.ML.Imaging;
using ICSharpCode.SharpZipLib.Checksum;

namespace FractureDashboard.ML.Datasets;

/// <summary>
/// Unpacks the images of an untrusted ZIP archive. All or nothing: it unpacks into a temporary folder beside the
/// target and renames it at the end.
/// </summary>
public static class ZipImport
{
    private const int MaxSkippedListed = 1000;

    /// <summary>Looks at an archive's directory without unpacking anything, so that most refusals come at once.</summary>
    /// <param name="zipPath">The archive.</param>
    /// <param name="limits">What the archive may hold at most.</param>
    /// <returns>Why it would be refused, or what it claims to hold.</returns>
    public static ZipInspection Inspect(string zipPath, ZipLimits limits)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(zipPath);
        ArgumentNullException.ThrowIfNull(limits);
        try
        {
            if (TooManyEntries(zipPath, limits) is { } tooMany)
            {
                return new ZipInspection(tooMany, 0, 0, false);
            }

            using var archive = ZipFile.OpenRead(zipPath);
            var entries = archive.Entries;
            var failure = UnsafeName(entries)
                ?? (entries.Any(HasSplitFolder) ? null : $"The archive holds no split folder. {DatasetLayoutException.Expected}");

            // Claims may be absurd; their sum must not overflow.
            var declared = entries.Aggregate(0L, (sum, e) => sum + Math.Clamp(e.Length, 0, long.MaxValue - sum));
            return new ZipInspection(failure, entries.Count, declared, entries.Any(e => e.Name == PhantomManifest.FileName));
        }
        catch (InvalidDataException e)
        {
            return new ZipInspection(Unsound(e), 0, 0, false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return new ZipInspection($"The archive could not be opened: {e.Message}", 0, 0, false);
        }
    }

    /// <summary>Unpacks an archive.</summary>
    /// <param name="zipPath">The archive.</param>
    /// <param name="targetDirectory">Where the images go; must not exist yet or be empty.</param>
    /// <param name="limits">What the archive may hold at most.</param>
    /// <param name="progress">Is told how many entries are done.</param>
    /// <param name="cancellationToken">Stops the import; nothing is left behind.</param>
    /// <returns>What was unpacked, or why the archive was refused.</returns>
    /// <exception cref="OperationCanceledException">The import was cancelled.</exception>
    public static ZipImportResult Extract(
        string zipPath,
        string targetDirectory,
        ZipLimits limits,
        IProgress<(int Done, int Total)>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(zipPath);
        ArgumentException.ThrowIfNullOrWhiteSpace(targetDirectory);
        ArgumentNullException.ThrowIfNull(limits);
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(targetDirectory));
        if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
        {
            return ZipImportResult.Failed($"'{targetDirectory}' exists already and is not empty. Choose another folder.");
        }

        try
        {
            if (TooManyEntries(zipPath, limits) is { } tooMany)
            {
                return ZipImportResult.Failed(tooMany);
            }

            using var archive = ZipFile.OpenRead(zipPath);
            using var staging = new StagingFolder(target);
            var budget = new UnpackBudget(limits, new FileInfo(zipPath).Length);
            var result = Unpack(archive, staging.Path, budget, progress, cancellationToken);
            if (result.Succeeded)
            {
                staging.Publish();
            }

            return result;
        }
        catch (InvalidDataException e)
        {
            return ZipImportResult.Failed(Unsound(e));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return ZipImportResult.Failed($"The archive '{zipPath}' does not exist.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return ZipImportResult.Failed($"The archive could not be unpacked: {e.Message}");
        }
    }

    private static ZipImportResult Unpack(
        ZipArchive archive,
        string folder,
        UnpackBudget budget,
        IProgress<(int Done, int Total)>? progress,
        CancellationToken cancellationToken)
    {
        var entries = archive.Entries;
        if (UnsafeName(entries) is { } refusal)
        {
            return ZipImportResult.Failed(refusal);
        }

        var skipped = new List<SkippedFile>();
        var written = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        int done = 0, files = 0, skippedCount = 0;
        var buffer = new byte[1 << 16];
        var step = Math.Max(1, entries.Count / 200);
        foreach (var entry in entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!entry.FullName.EndsWith('/') && !entry.FullName.EndsWith('\\') && ZipEntryNames.RelativePath(entry) is { } path)
            {
                using var content = entry.Open();
                var head = content.ReadAtLeast(buffer.AsSpan(0, ImageFormats.SniffLength), ImageFormats.SniffLength, throwOnEndOfStream: false);
                if (ReasonToSkip(path, buffer.AsSpan(0, head), written) is { } reason)
                {
                    skippedCount++;
                    if (skipped.Count < MaxSkippedListed)
                    {
                        skipped.Add(new(path, reason));
                    }
                }
                else
                {
                    if (Write(entry, content, Path.Combine(folder, path), buffer, head, budget, cancellationToken) is { } failure)
                    {
                        return ZipImportResult.Failed(failure);
                    }

                    files += IsManifest(path) ? 0 : 1;
                }
            }

            if (++done % step == 0 || done == entries.Count)
            {
                progress?.Report((done, entries.Count));
            }
        }

        return files > 0
            ? new ZipImportResult(null, files, budget.Total, skippedCount, skipped)
            : ZipImportResult.Failed("The archive holds no JPEG, PNG, BMP, GIF, WebP or TIFF image. " + DatasetLayoutException.Expected);
    }

    private static string? ReasonToSkip(string path, ReadOnlySpan<byte> head, HashSet<string> written)
    {
        if (!IsManifest(path) && ImageFormats.Sniff(head) == ImageFormat.Unknown)
        {
            return head.IsEmpty ? DecodeErrors.Empty.Message : DecodeErrors.NotAnImage(head).Message;
        }

        return written.Add(path) ? null : "The archive holds this name more than once; the first one was taken.";
    }

    /// <summary>A packed synthetic set must not lose the note that it is synthetic.</summary>
    private static bool IsManifest(string path) => Path.GetFileName(path) == PhantomManifest.FileName;

    /// <summary>Writes one entry; returns the reason to give up on the whole archive.</summary>
    private static string? Write(
        ZipArchiveEntry entry,
        Stream content,
        string path,
        byte[] buffer,
        int filled,
        UnpackBudget budget,
        CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1);
        var checksum = new Crc32();
        long bytes = 0;
        while (filled > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            bytes += filled;
            if (budget.Spend(entry, bytes, filled) is { } refusal)
            {
                return refusal;
            }

            checksum.Update(new ArraySegment<byte>(buffer, 0, filled));
            file.Write(buffer, 0, filled);
            filled = content.Read(buffer);
        }

        // The framework does not compare them.
        return checksum.Value == entry.Crc32 && bytes == entry.Length
            ? null
            : $"'{entry.FullName}' is damaged in the archive: its checksum or length is not the one recorded. Download or pack it again. Nothing was imported.";
    }

    /// <summary>Judged from the directory's end record, before the framework reads an entry.</summary>
    private static string? TooManyEntries(string zipPath, ZipLimits limits) =>
        ZipDirectory.DeclaredEntries(zipPath) is { } entries && entries > (ulong)limits.MaxEntries
            ? string.Create(CultureInfo.InvariantCulture, $"The archive holds {entries:N0} entries; the limit is {limits.MaxEntries:N0}. Split it.")
            : null;

    private static string? UnsafeName(ReadOnlyCollection<ZipArchiveEntry> entries) =>
        entries.Select(ZipEntryNames.Refusal).FirstOrDefault(r => r is not null);

    private static bool HasSplitFolder(ZipArchiveEntry entry) =>
        ZipEntryNames.RelativePath(entry)?.Split('/') is { } parts && parts[..^1].Any(p => FolderNames.SplitOf(p) is not null);

    private static string Unsound(InvalidDataException e) => $"The file is not a sound ZIP archive: {e.Message} Download or pack it again.";
}
