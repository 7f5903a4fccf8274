using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Quality;

namespace FractureDashboard.Cli;

/// <summary>What a path leads to.</summary>
/// <param name="Root">The folder that the files lie below.</param>
/// <param name="IsDataset">True when the folders tell splits and classes.</param>
/// <param name="Files">The files; at least one.</param>
internal sealed record ScanTarget(string Root, bool IsDataset, IReadOnlyList<PlacedFile> Files)
{
    private static readonly Dictionary<string, (Split, Label)> NoCorrections = [];

    /// <summary>Finds the files.</summary>
    /// <param name="path">A data set, or a folder up to three levels above it; any other folder; or a file.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The files, or what is wrong.</returns>
    /// <exception cref="IOException">A folder cannot be listed.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder may not be listed.</exception>
    public static (ScanTarget? Target, string? Problem) Resolve(string path, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            return (null, "Give the path of a data set, a folder or a file.");
        }

        var full = Path.GetFullPath(path);
        if (File.Exists(full))
        {
            var folder = Path.GetDirectoryName(full)!;
            var name = Path.GetFileName(full);
            return (new(folder, false, [PlacedFiles.OfFile(full, name)]), null);
        }

        if (!Directory.Exists(full))
        {
            return (null, $"'{full}' does not exist or may not be opened.");
        }

        var target = Dataset(full, cancellationToken) ?? new ScanTarget(full, false, PlacedFiles.OfAnyFolder(full, cancellationToken));
        return target.Files.Count == 0 ? (null, $"There is no file in '{full}'.") : (target, null);
    }

    private static ScanTarget? Dataset(string folder, CancellationToken cancellationToken)
    {
        try
        {
            var root = DatasetCatalog.ResolveRoot(folder);
            var files = PlacedFiles.Of(root, NoCorrections, cancellationToken);
            return files.Count == 0 ? null : new(root, true, files);
        }
        catch (DatasetLayoutException)
        {
            // No data set, or several: then its files are looked at without splits and classes.
            return null;
        }
    }
}
