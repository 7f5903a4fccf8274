using Microsoft.AspNetCore.Antiforgery;

namespace FractureDashboard.Datasets;

/// <summary>Registers and maps the data sets: adding, indexing, removing.</summary>
internal static class DatasetsServices
{
    public static IServiceCollection AddDatasets(this IServiceCollection services)
    {
        services.AddOptions<DatasetUploadOptions>()
            .BindConfiguration(DatasetUploadOptions.Section)
            .Validate(o => o.MaxUploadBytes > 0, $"{DatasetUploadOptions.Section}:{nameof(DatasetUploadOptions.MaxUploadBytes)} must be a positive number of bytes.")
            .ValidateOnStart();
        services.AddSingleton<DatasetReader>();
        services.AddSingleton<DatasetRegistry>();
        services.AddSingleton<DerivedFiles>();
        services.AddSingleton<DatasetRemoval>();
        services.AddSingleton<DatasetUpload>();
        services.AddHostedService<DemoDataset>();
        return services;
    }

    public static void MapDatasets(this IEndpointRouteBuilder app)
    {
        // Other sites can neither read this answer nor send the header that carries it back.
        app.MapGet("/datasets/upload/token", (HttpContext context, IAntiforgery antiforgery) =>
        {
            var tokens = antiforgery.GetAndStoreTokens(context);
            return Results.Json(new { token = tokens.RequestToken });
        });
        app.MapPost("/datasets/upload", (HttpContext context, DatasetUpload upload) => upload.ReceiveAsync(context));
    }
}
