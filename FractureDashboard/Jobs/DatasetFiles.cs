using FractureDashboard.ML.Datasets;
using FractureDashboard.Storage;

namespace FractureDashboard.Jobs;

/// <summary>What came of making a data set's files.</summary>
/// <param name="Problem">Why there are none, and what to do; null when they are in place.</param>
/// <param name="Root">The folder that holds the split folders.</param>
/// <param name="LeftOut">The first entries of the archive that were left out.</param>
/// <param name="LeftOutCount">How many were left out in all.</param>
/// <param name="Synthetic">True when the files are known to be drawn, not taken.</param>
public sealed record MadeFiles(string? Problem, string Root, IReadOnlyList<SkippedFile> LeftOut, int LeftOutCount, bool Synthetic);

/// <summary>Draws or unpacks the files of a data set below our own data root, and removes them.</summary>
/// <param name="paths">Where.</param>
public sealed class DatasetFiles(AppPaths paths)
{
    /// <summary>Draws or unpacks. All or nothing; files that an earlier attempt finished are taken as they are.</summary>
    internal MadeFiles Make(string target, DatasetSource source, DatasetActivity activity, CancellationToken cancellationToken)
    {
        RemoveLeftovers(target);
        var made = source switch
        {
            { Phantom: { } options } => Draw(target, options, activity, cancellationToken),
            { ZipPath: { } zip } => Unpack(target, zip, activity, cancellationToken),
            _ => new MadeFiles("The stored order names neither an archive nor a drawing. Remove the data set and add it again.", target, [], 0, false),
        };
        if (made.Problem is not null)
        {
            return made;
        }

        try
        {
            return made with { Root = DatasetCatalog.ResolveRoot(target) };
        }
        catch (DatasetLayoutException e)
        {
            Directory.Delete(target, recursive: true);
            return made with { Problem = $"The archive was unpacked, but it holds no data set. {e.Message}" };
        }
    }

    /// <summary>Removes our own files of a data set. Anything outside our data root is left alone.</summary>
    /// <param name="root">The data set's root, at or below the folder that was made for it.</param>
    /// <returns>The folder that was removed; null when there was none of ours.</returns>
    public string? Delete(string root)
    {
        if (OwnFolder(root) is not { } folder)
        {
            return null;
        }

        RemoveLeftovers(folder);
        if (!Directory.Exists(folder))
        {
            return null;
        }

        Directory.Delete(folder, recursive: true);
        return folder;
    }

    /// <summary>The folder that was made for a data set: directly below our folder of data sets.</summary>
    /// <param name="root">The data set's root.</param>
    /// <returns>Null when the root lies elsewhere.</returns>
    public string? OwnFolder(string root)
    {
        var relative = Path.GetRelativePath(paths.Datasets, root);
        var first = relative.Split(Path.DirectorySeparatorChar)[0];
        return first is "." or ".." || Path.IsPathRooted(relative) ? null : Path.Combine(paths.Datasets, first);
    }

    private static MadeFiles Draw(string target, PhantomOptions options, DatasetActivity activity, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(target))
        {
            activity.Report(new(DatasetPhase.Drawing, 0, options.Images, 0));
            PhantomGenerator.Generate(target, options, new Reporter<(int Done, int Total)>(p => activity.Report(new(DatasetPhase.Drawing, p.Done, p.Total, 0))), cancellationToken);
        }

        return new(null, target, [], 0, true);
    }

    private MadeFiles Unpack(string target, string zip, DatasetActivity activity, CancellationToken cancellationToken)
    {
        activity.Report(new(DatasetPhase.Unpacking, 0, 0, 0));
        var inspection = ZipImport.Inspect(zip, ZipLimits.Default);
        if (Directory.Exists(target))
        {
            return new(null, target, [], 0, inspection.HoldsPhantomManifest);
        }

        if ((inspection.Failure ?? DatasetDiskSpace.Problem(paths.Datasets, inspection.DeclaredBytes)) is { } problem)
        {
            return new(problem, target, [], 0, false);
        }

        var result = ZipImport.Extract(
            zip,
            target,
            ZipLimits.Default,
            new Reporter<(int Done, int Total)>(p => activity.Report(new(DatasetPhase.Unpacking, p.Done, p.Total, 0))),
            cancellationToken);
        return new(result.Failure, target, result.Skipped, result.SkippedCount, inspection.HoldsPhantomManifest);
    }

    // What a killed process left of an attempt: a folder beside the target, never published.
    private static void RemoveLeftovers(string target)
    {
        foreach (var folder in Directory.EnumerateDirectories(Path.GetDirectoryName(target)!, Path.GetFileName(target) + ".partial-*"))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Unlike Progress<T> it reports on the caller's thread, in order.
    internal sealed class Reporter<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}
