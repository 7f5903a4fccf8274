using FractureDashboard.ML.Datasets;
using Hangfire;

namespace FractureDashboard.Jobs;

/// <summary>Registers the queue of data sets: drawing, unpacking, indexing.</summary>
internal static class DatasetJobs
{
    public static IServiceCollection AddDatasetJobs(this IServiceCollection services)
    {
        services.AddSingleton<DatasetCatalog>();
        services.AddSingleton<DatasetActivities>();
        services.AddSingleton<DatasetQueue>();
        services.AddSingleton<DatasetFiles>();
        services.AddSingleton<DatasetIndexStore>();
        services.AddTransient<DatasetWorker>();
        services.AddHostedService<DatasetRecovery>();
        services.AddHangfireServer(o =>
        {
            o.ServerName = "datasets";
            o.Queues = [DatasetQueue.QueueName];

            // One at a time: each uses every core by itself.
            o.WorkerCount = 1;
            o.ShutdownTimeout = TimeSpan.FromSeconds(10);
            o.StopTimeout = TimeSpan.FromSeconds(10);
        });
        return services;
    }
}
