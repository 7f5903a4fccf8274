namespace FractureDashboard.Quality.Impact;

/// <summary>Registers what the panel "What this does to your evaluation" reads with.</summary>
internal static class QualityImpactServices
{
    public static IServiceCollection AddQualityImpact(this IServiceCollection services) => services.AddSingleton<ImpactReader>();
}
