using FractureDashboard.ML.Imaging;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace FractureDashboard.Predict;

/// <summary>Registers and maps prediction.</summary>
internal static class PredictServices
{
    public static IServiceCollection AddPredict(this IServiceCollection services)
    {
        services.TryAddSingleton<ImageDecoder>();
        services.TryAddSingleton<Thumbnails>();
        services.TryAddSingleton<DisplayImages>();
        services.TryAddSingleton<IModelLoader, EngineModelLoader>();
        services.AddSingleton<FinishedRuns>();
        services.AddSingleton<ModelCache>();
        services.AddSingleton<UploadReceiver>();
        services.TryAddSingleton(new DicomTools());
        services.AddSingleton<DicomConverter>();
        services.AddSingleton<DicomIntake>();
        services.AddSingleton<ImageReading>();
        services.AddSingleton<PredictionArchive>();
        services.AddSingleton<PredictionHistory>();
        services.AddSingleton<FeedbackStore>();
        services.AddSingleton<HeatMapDrawing>();
        services.AddSingleton<TrainingIndexes>();
        services.AddSingleton<SimilarImages>();
        services.AddSingleton<PredictionService>();
        services.AddSingleton<KnownImages>();
        services.AddHostedService<PredictionSweep>();
        return services;
    }

    public static void MapPredict(this IEndpointRouteBuilder app)
    {
        UploadEndpoint.Map(app);
        PredictionApi.Map(app);
        PictureEndpoints.Map(app);
        ReportEndpoint.Map(app);
    }
}
