using System.CommandLine;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Quality;
using FractureDashboard.ML.Runtime;
using FractureDashboard.Shell;

namespace FractureDashboard.Cli;

/// <summary>What <c>scan</c> is asked for.</summary>
/// <param name="Path">A data set, a folder or a file.</param>
/// <param name="Json">Print JSON instead of a table.</param>
/// <param name="FailOn">The least severity that makes the exit code 1; null for none.</param>
/// <param name="FindSources">Whether images of one radiograph are looked for.</param>
/// <param name="Csv">Where a list of all findings is written; null writes none.</param>
internal sealed record ScanCommandOptions(string Path, bool Json, QualitySeverity? FailOn, bool FindSources, string? Csv);

/// <summary>The command <c>scan</c>: looks for what spoils a model, without a database.</summary>
internal static class ScanCommand
{
    /// <summary>Exit code: nothing at or above the level was found.</summary>
    public const int Clean = 0;

    /// <summary>Exit code: something was found.</summary>
    public const int Found = 1;

    /// <summary>Exit code: the arguments, the files or the output were unusable.</summary>
    public const int Unusable = 2;

    /// <summary>Exit code: stopped by Ctrl+C.</summary>
    public const int Stopped = 130;

    private const string None = "none";

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var path = new Argument<string>("PATH") { Description = "A data set, any folder, or one file." };
        var json = new Option<bool>("--json") { Description = "Print the findings as JSON instead of a table." };
        var csv = new Option<string?>("--csv") { Description = "Also write the findings to this file, one a line." };
        var noSources = new Option<bool>("--no-sources") { Description = "Do not look for images of one radiograph, which takes most of the time." };
        var failOn = new Option<string>("--fail-on") { Description = "The least severity that makes the exit code 1.", DefaultValueFactory = _ => ScanWords.Of(QualitySeverity.Error) };
        failOn.AcceptOnlyFromAmong(ScanWords.Of(QualitySeverity.Error), ScanWords.Of(QualitySeverity.Warning), ScanWords.Of(QualitySeverity.Info), None);
        var command = new Command("scan", "Look for what spoils a model in a data set, a folder or a file. Exit code 0: clean; 1: findings; 2: it could not be scanned.")
        {
            path, json, failOn, noSources, csv,
        };
        command.SetAction((result, cancellationToken) =>
        {
            var options = new ScanCommandOptions(
                result.GetValue(path)!, result.GetValue(json), ScanWords.Severity(result.GetValue(failOn)!), !result.GetValue(noSources), result.GetValue(csv));
            var output = result.InvocationConfiguration.Output;
            var error = result.InvocationConfiguration.Error;
            return RunAsync(options, output, error, error == Console.Error && !Console.IsErrorRedirected, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(ScanCommandOptions options, TextWriter output, TextWriter error, bool terminal, CancellationToken cancellationToken)
    {
        try
        {
            return await ScanAsync(options, output, error, terminal, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync("Stopped.");
            return Stopped;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            await error.WriteLineAsync(e.Message);
            return Unusable;
        }
    }

    private static async Task<int> ScanAsync(ScanCommandOptions options, TextWriter output, TextWriter error, bool terminal, CancellationToken cancellationToken)
    {
        var (target, problem) = await Task.Run(() => ScanTarget.Resolve(options.Path, cancellationToken), cancellationToken);
        problem ??= options.Csv is { } file ? ScanCsv.Problem(file) : null;
        if (target is null || problem is not null)
        {
            await error.WriteLineAsync(problem);
            return Unusable;
        }

        var findSources = options.FindSources;
        if (findSources && Engine.Status.Problem is { } missing)
        {
            await error.WriteLineAsync($"Images of one radiograph are not looked for. {missing}");
            findSources = false;
        }

        var clock = TimeProvider.System;
        var started = clock.GetTimestamp();
        var request = new ScanRequest(target.Root, target.Files, FindSources: findSources);
        ScanResult result;
        using (var progress = new ScanProgressLine(error, terminal, clock))
        {
            result = await Task.Factory.StartNew(
                () => new QualityScanner(new ImageDecoder()).Scan(request, new InMemoryFactsStore(), progress.Report, null, cancellationToken),
                cancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
        }

        if (options.Csv is { } csv)
        {
            await ScanCsv.WriteAsync(csv, result.Findings, cancellationToken);
        }

        await output.WriteLineAsync(options.Json
            ? ScanJson.Of(target, result, findSources)
            : ScanTable.Of(target, result, findSources, Humane.Duration(clock.GetElapsedTime(started))));
        var over = options.FailOn is { } least ? result.Findings.Count(f => f.Severity >= least) : 0;
        if (over == 0)
        {
            return Clean;
        }

        await error.WriteLineAsync($"Findings of severity '{ScanWords.Of(options.FailOn!.Value)}' or above: {Humane.Count(over)}.");
        return Found;
    }
}
