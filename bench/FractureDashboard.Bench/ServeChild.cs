using System.Globalization;
using FractureDashboard.Jobs;
using FractureDashboard.ML.Preprocessing;
using FractureDashboard.ML.Training;
using FractureDashboard.Shell;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FractureDashboard.Bench;

/// <summary>The whole dashboard in a process of its own, which starts a training when told to.</summary>
internal static class ServeChild
{
    /// <summary>The hidden command; a data folder follows.</summary>
    public const string Command = "serve-child";

    /// <summary>What tells it to train; it answers with the run's number when the first steps are done.</summary>
    public const string Train = "train";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Prints its address when the demo set is indexed, then obeys until its input ends.</summary>
    /// <param name="place">An empty folder.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string place)
    {
        // Answers alone go to the standard output; the server's log goes elsewhere.
        var answers = Console.Out;
        Console.SetOut(Console.Error);
        await using var app = await DashboardApp.BuildAsync(new ServeOptions(Port: 0, place));
        await app.StartAsync();
        var databases = app.Services.GetRequiredService<IDbContextFactory<DashboardContext>>();
        await UntilAsync(databases, db => db.Datasets.AnyAsync(d => d.State == DatasetState.Ready));
        await answers.WriteLineAsync(app.Urls.First());
        while (await Console.In.ReadLineAsync() is { } command)
        {
            if (string.Equals(command, Train, StringComparison.Ordinal))
            {
                await answers.WriteLineAsync((await TrainAsync(app, databases)).ToString(CultureInfo.InvariantCulture));
            }
        }

        return 0;
    }

    // The notebook's options, but endless: who started this ends it.
    private static async Task<int> TrainAsync(WebApplication app, IDbContextFactory<DashboardContext> databases)
    {
        var options = new TrainingOptions { Epochs = 1000, Augmentation = AugmentationOptions.Notebook };
        var accepted = await app.Services.GetRequiredService<RunQueue>().SubmitAsync(new NewRun("Bench", 1, options, [], ""), CancellationToken.None);
        var id = accepted.RunId ?? throw new InvalidOperationException(accepted.Problem);
        await UntilAsync(databases, db => db.RunSteps.AnyAsync(s => s.RunId == id && s.GlobalStep >= 5));
        return id;
    }

    private static async Task UntilAsync(IDbContextFactory<DashboardContext> databases, Func<DashboardContext, Task<bool>> condition)
    {
        while (true)
        {
            await using var db = await databases.CreateDbContextAsync();
            if (await condition(db))
            {
                return;
            }

            await Task.Delay(Pause);
        }
    }
}
