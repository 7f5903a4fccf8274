using FractureDashboard.Quality.Aside;
using FractureDashboard.Quality.Findings;
using FractureDashboard.Quality.History;
using FractureDashboard.Quality.Impact;
using FractureDashboard.Quality.Notebook;
using FractureDashboard.Quality.Report;
using FractureDashboard.Quality.Sources;

namespace FractureDashboard.Quality;

/// <summary>Registers and maps what a scan found, and what can be done about it.</summary>
internal static class QualityServices
{
    public static IServiceCollection AddQuality(this IServiceCollection services)
    {
        services.AddQualityImpact();
        services.AddSingleton<QualityHeaders>();
        services.AddSingleton<ReportReader>();
        services.AddSingleton<FindingsReader>();
        services.AddSingleton<ImagePlaces>();
        services.AddSingleton<FreeDataset>();
        services.AddSingleton<NotebookReader>();
        services.AddSingleton<AsideReader>();
        services.AddSingleton<SourcesReader>();
        services.AddSingleton<ScansReader>();
        services.AddScoped<Undo>();
        services.AddScoped<FindingActions>();
        services.AddScoped<AsideActions>();
        services.AddScoped<SourceActions>();
        return services;
    }

    public static void MapQuality(this IEndpointRouteBuilder app) => FindingsExport.Map(app);
}
