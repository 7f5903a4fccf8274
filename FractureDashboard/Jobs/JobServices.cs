using FractureDashboard.ML.Imaging;
using Hangfire;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace FractureDashboard.Jobs;

/// <summary>Registers the job queue and its workers.</summary>
internal static class JobServices
{
    public static IServiceCollection AddJobs(this IServiceCollection services)
    {
        services.TryAddSingleton<ImageDecoder>();
        services.AddHangfire(o => o
            .SetDataCompatibilityLevel(CompatibilityLevel.Version_180)
            .UseSimpleAssemblyNameTypeSerializer()
            .UseRecommendedSerializerSettings()
            .UseInMemoryStorage());
        services.AddQualityActions();
        services.AddRunJobs();
        services.AddDatasetJobs();
        services.AddEvaluationJobs();
        services.AddQualityJobs();
        return services;
    }
}
