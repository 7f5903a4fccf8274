using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace FractureDashboard.ML.Imaging;

/// <summary>How a tool's run ended.</summary>
internal enum ToolEnd
{
    /// <summary>By itself; its exit code says whether well.</summary>
    Exited,

    /// <summary>It was stopped because it took too long.</summary>
    TimedOut,

    /// <summary>It was stopped because it wrote more than allowed.</summary>
    TooMuchOutput,

    /// <summary>It could not be started.</summary>
    NotStarted,
}

/// <summary>What a tool gave.</summary>
/// <param name="End">How it ended.</param>
/// <param name="IsSuccess">Whether it exited with 0.</param>
/// <param name="Output">What it wrote to its standard output.</param>
/// <param name="Errors">The beginning of what it wrote to its standard error.</param>
internal sealed record ToolOutput(ToolEnd End, bool IsSuccess, byte[] Output, string Errors);

/// <summary>
/// Runs a program that reads content nobody vouches for: without a shell, with an empty environment, in a folder of its own that
/// is removed afterwards, with limits on its time, its output and, where Linux' prlimit is there, its memory; it may write no file.
/// </summary>
internal static class ToolProcess
{
    private const int MaximumErrors = 16 * 1024;
    private const string Limiter = "/usr/bin/prlimit";
    private const long MaximumMemory = 2L << 30;

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">Its absolute path.</param>
    /// <param name="arguments">Its arguments, each passed as it is.</param>
    /// <param name="maximumOutput">Most bytes that it may write.</param>
    /// <param name="timeLimit">How long it may take.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What it gave.</returns>
    public static async Task<ToolOutput> RunAsync(
        string program, IReadOnlyList<string> arguments, long maximumOutput, TimeSpan timeLimit, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("fracturedashboard-tool-");
        try
        {
            using var process = new Process { StartInfo = StartInfo(program, arguments, folder.FullName, timeLimit) };
            try
            {
                process.Start();
            }
            catch (Win32Exception e)
            {
                return new ToolOutput(ToolEnd.NotStarted, false, [], e.Message);
            }

            return await WatchAsync(process, maximumOutput, timeLimit, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static ProcessStartInfo StartInfo(string program, IReadOnlyList<string> arguments, string folder, TimeSpan timeLimit)
    {
        var info = new ProcessStartInfo
        {
            FileName = program,
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardErrorEncoding = Encoding.UTF8,
        };
        info.Environment.Clear();
        if (File.Exists(Limiter))
        {
            info.FileName = Limiter;
            string[] limits = [$"--as={MaximumMemory}", $"--cpu={(int)Math.Ceiling(timeLimit.TotalSeconds)}", "--fsize=0", "--core=0", program];
            Array.ForEach(limits, info.ArgumentList.Add);
        }

        foreach (var argument in arguments)
        {
            info.ArgumentList.Add(argument);
        }

        return info;
    }

    private static async Task<ToolOutput> WatchAsync(Process process, long maximumOutput, TimeSpan timeLimit, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeLimit);
        try
        {
            process.StandardInput.Close();
            var errors = ReadErrorsAsync(process.StandardError, limit.Token);
            if (await ReadOutputAsync(process.StandardOutput.BaseStream, maximumOutput, limit.Token) is not { } output)
            {
                return new ToolOutput(ToolEnd.TooMuchOutput, false, [], "");
            }

            var said = await errors;
            await process.WaitForExitAsync(limit.Token);
            return new ToolOutput(ToolEnd.Exited, process.ExitCode == 0, output, said);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ToolOutput(ToolEnd.TimedOut, false, [], "");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }
    }

    private static async Task<byte[]?> ReadOutputAsync(Stream stream, long maximum, CancellationToken cancellationToken)
    {
        using var kept = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (kept.Length + read > maximum)
            {
                return null;
            }

            kept.Write(buffer, 0, read);
        }

        return kept.ToArray();
    }

    // Read to the end whatever is kept of it: a full pipe would hold the program up.
    private static async Task<string> ReadErrorsAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var kept = new StringBuilder();
        var buffer = new char[4096];
        int read;
        while ((read = await reader.ReadAsync(buffer, cancellationToken)) > 0)
        {
            kept.Append(buffer, 0, Math.Min(read, MaximumErrors - kept.Length));
        }

        return kept.ToString();
    }
}
