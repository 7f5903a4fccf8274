using Hangfire;

namespace FractureDashboard.Jobs;

/// <summary>Registers the queue of evaluations.</summary>
internal static class EvaluationJobs
{
    public static IServiceCollection AddEvaluationJobs(this IServiceCollection services)
    {
        services.AddSingleton<EvaluationQueue>();
        services.AddSingleton<ShortcutProbe>();
        services.AddSingleton<ChosenThresholds>();
        services.AddSingleton<TestLooks>();
        services.AddTransient<EvaluationWorker>();
        services.AddHostedService<EvaluationRecovery>();
        services.AddHangfireServer(o =>
        {
            o.ServerName = "evaluate";
            o.Queues = [EvaluationQueue.QueueName];

            // One at a time: each uses every core by itself.
            o.WorkerCount = 1;
            o.ShutdownTimeout = TimeSpan.FromSeconds(10);
            o.StopTimeout = TimeSpan.FromSeconds(10);
        });
        return services;
    }
}
