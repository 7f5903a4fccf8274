using FractureDashboard.ML.Runtime;
using FractureDashboard.ML.Training;
using Hangfire;

namespace FractureDashboard.Jobs;

/// <summary>Registers the training queue.</summary>
internal static class RunJobs
{
    public static IServiceCollection AddRunJobs(this IServiceCollection services)
    {
        services.AddSingleton<RunCancellations>();
        services.AddSingleton<RunQueue>();
        services.AddSingleton<Trainer>();
        services.AddTransient<TrainingWorker>();
        services.AddHostedService<RunRecovery>();
        services.AddHostedService(s => new HeapTrimmer(s.GetRequiredService<RunCancellations>(), s.GetRequiredService<TimeProvider>(), NativeHeap.Release));
        services.AddHangfireServer(o =>
        {
            o.ServerName = "train";
            o.Queues = [RunQueue.QueueName];
            o.WorkerCount = 1;
            // Long enough for a slow step and its checkpoint; a training that outlives it resumes at the next start.
            o.ShutdownTimeout = TimeSpan.FromSeconds(20);
            o.StopTimeout = TimeSpan.FromSeconds(20);
        });
        return services;
    }
}
