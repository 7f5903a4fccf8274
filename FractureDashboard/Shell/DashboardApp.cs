using System.Globalization;
using FractureDashboard.Datasets;
using FractureDashboard.Evaluations;
using FractureDashboard.Experiments;
using FractureDashboard.Gallery;
using FractureDashboard.Jobs;
using FractureDashboard.Live;
using FractureDashboard.Models;
using FractureDashboard.Operations;
using FractureDashboard.Predict;
using FractureDashboard.Quality;
using FractureDashboard.Runs;
using FractureDashboard.Storage;

namespace FractureDashboard.Shell;

/// <summary>Builds and runs the web application.</summary>
public static class DashboardApp
{
    /// <summary>Serves until stopped.</summary>
    /// <param name="options">Port and places.</param>
    /// <param name="cancellationToken">Stops the server.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> ServeAsync(ServeOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        await using var app = await BuildAsync(options, cancellationToken);
        await app.RunAsync(cancellationToken);
        return 0;
    }

    /// <summary>Builds the application and migrates its database, without starting it.</summary>
    /// <param name="options">Port and places.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The application.</returns>
    public static async Task<WebApplication> BuildAsync(ServeOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);

        // One culture on the server: numbers in logs, files and pages read the same everywhere.
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;

        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(DashboardApp).Assembly.GetName().Name,
            ContentRootPath = WebRoots.ContentRoot(),
            WebRootPath = WebRoots.WebRoot(),
        });
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.UseUrls($"http://{LoopbackGuard.Address}:{options.Port}");

        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddStorage(new AppPaths(options.DataRoot));
        builder.Services.AddShell();
        builder.Services.AddLive();
        builder.Services.AddSingleton(new AutomaticScanOptions(options.ScanNewData));
        builder.Services.AddJobs();
        builder.Services.AddDatasets();
        builder.Services.AddGallery();
        builder.Services.AddQuality();
        builder.Services.AddExperiments();
        builder.Services.AddRuns();
        builder.Services.AddPredict();
        builder.Services.AddModels();
        builder.Services.AddEvaluations();
        builder.Services.AddOperations();

        var app = builder.Build();
        await app.Services.MigrateDatabaseAsync(cancellationToken);

        app.UseShell();
        app.MapShell();
        app.MapLive();
        app.MapDatasets();
        app.MapGallery();
        app.MapQuality();
        app.MapExperiments();
        app.MapRuns();
        app.MapPredict();
        app.MapModels();
        app.MapEvaluations();
        app.MapOperations();
        return app;
    }
}
