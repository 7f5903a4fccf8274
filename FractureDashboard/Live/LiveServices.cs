namespace FractureDashboard.Live;

/// <summary>Registers and maps the live events.</summary>
internal static class LiveServices
{
    public static IServiceCollection AddLive(this IServiceCollection services)
    {
        services.AddSingleton<LiveEvents>();
        services.AddSingleton<RunReader>();
        services.AddSingleton<HistogramReader>();
        services.AddSignalR();
        return services;
    }

    public static void MapLive(this WebApplication app) => app.MapHub<RunsHub>("/hubs/runs");
}
