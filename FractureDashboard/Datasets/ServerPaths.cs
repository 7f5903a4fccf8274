namespace FractureDashboard.Datasets;

/// <summary>Paths on the server as people type and paste them.</summary>
internal static class ServerPaths
{
    /// <summary>Reads a typed path.</summary>
    /// <param name="typed">As typed; quotes around it, as file managers copy them, are dropped.</param>
    /// <param name="what">What it should lead to, for the message.</param>
    /// <returns>The full path, or what is wrong.</returns>
    public static (string? Path, string? Problem) Parse(string typed, string what)
    {
        var path = typed.Trim();
        if (path.Length >= 2 && path[0] is '"' or '\'' && path[^1] == path[0])
        {
            path = path[1..^1].Trim();
        }

        if (path.Length == 0)
        {
            return (null, $"Give the path of the {what} on the server.");
        }

        if (path.Any(char.IsControl))
        {
            return (null, "The path holds control characters. Type it again.");
        }

        return Path.IsPathFullyQualified(path)
            ? (Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)), null)
            : (null, $"Give the full path, from the root of the server's file system (for example {Example}).");
    }

    /// <summary>The folder behind a link, so that one folder is registered under one path.</summary>
    public static string Physical(string folder) =>
        Path.TrimEndingDirectorySeparator(new DirectoryInfo(folder).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? folder);

    /// <summary>True for a folder itself and everything below it.</summary>
    public static bool IsBelow(string path, string folder) =>
        (path + Path.DirectorySeparatorChar).StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string Example => OperatingSystem.IsWindows() ? @"D:\x-rays\set-1" : "/srv/x-rays/set-1";
}
