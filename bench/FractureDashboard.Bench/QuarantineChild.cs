using System.Security.Cryptography;
using FractureDashboard.ML.Quality;

namespace FractureDashboard.Bench;

/// <summary>Moves all images of a data set into its quarantine, or back, in a process of its own that may be killed at any time.</summary>
internal static class QuarantineChild
{
    /// <summary>The hidden command; a data set's root and what to do follow.</summary>
    public const string Command = "quarantine-child";

    /// <summary>Puts everything aside.</summary>
    public const string PutAside = "aside";

    /// <summary>Puts everything back.</summary>
    public const string Restore = "restore";

    /// <summary>Said when the work begins.</summary>
    public const string Begun = "begun";

    /// <summary>Said when it is done.</summary>
    public const string Done = "done";

    /// <summary>Does it.</summary>
    /// <param name="root">The data set's root.</param>
    /// <param name="what"><see cref="PutAside"/> or <see cref="Restore"/>.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string root, string what)
    {
        var quarantine = new Quarantine(root, TimeProvider.System);
        QuarantineRequest[] requests = [.. Images(root).Select(i => new QuarantineRequest(i.Path, i.Hash, "Benchmark."))];
        Console.WriteLine(Begun);
        var result = what == PutAside
            ? quarantine.PutAside(requests, CancellationToken.None)
            : quarantine.Restore(quarantine.Files.Select(f => f.Id).ToHashSet());
        Console.WriteLine(Done);
        return result.Problems.Count;
    }

    /// <summary>The images in their places, ordered by path, with the SHA-256 of their bytes.</summary>
    /// <param name="root">The data set's root.</param>
    public static IReadOnlyList<(string Path, string Hash)> Images(string root) =>
    [
        .. Directory.EnumerateFiles(root, "phantom-*", SearchOption.AllDirectories)
            .Select(f => (Path: Path.GetRelativePath(root, f).Replace(Path.DirectorySeparatorChar, '/'), File: f))
            .Where(f => !f.Path.StartsWith(Quarantine.FolderName, StringComparison.Ordinal))
            .OrderBy(f => f.Path, StringComparer.Ordinal)
            .Select(f => (f.Path, Hash(f.File))),
    ];

    /// <summary>SHA-256 of a file.</summary>
    /// <param name="file">The file.</param>
    public static string Hash(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
}
