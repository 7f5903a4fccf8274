using System.Security.Cryptography;
using FractureDashboard.ML.Datasets;

namespace FractureDashboard.ML.Quality;

/// <summary>
/// Puts files of a data set aside, and back. A file is moved by one rename within its file system, never copied and never
/// deleted, so at every moment it is in exactly one place; a journal written before and after says which it shall be.
/// One process at a time works on a data set's quarantine.
/// </summary>
/// <remarks>
/// The files lie in <c>.fracture-quarantine</c> at the data set's root, outside the splits; no indexing enters a folder whose
/// name begins with a dot. Beside them lies <c>journal.jsonl</c>.
/// </remarks>
public sealed class Quarantine
{
    /// <summary>Name of the folder at the data set's root.</summary>
    public const string FolderName = ".fracture-quarantine";

    private readonly string root;
    private readonly string folder;
    private readonly TimeProvider clock;
    private readonly QuarantineJournal journal;

    /// <summary>The quarantine of a data set. Nothing is written before something is put aside.</summary>
    /// <param name="root">The data set's root.</param>
    /// <param name="clock">Dates the moves.</param>
    public Quarantine(string root, TimeProvider clock)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(root);
        this.root = Path.GetFullPath(root);
        this.clock = clock;
        folder = Path.Combine(this.root, FolderName);
        journal = new QuarantineJournal(Path.Combine(folder, "journal.jsonl"));
    }

    /// <summary>The files put aside, in the order in which they were.</summary>
    public IReadOnlyList<QuarantinedFile> Files => [.. journal.Read().Where(e => e.Step is QuarantineStep.Aside or QuarantineStep.Returning).Select(e => e.File)];

    /// <summary>Ends what a crash interrupted: every move that was begun is done.</summary>
    /// <returns>The files that were moved now, and those that cannot be.</returns>
    public QuarantineResult Recover()
    {
        var open = journal.Read();

        // A power cut can lose a rename that the journal already tells of; the file is then where it was.
        QuarantinedFile[] never = [.. open.Where(e => e.Step == QuarantineStep.Aside && !File.Exists(Aside(e.File)) && IsUnchanged(e.File)).Select(e => e.File)];
        if (never.Length > 0)
        {
            journal.Append(never, QuarantineStep.Leaving);
            open = journal.Read();
        }

        // What somebody has put in a file's place since the crash is not what was to be moved.
        var begun = open.Where(e => e.Step == QuarantineStep.Leaving).Select(e => e.File).ToLookup(f => !File.Exists(Original(f)) || IsUnchanged(f));
        QuarantinedFile[] replaced = [.. begun[false]];
        if (replaced.Length > 0)
        {
            journal.Append(replaced, QuarantineStep.Back);
        }

        var leaving = Move([.. begun[true]], Original, Aside, QuarantineStep.Aside, QuarantineStep.Back);
        var returning = Move([.. open.Where(e => e.Step == QuarantineStep.Returning).Select(e => e.File)], Aside, Original, QuarantineStep.Back, QuarantineStep.Aside);
        return new(
            [.. leaving.Moved, .. returning.Moved],
            [.. replaced.Select(f => new QuarantineProblem(f.RelativePath, "Another file lies in its place; it stays there.")), .. leaving.Problems, .. returning.Problems]);
    }

    /// <summary>Puts files aside.</summary>
    /// <param name="requests">Which, and why.</param>
    /// <param name="cancellationToken">Stops before the first file is touched; once moving, all are moved.</param>
    /// <returns>What was moved and what was not: a file that is gone, was changed since the scan, or may not be moved stays.</returns>
    public QuarantineResult PutAside(IReadOnlyList<QuarantineRequest> requests, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(requests);
        var problems = new List<QuarantineProblem>();
        var files = new List<QuarantinedFile>();
        foreach (var request in requests.DistinctBy(r => r.RelativePath, StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Check(request) is { } problem)
            {
                problems.Add(new(request.RelativePath, problem));
            }
            else
            {
                var bytes = new FileInfo(At(request.RelativePath)).Length;
                files.Add(new(Guid.NewGuid(), request.RelativePath, request.ContentHash, bytes, request.Reason, clock.GetUtcNow().UtcDateTime));
            }
        }

        if (files.Count == 0)
        {
            return new([], problems);
        }

        Directory.CreateDirectory(folder);
        journal.Append(files, QuarantineStep.Leaving);
        var done = Move(files, Original, Aside, QuarantineStep.Aside, QuarantineStep.Back);
        return done with { Problems = [.. problems, .. done.Problems] };
    }

    /// <summary>Puts files back where they were.</summary>
    /// <param name="ids">Which; those that are not put aside are passed over.</param>
    /// <returns>What was moved and what was not: a place that another file has taken meanwhile is not overwritten.</returns>
    public QuarantineResult Restore(IReadOnlySet<Guid> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        QuarantinedFile[] files = [.. Files.Where(f => ids.Contains(f.Id))];
        if (files.Length == 0)
        {
            return new([], []);
        }

        journal.Append(files, QuarantineStep.Returning);
        return Move(files, Aside, Original, QuarantineStep.Back, QuarantineStep.Aside);
    }

    /// <summary>Where a file put aside lies.</summary>
    /// <param name="file">The file.</param>
    public string Aside(QuarantinedFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return Path.Combine(folder, "files", file.Id.ToString("N") + Path.GetExtension(file.RelativePath));
    }

    private string Original(QuarantinedFile file) => At(file.RelativePath);

    private bool IsUnchanged(QuarantinedFile file) => File.Exists(Original(file)) && HasContent(Original(file), file.ContentHash);

    private string At(string relativePath) => Path.Combine(root, relativePath.Replace('/', Path.DirectorySeparatorChar));

    private QuarantineResult Move(IReadOnlyList<QuarantinedFile> files, Func<QuarantinedFile, string> from, Func<QuarantinedFile, string> to, QuarantineStep done, QuarantineStep undone)
    {
        var moved = new List<QuarantinedFile>();
        var problems = new List<(QuarantinedFile File, string Problem)>();
        foreach (var file in files)
        {
            if (MoveOne(from(file), to(file), file.ContentHash) is { } problem)
            {
                problems.Add((file, problem));
            }
            else
            {
                moved.Add(file);
            }
        }

        if (moved.Count > 0)
        {
            journal.Append(moved, done);
        }

        if (problems.Count > 0)
        {
            journal.Append(problems.Select(p => p.File), undone);
        }

        return new(moved, [.. problems.Select(p => new QuarantineProblem(p.File.RelativePath, p.Problem))]);
    }

    private static string? MoveOne(string from, string to, string hash)
    {
        try
        {
            if (!File.Exists(from))
            {
                // Moved already, before a crash; or somebody took it away.
                return File.Exists(to) && HasContent(to, hash) ? null : "The file is gone; somebody has moved or deleted it.";
            }

            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Move(from, to, overwrite: false);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return File.Exists(to)
                ? "Another file lies in its place meanwhile. Move that one away and try again."
                : $"The file could not be moved: {e.Message}";
        }
    }

    private string? Check(QuarantineRequest request)
    {
        var path = At(request.RelativePath);
        if (PhysicalPath.Resolve(root) is not { } physicalRoot || PhysicalPath.Resolve(path) is not { } target || !File.Exists(target))
        {
            return "The file is gone; index the data set again.";
        }

        // A linked file is moved as a link; what it points to stays, but must not lie outside either.
        if (!PhysicalPath.IsBelow(target, physicalRoot) || !PhysicalPath.IsBelow(Path.GetFullPath(path), root))
        {
            return "The path leads out of the data set.";
        }

        try
        {
            return HasContent(path, request.ContentHash) ? null : "The file has changed since the scan. Scan the data set again.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"The file cannot be read: {e.Message}";
        }
    }

    private static bool HasContent(string path, string hash)
    {
        using var stream = File.OpenRead(path);
        return string.Equals(Convert.ToHexStringLower(SHA256.HashData(stream)), hash, StringComparison.Ordinal);
    }
}
