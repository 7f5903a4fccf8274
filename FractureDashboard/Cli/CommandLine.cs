using System.CommandLine;
using System.Globalization;
using FractureDashboard.Shell;

namespace FractureDashboard.Cli;

/// <summary>The program's commands. Without one it serves the dashboard.</summary>
internal static class CommandLine
{
    /// <summary>Parses and runs.</summary>
    /// <param name="args">The arguments.</param>
    /// <returns>The exit code.</returns>
    public static Task<int> RunAsync(string[] args) => RunAsync(args, new InvocationConfiguration());

    /// <summary>Parses and runs.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="configuration">Where output goes.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args, InvocationConfiguration configuration)
    {
        var port = new Option<int>("--port") { Description = "Port to listen on, on the loopback address.", DefaultValueFactory = _ => ServeOptions.DefaultPort };
        port.Validators.Add(result =>
        {
            // What is no number at all is refused by the parser itself, and has no value to ask for here.
            if (result.Tokens is [var given] && int.TryParse(given.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) && number is < 1 or > 65535)
            {
                result.AddError("--port must be between 1 and 65535.");
            }
        });
        var data = new Option<string>("--data") { Description = "Folder for the database, data sets, runs and thumbnails.", DefaultValueFactory = _ => ServeOptions.DefaultData };
        var noDemo = new Option<bool>("--no-demo") { Description = "Do not create the synthetic demo data set at the first start." };
        var noScan = new Option<bool>("--no-scan") { Description = "Do not scan data sets that are new or have changed without being asked." };
        var scan = ScanCommand.Create();

        var root = new RootCommand("FractureDashboard: browse, train, predict and compare on bone X-rays.") { port, data, noDemo, noScan, scan };
        root.SetAction((result, cancellationToken) => DashboardApp.ServeAsync(
            new ServeOptions(result.GetValue(port), result.GetValue(data)!, !result.GetValue(noDemo), ScanNewData: !result.GetValue(noScan)), cancellationToken));
        var parsed = root.Parse(args);
        var code = await parsed.InvokeAsync(configuration);

        // 1 says that a scan found something; a scan that was not understood must not look like it.
        return parsed.Errors.Count > 0 && parsed.CommandResult.Command == scan ? ScanCommand.Unusable : code;
    }
}
