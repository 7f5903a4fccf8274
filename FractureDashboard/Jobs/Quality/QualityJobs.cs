using FractureDashboard.ML.Quality;
using Hangfire;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace FractureDashboard.Jobs;

/// <summary>Registers the queue of scans.</summary>
internal static class QualityJobs
{
    public static IServiceCollection AddQualityJobs(this IServiceCollection services)
    {
        services.TryAddSingleton(new AutomaticScanOptions());
        services.AddSingleton<QualityScanner>();
        services.AddSingleton<ScanEngine>(p => p.GetRequiredService<QualityScanner>().Scan);
        services.AddSingleton<QualityActivities>();
        services.AddSingleton<QualityQueue>();
        services.AddSingleton<QualityStore>();
        services.AddSingleton<ScanInputs>();
        services.AddSingleton<AutomaticScans>();
        services.AddTransient<QualityWorker>();
        services.AddHostedService<QualityRecovery>();
        services.AddHangfireServer(o =>
        {
            o.ServerName = "quality";
            o.Queues = [QualityQueue.QueueName];

            // One at a time: each uses every core by itself.
            o.WorkerCount = 1;
            o.ShutdownTimeout = TimeSpan.FromSeconds(10);
            o.StopTimeout = TimeSpan.FromSeconds(10);
        });
        return services;
    }
}
