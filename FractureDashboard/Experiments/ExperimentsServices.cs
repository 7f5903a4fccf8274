using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Preprocessing;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace FractureDashboard.Experiments;

/// <summary>Registers and maps the launch form.</summary>
internal static class ExperimentsServices
{
    public static IServiceCollection AddExperiments(this IServiceCollection services)
    {
        services.TryAddSingleton<ImageDecoder>();
        services.AddSingleton<LaunchDatasets>();
        services.AddSingleton<LaunchGate>();
        services.AddSingleton(_ => LaunchEnvironment.Detect());
        services.AddSingleton<AugmentationPreview>();
        services.AddSingleton<PreviewImages>();
        services.AddSingleton<WeightFiles>();
        return services;
    }

    public static void MapExperiments(this IEndpointRouteBuilder app)
    {
        app.MapGet(
            PreviewRequest.Path + "/{datasetId:int}/{pick:int}",
            (int datasetId, int pick, string? o, HttpContext context, PreviewImages previews) => previews.AnswerAsync(datasetId, pick, o, context));
        WeightsEndpoint.Map(app);
    }
}
