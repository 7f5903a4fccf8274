namespace FractureDashboard.Gallery;

/// <summary>Registers and maps the browsing of a data set.</summary>
internal static class GalleryServices
{
    public static IServiceCollection AddGallery(this IServiceCollection services)
    {
        return services;
    }

    public static void MapGallery(this IEndpointRouteBuilder app)
    {
    }
}
