namespace FractureDashboard.Runs;

/// <summary>Registers and maps live page, history and comparison of runs.</summary>
internal static class RunsServices
{
    public static IServiceCollection AddRuns(this IServiceCollection services)
    {
        return services;
    }

    public static void MapRuns(this IEndpointRouteBuilder app)
    {
    }
}
