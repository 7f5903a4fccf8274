using FractureDashboard.ML.Datasets;
using FractureDashboard.Shell;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Datasets;

/// <summary>At the first start only, registers the synthetic demo set, so that a newcomer has something to look at.</summary>
/// <param name="options">Whether, and how many images.</param>
/// <param name="databases">The database.</param>
/// <param name="paths">Where the mark of the first start lies.</param>
/// <param name="registry">Registers it; the worker draws it.</param>
/// <param name="log">The server's log.</param>
internal sealed partial class DemoDataset(
    ServeOptions options, IDbContextFactory<DashboardContext> databases, AppPaths paths, DatasetRegistry registry, ILogger<DemoDataset> log) : IHostedService
{
    public const string Name = "Phantom (synthetic demo)";

    private const int Seed = 42;

    // Who removes the demo set does not want it back at the next start.
    private string Mark => Path.Combine(paths.Root, "demo-created");

    /// <inheritdoc />
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!options.CreateDemo || File.Exists(Mark))
        {
            return;
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (!await db.Datasets.AnyAsync(cancellationToken))
        {
            var result = await registry.AddPhantomAsync(Name, new PhantomOptions(options.DemoImages, Seed), cancellationToken);
            if (result.Problem is { } problem)
            {
                LogNoDemo(problem);
                return;
            }
        }

        await File.WriteAllTextAsync(Mark, "The synthetic demo data set was offered once; it can be drawn again on the page Data sets.\n", cancellationToken);
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(30, LogLevel.Warning, "The demo data set was not created: {Problem}")]
    private partial void LogNoDemo(string problem);
}
