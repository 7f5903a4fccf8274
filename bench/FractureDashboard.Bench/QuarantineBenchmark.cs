using System.Diagnostics;
using System.Globalization;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Quality;

namespace FractureDashboard.Bench;

/// <summary>
/// A bulk quarantine, and a bulk restore, killed (SIGKILL) at ten random moments: after each the next start makes the move whole,
/// every file is in exactly one place, and a restore brings back every byte.
/// </summary>
internal static class QuarantineBenchmark
{
    private const int Seed = 2026;

    public static async Task RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        using var folder = new ScratchFolder();
        var root = folder.Sub("data");
        PhantomGenerator.Generate(root, new PhantomOptions(BenchScale.Of(500, 60), Size: 128), null, cancellationToken);
        var before = QuarantineChild.Images(root);
        var putting = await TimeAsync(root, QuarantineChild.PutAside, cancellationToken);
        var returning = await TimeAsync(root, QuarantineChild.Restore, cancellationToken);
        Print(output, $"Quarantine of {before.Count} files, undisturbed: put aside in {putting.TotalMilliseconds:0} ms, restored in {returning.TotalMilliseconds:0} ms; killed with SIGKILL:");
        Print(output, $"| kill | during | aimed at | moved by then | settled at the next start | in one place each | as before, once restored |");
        Print(output, $"|---|---|---|---|---|---|---|");
        var random = new Random(Seed);
        var failed = false;
        for (var kill = 1; kill <= BenchScale.Of(10, 3); kill++)
        {
            var restoring = kill % 2 == 0;
            if (restoring)
            {
                _ = await TimeAsync(root, QuarantineChild.PutAside, cancellationToken);
            }

            // Checking and writing the journal take most of the time, so most kills wait for the renames themselves.
            var aim = kill % 5 == 0 ? 0 : random.Next(1, before.Count);
            var moment = (restoring ? returning : putting) * random.NextDouble();
            await KillAsync(
                root,
                restoring ? QuarantineChild.Restore : QuarantineChild.PutAside,
                aim == 0 ? watch => watch.Elapsed >= moment : _ => (restoring ? before.Count - Aside(root) : Aside(root)) >= aim,
                cancellationToken);
            var here = before.Count(f => File.Exists(Path.Combine(root, f.Path)));

            var quarantine = new Quarantine(root, TimeProvider.System);
            var recovered = quarantine.Recover();
            var whole = IsWhole(root, quarantine, before) && recovered.Problems.Count == 0;
            quarantine.Restore(quarantine.Files.Select(f => f.Id).ToHashSet());
            var same = QuarantineChild.Images(root).SequenceEqual(before) && quarantine.Files.Count == 0;
            failed |= !(whole && same);
            Print(
                output,
                $"| {kill} | {(restoring ? "restore" : "quarantine")} | {(aim == 0 ? $"{moment.TotalMilliseconds:0} ms" : $"file {aim}")} | {(restoring ? here : before.Count - here)} of {before.Count} | {recovered.Moved.Count} | {(whole ? "yes" : "NO")} | {(same ? "yes" : "NO")} |");
        }

        Environment.ExitCode = failed ? 1 : Environment.ExitCode;
    }

    /// <summary>Each file is in its place or in the quarantine, never in both, and nothing else is in the quarantine.</summary>
    private static bool IsWhole(string root, Quarantine quarantine, IReadOnlyList<(string Path, string Hash)> before)
    {
        var aside = quarantine.Files.ToDictionary(f => f.RelativePath, quarantine.Aside, StringComparer.Ordinal);
        return Aside(root) == aside.Count && before.All(file =>
        {
            var place = Path.Combine(root, file.Path);
            return aside.TryGetValue(file.Path, out var put)
                ? !File.Exists(place) && QuarantineChild.Hash(put) == file.Hash
                : QuarantineChild.Hash(place) == file.Hash;
        });
    }

    private static async Task<TimeSpan> TimeAsync(string root, string what, CancellationToken cancellationToken)
    {
        using var child = ChildProcess.OfThisProgram(QuarantineChild.Command, root, what);
        await ExpectAsync(child, QuarantineChild.Begun, cancellationToken);
        var watch = Stopwatch.StartNew();
        await ExpectAsync(child, QuarantineChild.Done, cancellationToken);
        return watch.Elapsed;
    }

    private static int Aside(string root)
    {
        var store = Path.Combine(root, Quarantine.FolderName, "files");
        return Directory.Exists(store) ? Directory.EnumerateFiles(store).Count() : 0;
    }

    private static async Task KillAsync(string root, string what, Predicate<Stopwatch> isTime, CancellationToken cancellationToken)
    {
        using var child = ChildProcess.OfThisProgram(QuarantineChild.Command, root, what);
        await ExpectAsync(child, QuarantineChild.Begun, cancellationToken);
        var watch = Stopwatch.StartNew();

        // A timer is too coarse for a move of some ten milliseconds.
        while (!isTime(watch) && !child.HasExited)
        {
            Thread.SpinWait(20);
        }

        child.Kill();
    }

    private static async Task ExpectAsync(ChildProcess child, string line, CancellationToken cancellationToken)
    {
        if (await child.ReadAsync(cancellationToken) is var said && said != line)
        {
            throw new InvalidOperationException($"The program said '{said}' instead of '{line}'; its own message stands above.");
        }
    }

    private static void Print(TextWriter output, FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
