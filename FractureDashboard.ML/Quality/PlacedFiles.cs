using FractureDashboard.ML.Datasets;

namespace FractureDashboard.ML.Quality;

/// <summary>Lists what a scan looks at.</summary>
public static class PlacedFiles
{
    /// <summary>The files in the class folders of a data set, those that are no images included.</summary>
    /// <param name="root">The folder that holds the split folders.</param>
    /// <param name="corrections">Splits and labels that count instead of the folders', by relative path.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The files, ordered by relative path.</returns>
    public static IReadOnlyList<PlacedFile> Of(string root, IReadOnlyDictionary<string, (Split Split, Label Label)> corrections, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(root);
        ArgumentNullException.ThrowIfNull(corrections);
        return [.. DatasetWalk.Of(root, cancellationToken).Files
            .Select(f => corrections.TryGetValue(f.RelativePath, out var c)
                ? new PlacedFile(f.RelativePath, c.Split, c.Label, f.Bytes, f.ModifiedUtc)
                : new PlacedFile(f.RelativePath, f.Split, f.Label, f.Bytes, f.ModifiedUtc))
            .OrderBy(f => f.RelativePath, StringComparer.Ordinal)];
    }

    /// <summary>One file, without split and class.</summary>
    /// <param name="path">The file.</param>
    /// <param name="relativePath">Its path below the root of the scan.</param>
    /// <returns>The file.</returns>
    /// <exception cref="IOException">It is not there.</exception>
    public static PlacedFile OfFile(string path, string relativePath)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var file = new FileInfo(path);
        return new(relativePath, null, null, file.Length, DatasetWalk.WholeMilliseconds(file.LastWriteTimeUtc));
    }

    /// <summary>All files below any folder, without split and class. Hidden ones and links are passed over.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The files, ordered by relative path.</returns>
    /// <exception cref="IOException">A folder cannot be listed.</exception>
    public static IReadOnlyList<PlacedFile> OfAnyFolder(string folder, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        var files = new List<PlacedFile>();
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint, IgnoreInaccessible = false };
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", options))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var relative = Path.GetRelativePath(folder, file.FullName).Replace(Path.DirectorySeparatorChar, '/');
            files.Add(new(relative, null, null, file.Length, DatasetWalk.WholeMilliseconds(file.LastWriteTimeUtc)));
        }

        return [.. files.OrderBy(f => f.RelativePath, StringComparer.Ordinal)];
    }
}
