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
    public static Task<int> RunAsync(string[] args)
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

        var root = new RootCommand("FractureDashboard: browse, train, predict and compare on bone X-rays.") { port, data, noDemo };
        root.SetAction((result, cancellationToken) => DashboardApp.ServeAsync(
            new ServeOptions(result.GetValue(port), result.GetValue(data)!, !result.GetValue(noDemo)), cancellationToken));
        return root.Parse(args).InvokeAsync();
    }
}
