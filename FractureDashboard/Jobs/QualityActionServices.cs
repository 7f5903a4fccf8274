namespace FractureDashboard.Jobs;

/// <summary>Registers what is done about findings: quarantine, corrections, ignored findings, sources and versions.</summary>
internal static class QualityActionServices
{
    public static IServiceCollection AddQualityActions(this IServiceCollection services)
    {
        services.AddSingleton<QuarantineService>();
        services.AddSingleton<CorrectionService>();
        services.AddSingleton<QualityIgnores>();
        services.AddSingleton<LabelMarks>();
        services.AddSingleton<SourceEdits>();
        services.AddSingleton<HonestSplits>();
        services.AddSingleton<DatasetVersions>();

        // Before the workers: no indexing, scan or training may meet a file on its way.
        services.AddHostedService<QuarantineRecovery>();
        return services;
    }
}
