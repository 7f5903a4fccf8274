namespace FractureDashboard.Operations;

/// <summary>Registers the pages about what the program keeps on disk.</summary>
internal static class OperationsServices
{
    public static IServiceCollection AddOperations(this IServiceCollection services)
    {
        services.AddSingleton<CacheStore>();
        return services;
    }

    public static void MapOperations(this IEndpointRouteBuilder app)
    {
        // The room has pages only; the router finds them.
    }
}
