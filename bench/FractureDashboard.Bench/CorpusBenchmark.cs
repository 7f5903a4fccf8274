using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Quality;
using FractureDashboard.Tests.ML.Quality.Corpus;

namespace FractureDashboard.Bench;

/// <summary>
/// What the scan says of files made in code and of a corpus from the test suites of other decoders, beside what the reference
/// notebook's clean-up by <c>imghdr</c> would have deleted. The corpus is a folder with a <c>manifest.csv</c>, named by
/// <c>FRACTUREDASHBOARD_CORPUS</c>.
/// </summary>
internal static class CorpusBenchmark
{
    public static void Run(TextWriter output, CancellationToken cancellationToken)
    {
        using var folder = new ScratchFolder();
        var judged = Generated(folder, cancellationToken);
        var corpus = Environment.GetEnvironmentVariable("FRACTUREDASHBOARD_CORPUS") is { Length: > 0 } path ? Shared(path, cancellationToken) : [];

        output.WriteLine("What each makes of whole sets of files; a broken file should be an error and be deleted, a sound one neither:");
        output.WriteLine("| files | number | errors of the scan | warnings or notes only | deleted by imghdr | looked at by imghdr |");
        output.WriteLine("|---|---|---|---|---|---|");
        foreach (var set in judged.Concat(corpus).GroupBy(f => f.Set))
        {
            output.WriteLine($"| {set.Key} | {set.Count()} | {set.Count(f => f.IsError)} | {set.Count(f => !f.IsError && f.Findings.Count > 0)} | {set.Count(f => f.IsDeleted)} | {set.Count(f => f.IsLookedAt)} |");
        }

        output.WriteLine();
        output.WriteLine("Broken files made in code, by what is wrong with them:");
        output.WriteLine("| | files | found by the scan | deleted by imghdr | missed by imghdr |");
        output.WriteLine("|---|---|---|---|---|");
        foreach (var kind in judged.Where(f => f.Set == BrokenSet).GroupBy(f => f.Expected!.Value).OrderBy(g => g.Key))
        {
            output.WriteLine(
                $"| {QualityRules.Of(kind.Key).Title} | {kind.Count()} | {kind.Count(f => f.Findings.Any(x => x.Rule == kind.Key))} | {kind.Count(f => f.IsDeleted)} | {string.Join(", ", kind.Where(f => !f.IsDeleted).Select(f => f.Name))} |");
        }

        output.WriteLine();
        output.WriteLine($"Sound files that imghdr deletes: {string.Join(", ", judged.Concat(corpus).Where(f => f.IsDeleted && f.Set != BrokenSet && !f.Set.EndsWith("broken", StringComparison.Ordinal)).Select(f => f.Name))}.");
        if (corpus.Count > 0)
        {
            output.WriteLine();
            output.WriteLine("The contested files of the corpus, which other libraries judge differently:");
            output.WriteLine("| file | what others say | the scan says | imghdr |");
            output.WriteLine("|---|---|---|---|");
            foreach (var file in corpus.Where(f => f.Set.EndsWith("contested", StringComparison.Ordinal)))
            {
                output.WriteLine($"| {file.Name} | {file.Others} | {(file.IsError ? "error" : "sound")}: {(file.Findings.Count == 0 ? "nothing" : string.Join("; ", file.Findings.Select(f => QualityRules.Of(f.Rule).Code)))} | {(file.IsDeleted ? "deleted" : file.IsLookedAt ? "kept" : "not looked at")} |");
            }
        }
    }

    private const string BrokenSet = "made in code, broken";

    private static List<Judged> Generated(ScratchFolder folder, CancellationToken cancellationToken)
    {
        var inspector = new FileInspector(new ImageDecoder());
        var sets = new (string Name, IEnumerable<CorpusFile> Files)[]
        {
            (BrokenSet, BrokenFiles.All()), ("made in code, odd but sound", OddFiles.All()), ("made in code, sound", SoundFiles.All()),
        };
        var judged = new List<Judged>();
        foreach (var (name, files) in sets)
        {
            foreach (var file in files)
            {
                var path = folder.Sub(file.Name);
                File.WriteAllBytes(path, file.Content);
                judged.Add(Judge(inspector, name, file.Name, path, cancellationToken) with { Expected = file.Rules.Length == 0 ? null : file.Rules[^1] });
            }
        }

        return judged;
    }

    private static List<Judged> Shared(string corpus, CancellationToken cancellationToken)
    {
        var inspector = new FileInspector(new ImageDecoder());
        return [.. File.ReadLines(Path.Combine(corpus, "manifest.csv")).Skip(1).Select(l => l.Split(',')).OrderBy(l => l[^1], StringComparer.Ordinal).Select(l =>
            Judge(inspector, $"corpus, called {l[^1]}", l[0], Path.Combine(corpus, l[0]), cancellationToken) with { Others = $"Pillow: {Short(l[7])}; vips: {Short(l[9])}" })];
    }

    private static string Short(string message) => message.StartsWith("ok", StringComparison.Ordinal) ? "sound" : message.Length > 70 ? message[..70] + "…" : message;

    private static Judged Judge(FileInspector inspector, string set, string name, string path, CancellationToken cancellationToken)
    {
        using var stream = File.OpenRead(path);
        var head = new byte[ImghdrRule.HeadLength];
        var length = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        var facts = inspector.Inspect(path, cancellationToken);
        var file = new PlacedFile(name, null, null, stream.Length, DateTime.UnixEpoch);
        return new(set, name, QualityJudge.OfFile(file, facts), ImghdrRule.WouldRemove(head.AsSpan(0, length), name), ImghdrRule.LooksAt(name));
    }

    private sealed record Judged(string Set, string Name, IReadOnlyList<QualityFinding> Findings, bool IsDeleted, bool IsLookedAt)
    {
        public QualityRule? Expected { get; init; }

        public string Others { get; init; } = "";

        public bool IsError => Findings.Any(f => f.Severity == QualitySeverity.Error);
    }
}
