namespace FractureDashboard.ML.Datasets;

/// <summary>A file in a class folder, not yet opened.</summary>
internal readonly record struct FoundFile(string RelativePath, string FullPath, Split Split, Label Label, long Bytes, DateTime ModifiedUtc);

/// <summary>
/// Walks a data set's folders. Finds the files in class folders, and notes what lies elsewhere. Never leaves the root:
/// linked folders are not entered, linked files count only when they lead to a file below the root.
/// </summary>
internal sealed class DatasetWalk
{
    private const int MaxDepth = 24;
    private readonly string physicalRoot;
    private readonly CancellationToken cancellationToken;

    private DatasetWalk(string root, CancellationToken cancellationToken)
    {
        physicalRoot = PhysicalPath.Resolve(root) ?? root;
        this.cancellationToken = cancellationToken;
    }

    /// <summary>Files in class folders.</summary>
    public List<FoundFile> Files { get; } = [];

    /// <summary>Files outside class folders: candidates for a remark when they are images.</summary>
    public List<(string RelativePath, string FullPath, string Place)> Strays { get; } = [];

    /// <summary>What could not be entered or followed.</summary>
    public List<SkippedFile> Skipped { get; } = [];

    /// <summary>Walks everything below a root.</summary>
    public static DatasetWalk Of(string root, CancellationToken cancellationToken)
    {
        var walk = new DatasetWalk(root, cancellationToken);
        walk.Enter(new DirectoryInfo(root), relative: "", split: null, label: null, depth: 0);
        return walk;
    }

    /// <summary>Files and folders of operating systems and archivers, which are never data.</summary>
    public static bool IsSystemName(string name) =>
        name.StartsWith('.') || name is "__MACOSX" or "@eaDir" or "$RECYCLE.BIN" or "System Volume Information" or "lost+found"
        || name.Equals("Thumbs.db", StringComparison.OrdinalIgnoreCase)
        || name.Equals("desktop.ini", StringComparison.OrdinalIgnoreCase);

    private void Enter(DirectoryInfo folder, string relative, Split? split, Label? label, int depth)
    {
        cancellationToken.ThrowIfCancellationRequested();
        FileSystemInfo[] entries;
        try
        {
            entries = folder.GetFileSystemInfos();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Skipped.Add(new(relative, $"The folder could not be opened: {e.Message}"));
            return;
        }

        foreach (var entry in entries)
        {
            if (IsSystemName(entry.Name))
            {
                continue;
            }

            var path = relative.Length == 0 ? entry.Name : $"{relative}/{entry.Name}";
            if (entry is DirectoryInfo child)
            {
                EnterChild(child, path, split, label, depth);
            }
            else
            {
                Add((FileInfo)entry, path, split, label);
            }
        }
    }

    private void EnterChild(DirectoryInfo child, string path, Split? split, Label? label, int depth)
    {
        if (child.LinkTarget is not null)
        {
            Skipped.Add(new(path, "The folder is a symbolic link, and linked folders are not entered. Move or copy it to its place."));
        }
        else if (depth >= MaxDepth)
        {
            Skipped.Add(new(path, $"The folder is nested deeper than {MaxDepth} levels."));
        }
        else if (split is { } outer && label is null && FolderNames.SplitOf(child.Name) is { } inner && inner != outer)
        {
            Skipped.Add(new(path, "The folder names another split than the folder it lies in, so its images could belong to either. Move it out of that folder."));
        }
        else
        {
            // The first folder that names a split or a class decides; folders below it may be called anything.
            var childSplit = split ?? (depth == 0 ? FolderNames.SplitOf(child.Name) : null);
            var childLabel = label ?? (split is null ? null : FolderNames.LabelOf(child.Name));
            Enter(child, path, childSplit, childLabel, depth + 1);
        }
    }

    private void Add(FileInfo file, string path, Split? split, Label? label)
    {
        try
        {
            if (file.LinkTarget is not null)
            {
                if (PhysicalPath.Resolve(file.FullName) is not { } target || !PhysicalPath.IsBelow(target, physicalRoot) || !File.Exists(target))
                {
                    Skipped.Add(new(path, "The file is a symbolic link that leads out of the data set or nowhere; it is not followed. Copy the image to its place."));
                    return;
                }

                file = new FileInfo(target);
            }

            if (split is { } s && label is { } l)
            {
                Files.Add(new(path, file.FullName, s, l, file.Length, WholeMilliseconds(file.LastWriteTimeUtc)));
            }
            else
            {
                Strays.Add((path, file.FullName, split is null ? "outside the split folders" : "in a split folder but in no class folder"));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Skipped.Add(new(path, $"The file could not be looked at: {e.Message}"));
        }
    }

    /// <summary>Databases keep fewer digits than file systems; both must compare equal.</summary>
    internal static DateTime WholeMilliseconds(DateTime time) =>
        new(time.Ticks - (time.Ticks % TimeSpan.TicksPerMillisecond), DateTimeKind.Utc);
}
