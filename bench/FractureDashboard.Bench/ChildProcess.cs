using System.Diagnostics;

namespace FractureDashboard.Bench;

/// <summary>A program that takes commands on its standard input and answers on its standard output, line by line. Its errors go to ours.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process process;

    /// <summary>Starts it.</summary>
    /// <param name="program">Path or name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables besides ours.</param>
    public ChildProcess(string program, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        process = Process.Start(start) ?? throw new InvalidOperationException($"'{program}' did not start.");
    }

    /// <summary>This very program with another command.</summary>
    /// <param name="arguments">A hidden command and what it takes.</param>
    public static ChildProcess OfThisProgram(params string[] arguments) =>
        string.Equals(Path.GetFileNameWithoutExtension(Environment.ProcessPath), "dotnet", StringComparison.Ordinal)
            ? new(Environment.ProcessPath!, [typeof(ChildProcess).Assembly.Location, .. arguments])
            : new(Environment.ProcessPath!, arguments);

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => process.HasExited;

    /// <summary>The next line it prints, or null when it has ended.</summary>
    public Task<string?> ReadAsync(CancellationToken cancellationToken = default) => process.StandardOutput.ReadLineAsync(cancellationToken).AsTask();

    /// <summary>Sends a command and waits for the answer.</summary>
    /// <param name="command">One line.</param>
    /// <returns>One line.</returns>
    /// <exception cref="InvalidOperationException">It ended instead; its own message stands above.</exception>
    public async Task<string> AskAsync(string command)
    {
        await process.StandardInput.WriteLineAsync(command);
        await process.StandardInput.FlushAsync();
        return await ReadAsync() ?? throw new InvalidOperationException($"The program ended instead of answering '{command}'.");
    }

    /// <summary>Ends it as a power cut would (SIGKILL), and waits until it is gone.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (!process.HasExited)
        {
            Kill();
        }

        process.Dispose();
    }
}
