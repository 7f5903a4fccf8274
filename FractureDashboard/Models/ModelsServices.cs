using FractureDashboard.ML.Evaluation;

namespace FractureDashboard.Models;

/// <summary>Registers and maps the page of a trained model and its weights.</summary>
internal static class ModelsServices
{
    public static IServiceCollection AddModels(this IServiceCollection services) => services
        .AddSingleton<ModelReader>()
        .AddSingleton<ShortcutReader>()
        .AddSingleton<MarkerPreview>()
        .AddSingleton<MarkerPictures>();

    public static void MapModels(this IEndpointRouteBuilder app)
    {
        WeightsEndpoint.Map(app);
        MarkerPictures.Map(app);
    }
}
