using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace FractureDashboard.Tests.Browser;

/// <summary>The dashboard as a user starts it: a process of its own, on a free port, with its own data folder.</summary>
public sealed class DashboardProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly ConcurrentQueue<string> output = new();

    private DashboardProcess(Process process, string url)
    {
        this.process = process;
        Url = url;
    }

    /// <summary>Base address without a trailing slash.</summary>
    public string Url { get; }

    /// <summary>Number of the process.</summary>
    public int Id => process.Id;

    /// <summary>What it has printed so far.</summary>
    public string Output => string.Join('\n', output);

    public static async Task<DashboardProcess> StartAsync(string dataFolder, string[]? extra = null)
    {
        var port = FreePort();
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in (string[])[Program(), "--port", $"{port}", "--data", dataFolder, .. extra ?? []])
        {
            start.ArgumentList.Add(argument);
        }

        var dashboard = new DashboardProcess(new Process { StartInfo = start }, $"http://127.0.0.1:{port}");
        dashboard.process.OutputDataReceived += (_, e) => dashboard.output.Enqueue(e.Data ?? "");
        dashboard.process.ErrorDataReceived += (_, e) => dashboard.output.Enqueue(e.Data ?? "");
        dashboard.process.Start();
        dashboard.process.BeginOutputReadLine();
        dashboard.process.BeginErrorReadLine();
        await dashboard.WaitUntilServingAsync();
        return dashboard;
    }

    /// <summary>Ends it as a power cut would.</summary>
    public async Task KillAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        await process.WaitForExitAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        process.Dispose();
    }

    private async Task WaitUntilServingAsync()
    {
        using var http = new HttpClient();
        for (var i = 0; i < 300; i++)
        {
            Assert.False(process.HasExited, $"The dashboard ended at start:\n{Output}");
            try
            {
                if ((await http.GetAsync($"{Url}/healthz")).IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(100);
        }

        Assert.Fail($"The dashboard did not answer within 30 s:\n{Output}");
    }

    // The program's own build output: the test folder's copy lacks the manifest of the packages' static files.
    internal static string Program()
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        return Path.Combine(Repository.Root, "FractureDashboard", "bin", configuration, "net10.0", "FractureDashboard.dll");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
