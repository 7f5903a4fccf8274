using FractureDashboard.ML.Imaging;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace FractureDashboard.Gallery;

/// <summary>Registers and maps the browsing of a data set.</summary>
internal static class GalleryServices
{
    public static IServiceCollection AddGallery(this IServiceCollection services)
    {
        services.TryAddSingleton<ImageDecoder>();
        services.TryAddSingleton<Thumbnails>();
        services.TryAddSingleton<DisplayImages>();
        services.AddSingleton<ThumbnailRenderer>(s => s.GetRequiredService<Thumbnails>().Render);
        services.AddSingleton<ThumbnailCache>();
        services.AddSingleton<FullImages>();
        services.AddSingleton<ImageFiles>();
        services.AddSingleton<GalleryService>();
        services.AddSingleton<GalleryStatistics>();
        return services;
    }

    public static void MapGallery(this IEndpointRouteBuilder app) => ImageEndpoints.Map(app);
}
