namespace FractureDashboard.Datasets;

/// <summary>Registers and maps the data sets: adding, indexing, removing.</summary>
internal static class DatasetsServices
{
    public static IServiceCollection AddDatasets(this IServiceCollection services)
    {
        return services;
    }

    public static void MapDatasets(this IEndpointRouteBuilder app)
    {
    }
}
