using System.Security.Cryptography;
using FractureDashboard.ML.Imaging;

namespace FractureDashboard.ML.Datasets;

/// <summary>
/// Indexes a data set: which images there are, in which split and class, what their content is. Only new and changed
/// files are opened.
/// </summary>
/// <param name="decoder">Reads the headers.</param>
public sealed class DatasetCatalog(ImageDecoder decoder)
{
    private const int MaxWrappingFolders = 3;
    private const int MaxFoldersLookedAt = 5000;

    /// <summary>
    /// Finds the folder that holds the split folders: the given one, or one at most three levels below it, as in an
    /// unpacked archive with a wrapping folder.
    /// </summary>
    /// <param name="path">Where to look.</param>
    /// <returns>Full path of the data set's root.</returns>
    /// <exception cref="DatasetLayoutException">There is none, or more than one; the message says what was found.</exception>
    public static string ResolveRoot(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var level = new List<string> { ExistingFolder(path) };
        for (var depth = 0; depth <= MaxWrappingFolders; depth++)
        {
            var roots = level.Where(HasSplitFolder).ToList();
            switch (roots)
            {
                case [var root]:
                    return root;
                case [_, _, ..]:
                    throw new DatasetLayoutException(
                        $"There are {roots.Count} data sets below '{path}': {string.Join(", ", roots.Take(5).Select(r => $"'{Path.GetRelativePath(path, r)}'"))}. Choose one of them.");
            }

            level = [.. level.SelectMany(Subfolders).Take(MaxFoldersLookedAt + 1)];
            if (level.Count > MaxFoldersLookedAt)
            {
                throw new DatasetLayoutException($"'{path}' holds too many folders to search. Give the folder that holds the split folders.");
            }
        }

        throw new DatasetLayoutException($"No split folder was found in '{path}' or up to {MaxWrappingFolders} levels below it. {DatasetLayoutException.Expected}");
    }

    /// <summary>Indexes the data set at a root.</summary>
    /// <param name="root">The folder that holds the split folders; see <see cref="ResolveRoot"/>.</param>
    /// <param name="known">
    /// Records of an earlier indexing by relative path. A file of the same size and modification time (to the
    /// millisecond) keeps its record and is not opened.
    /// </param>
    /// <param name="progress">Is told now and then how far it has come, from several threads and not always in order.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <returns>The images, the skipped files, the fingerprint and the number of files read.</returns>
    /// <exception cref="DatasetLayoutException">The folder does not exist or holds no split folder.</exception>
    public CatalogResult Index(
        string root,
        IReadOnlyDictionary<string, ImageRecord> known,
        IProgress<IndexProgress>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(root);
        ArgumentNullException.ThrowIfNull(known);
        root = ExistingFolder(root);
        if (!HasSplitFolder(root))
        {
            throw new DatasetLayoutException($"'{root}' holds no split folder. {DatasetLayoutException.Expected}");
        }

        var walk = DatasetWalk.Of(root, cancellationToken);
        var images = new ImageRecord?[walk.Files.Count];
        var problems = new SkippedFile?[walk.Files.Count];
        int done = 0, read = 0;
        var step = Math.Max(1, walk.Files.Count / 200);
        progress?.Report(new(0, walk.Files.Count, 0));

        Parallel.For(0, walk.Files.Count, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            var file = walk.Files[i];
            if (Unchanged(file, known) is { } record)
            {
                images[i] = record;
            }
            else
            {
                Interlocked.Increment(ref read);
                (images[i], problems[i]) = Read(file);
            }

            var now = Interlocked.Increment(ref done);
            if (now % step == 0 && now < walk.Files.Count)
            {
                progress?.Report(new(now, walk.Files.Count, Volatile.Read(ref read)));
            }
        });

        var usable = images.OfType<ImageRecord>().OrderBy(r => r.RelativePath, StringComparer.Ordinal).ToArray();
        var skipped = walk.Skipped
            .Concat(problems.OfType<SkippedFile>())
            .Concat(MisplacedImages(walk, cancellationToken))
            .OrderBy(s => s.RelativePath, StringComparer.Ordinal)
            .ToArray();
        progress?.Report(new(walk.Files.Count, walk.Files.Count, read));
        return new CatalogResult(usable, skipped, DatasetFingerprint.Compute(usable), read);
    }

    private static ImageRecord? Unchanged(FoundFile file, IReadOnlyDictionary<string, ImageRecord> known) =>
        known.TryGetValue(file.RelativePath, out var record)
        && record.Bytes == file.Bytes
        && DatasetWalk.WholeMilliseconds(record.ModifiedUtc) == file.ModifiedUtc
        && record.Split == file.Split
        && record.Label == file.Label
            ? record
            : null;

    private (ImageRecord? Image, SkippedFile? Problem) Read(FoundFile file)
    {
        var content = FileContent.ReadImage(file.FullPath, DecodeLimits.Dataset.MaxBytes);
        if (content.Value is not { } bytes)
        {
            return (null, new(file.RelativePath, content.Error!.Message));
        }

        var header = decoder.ReadHeader(bytes, DecodeLimits.Dataset);
        if (header.Value is not { } facts)
        {
            return (null, new(file.RelativePath, header.Error!.Message));
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        return (new ImageRecord(file.RelativePath, file.Split, file.Label, bytes.Length, file.ModifiedUtc, hash, facts.Width, facts.Height, facts.Format), null);
    }

    /// <summary>Images that lie where they belong to no class. Other files there (a read-me, a table) are nobody's concern.</summary>
    private static IEnumerable<SkippedFile> MisplacedImages(DatasetWalk walk, CancellationToken cancellationToken)
    {
        var head = new byte[ImageFormats.SniffLength];
        foreach (var (relativePath, fullPath, place) in walk.Strays)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var length = ReadHead(fullPath, head);
            if (ImageFormats.Sniff(head.AsSpan(0, length)) != ImageFormat.Unknown)
            {
                yield return new(relativePath, $"The image lies {place}, so its class is not known. Move it into a class folder of train, val or test.");
            }
        }
    }

    private static int ReadHead(string path, byte[] head)
    {
        try
        {
            // Pipes and devices have no length, and opening a pipe may block for ever.
            if (new FileInfo(path).Length == 0)
            {
                return 0;
            }

            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
            return stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private static string ExistingFolder(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Directory.Exists(full))
        {
            return full;
        }

        throw new DatasetLayoutException(File.Exists(full)
            ? $"'{path}' is a file, not a folder. Give the folder that holds the split folders, or import the file if it is a ZIP archive."
            : $"The folder '{path}' does not exist or may not be opened on this machine.");
    }

    private static bool HasSplitFolder(string folder) => Subfolders(folder).Any(IsSplitFolder);

    /// <summary>A folder named like a split that holds other splits, as <c>training/val</c>, is a wrapper around a data set.</summary>
    private static bool IsSplitFolder(string folder)
    {
        if (FolderNames.SplitOf(Path.GetFileName(folder)) is not { } split)
        {
            return false;
        }

        var names = Subfolders(folder).Select(f => Path.GetFileName(f)!).ToList();
        return names.Exists(n => FolderNames.LabelOf(n) is not null) || !names.Exists(n => FolderNames.SplitOf(n) is { } inner && inner != split);
    }

    private static IEnumerable<string> Subfolders(string folder)
    {
        try
        {
            return [.. new DirectoryInfo(folder).GetDirectories()
                .Where(d => d.LinkTarget is null && !DatasetWalk.IsSystemName(d.Name))
                .Select(d => d.FullName)
                .Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
