using Microsoft.AspNetCore.HostFiltering;
using MudBlazor;
using MudBlazor.Services;

namespace FractureDashboard.Shell;

/// <summary>Registers and maps what every page stands on.</summary>
internal static class ShellServices
{
    public static IServiceCollection AddShell(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddMudServices(o =>
        {
            o.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomRight;
            o.SnackbarConfiguration.VisibleStateDuration = 6000;
        });
        services.Configure<HostFilteringOptions>(o => o.AllowedHosts = [.. LoopbackGuard.Hosts]);
        services.AddScoped<LocalClock>();
        services.AddSingleton<OverviewReader>();
        return services;
    }

    public static void UseShell(this WebApplication app)
    {
        LoopbackGuard.RequireLoopback(LoopbackGuard.Addresses(app.Configuration));
        app.UseHostFiltering();
        app.UseOriginGuard();
        app.UseSecurityHeaders(SecurityHeaders.Policy());
        app.UseExceptionHandler("/error", createScopeForErrors: true);
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.UseStaticFiles(new StaticFileOptions { OnPrepareResponse = c => c.Context.Response.Headers.CacheControl = "no-cache" });
        app.UseAntiforgery();
    }

    public static void MapShell(this WebApplication app)
    {
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
        app.MapGet("/healthz", () => Results.Text("ok"));
    }
}
