namespace FractureDashboard.ML.Datasets;

/// <summary>Where a path really leads, with every symbolic link on the way resolved.</summary>
public static class PhysicalPath
{
    private const int MaxLinks = 32;

    /// <summary>The path without links, or null when a link is broken or they run in a circle.</summary>
    /// <param name="path">Any path.</param>
    /// <returns>An absolute path, or null.</returns>
    public static string? Resolve(string path)
    {
        var pending = Path.GetFullPath(path);
        for (var links = 0; links < MaxLinks; links++)
        {
            if (FirstLink(pending) is not { } link)
            {
                return pending;
            }

            var target = Path.GetFullPath(link.Target, Path.GetDirectoryName(link.Path)!);
            pending = link.Below.Length == 0 ? target : Path.Combine(target, link.Below);
        }

        return null;
    }

    /// <summary>True when <paramref name="path"/> is below <paramref name="folder"/>; both without links.</summary>
    /// <param name="path">A resolved path.</param>
    /// <param name="folder">A resolved folder.</param>
    /// <returns>Whether it is below.</returns>
    public static bool IsBelow(string path, string folder) =>
        path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static (string Path, string Target, string Below)? FirstLink(string path)
    {
        var prefix = Path.GetPathRoot(path)!;
        var parts = path[prefix.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < parts.Length; i++)
        {
            prefix = Path.Combine(prefix, parts[i]);
            if (new FileInfo(prefix).LinkTarget is { } target)
            {
                return (prefix, target, Path.Combine(parts[(i + 1)..]));
            }
        }

        return null;
    }
}
