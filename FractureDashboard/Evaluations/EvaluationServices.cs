using FractureDashboard.Evaluations.Errors;
using FractureDashboard.Evaluations.Files;
using FractureDashboard.Evaluations.Listing;

namespace FractureDashboard.Evaluations;

/// <summary>Registers and maps evaluations of finished runs and the gallery of errors.</summary>
internal static class EvaluationServices
{
    public static IServiceCollection AddEvaluations(this IServiceCollection services) => services
        .AddSingleton<EvaluationReader>()
        .AddSingleton<EvaluationListReader>()
        .AddSingleton<HeatMapModels>()
        .AddSingleton<HeatMapPictures>();

    public static void MapEvaluations(this IEndpointRouteBuilder app) => EvaluationFiles.Map(app);
}
