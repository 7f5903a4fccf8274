using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Preprocessing;

namespace FractureDashboard.Bench;

/// <summary>
/// A training killed (SIGKILL) at ten random moments, while decoding, in mid epoch and in mid checkpoint, and started again
/// each time, beside one that nobody disturbed: the weights must be the same to the bit.
/// </summary>
internal static class KillBenchmark
{
    private const int Seed = 2026;
    private const int Images = 64;

    public static async Task RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        using var undisturbed = new ScratchFolder();
        using var killed = new ScratchFolder();
        foreach (var folder in (ScratchFolder[])[undisturbed, killed])
        {
            PhantomGenerator.Generate(folder.Sub("data"), new PhantomOptions(Images, Size: 96), null, cancellationToken);
        }

        var expected = await FinishAsync(undisturbed, cancellationToken);
        await output.WriteLineAsync("A training (compact-resnet, AdamW, one-cycle, weight average, augmentation, mixup) killed with SIGKILL and started again:");
        await output.WriteLineAsync("| kill | aimed at | after | half-written file left |");
        await output.WriteLineAsync("|---|---|---|---|");
        var random = new Random(Seed);
        string[] seen = [];
        for (var kill = 1; kill <= 10; kill++)
        {
            var (aim, after) = kill switch
            {
                1 => ("decoding", await KillAfterAsync(killed, TrainChild.Decoded, "images", 1, random.Next(20), cancellationToken)),
                _ when kill % 2 == 0 => ("a random step", await KillAfterAsync(killed, TrainChild.Stepped, "steps", random.Next(1, 10), random.Next(60), cancellationToken)),
                _ => ("writing of a checkpoint or weights", await KillInWriteAsync(killed, random.Next(8), cancellationToken)),
            };
            var left = string.Join(", ", HalfWritten(killed).Except(seen, StringComparer.Ordinal).Select(Kind));
            seen = HalfWritten(killed);
            await output.WriteLineAsync($"| {kill} | {aim} | {after} | {(left.Length > 0 ? left : "no")} |");
        }

        var actual = await FinishAsync(killed, cancellationToken);
        var same = string.Equals(expected, actual, StringComparison.Ordinal);
        await output.WriteLineAsync();
        await output.WriteLineAsync($"Weights undisturbed: {expected[..16]}; killed ten times: {actual[..16]}; {(same ? "the same" : "DIFFERENT")}.");
        if (!same)
        {
            Environment.ExitCode = 1;
        }
    }

    private static ChildProcess Start(ScratchFolder folder) => ChildProcess.OfThisProgram(TrainChild.Command, folder.Sub(""));

    private static async Task<string> FinishAsync(ScratchFolder folder, CancellationToken cancellationToken)
    {
        using var child = Start(folder);
        while (await child.ReadAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith(TrainChild.Done, StringComparison.Ordinal))
            {
                return line[TrainChild.Done.Length..];
            }
        }

        throw new InvalidOperationException("The training ended without a result; its own message stands above.");
    }

    /// <summary>Kills when a line has come some times, and a moment later still, so that it hits every part of a step.</summary>
    private static async Task<string> KillAfterAsync(ScratchFolder folder, string awaited, string unit, int times, int milliseconds, CancellationToken cancellationToken)
    {
        using var child = Start(folder);
        for (var seen = 0; seen < times;)
        {
            var line = await child.ReadAsync(cancellationToken) ?? throw new InvalidOperationException("The training ended before it could be killed.");
            seen += string.Equals(line, awaited, StringComparison.Ordinal) ? 1 : 0;
        }

        await Task.Delay(milliseconds, cancellationToken);
        child.Kill();
        return $"{times} {unit} and {milliseconds} ms";
    }

    /// <summary>Kills when a new temporary file has been there for a moment, before it gets its name where possible.</summary>
    private static async Task<string> KillInWriteAsync(ScratchFolder folder, int spins, CancellationToken cancellationToken)
    {
        var before = HalfWritten(folder);
        using var child = Start(folder);
        var pipe = Task.Run(async () => { while (await child.ReadAsync(cancellationToken) is not null) { } }, cancellationToken);
        while (HalfWritten(folder).Except(before, StringComparer.Ordinal).Any() is false)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (child.HasExited)
            {
                throw new InvalidOperationException("The training ended before it could be killed.");
            }
        }

        Thread.SpinWait(spins * 10_000);
        child.Kill();
        await pipe;
        return "the first sight of a temporary file";
    }

    private static string[] HalfWritten(ScratchFolder folder) =>
    [
        .. from place in (string[])[folder.Sub("cache"), folder.Sub(TrainChild.RunFolder)]
           where Directory.Exists(place)
           from file in Directory.GetFiles(place, "*", SearchOption.AllDirectories)
           where file.EndsWith(".tmp", StringComparison.Ordinal) || file.EndsWith(PartialCache.ArrayExtension, StringComparison.Ordinal)
           select file,
    ];

    private static string Kind(string file) => Path.GetFileName(Path.GetDirectoryName(file)) switch
    {
        "checkpoints" => "checkpoint",
        "cache" => "cache",
        _ => "weights",
    };
}
