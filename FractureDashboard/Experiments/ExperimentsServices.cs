namespace FractureDashboard.Experiments;

/// <summary>Registers and maps the launch form.</summary>
internal static class ExperimentsServices
{
    public static IServiceCollection AddExperiments(this IServiceCollection services)
    {
        return services;
    }

    public static void MapExperiments(this IEndpointRouteBuilder app)
    {
    }
}
