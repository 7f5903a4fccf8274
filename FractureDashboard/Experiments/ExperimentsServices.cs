namespace FractureDashboard.Experiments;

/// <summary>Registers the launch form.</summary>
internal static class ExperimentsServices
{
    public static IServiceCollection AddExperiments(this IServiceCollection services)
    {
        services.AddSingleton<LaunchDatasets>();
        services.AddSingleton(_ => LaunchEnvironment.Detect());
        return services;
    }

    public static void MapExperiments(this IEndpointRouteBuilder app)
    {
        // The room has pages only; the router finds them.
    }
}
