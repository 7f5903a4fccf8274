namespace FractureDashboard.ML.Datasets;

/// <summary>Where a path really leads, with every symbolic link on the way resolved.</summary>
public static class PhysicalPath
{
    private const int MaxLinks = 40;

    /// <summary>
    /// The path without links, or null when links run in a circle. Resolved as the operating system does it: <c>..</c>
    /// behind a link leaves the folder that the link leads to, not the one that it lies in.
    /// </summary>
    /// <param name="path">Any path.</param>
    /// <returns>An absolute path, or null.</returns>
    public static string? Resolve(string path)
    {
        path = Path.GetFullPath(path);
        var resolved = Path.GetPathRoot(path)!;
        var pending = new Stack<string>(Parts(path[resolved.Length..]));
        var links = 0;
        while (pending.TryPop(out var part))
        {
            if (part == ".")
            {
                continue;
            }

            if (part == "..")
            {
                resolved = Path.GetDirectoryName(resolved) ?? resolved;
                continue;
            }

            var next = Path.Combine(resolved, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                resolved = next;
                continue;
            }

            if (++links > MaxLinks)
            {
                return null;
            }

            if (Path.IsPathRooted(target))
            {
                resolved = Path.GetPathRoot(Path.Combine(resolved, target))!;
                target = target[Path.GetPathRoot(target)!.Length..];
            }

            foreach (var step in Parts(target))
            {
                pending.Push(step);
            }
        }

        return resolved;
    }

    /// <summary>True when <paramref name="path"/> is below <paramref name="folder"/>; both without links.</summary>
    /// <param name="path">A resolved path.</param>
    /// <param name="folder">A resolved folder.</param>
    /// <returns>Whether it is below.</returns>
    public static bool IsBelow(string path, string folder) =>
        path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>The steps of a path, the last one first.</summary>
    private static IEnumerable<string> Parts(string path) => path
        .Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries)
        .Reverse();
}
