using FractureDashboard.Runs.Comparison;
using FractureDashboard.Runs.History;

namespace FractureDashboard.Runs;

/// <summary>Registers and maps live page, history and comparison of runs.</summary>
internal static class RunsServices
{
    public static IServiceCollection AddRuns(this IServiceCollection services)
    {
        services.AddSingleton<RunsQuery>();
        services.AddSingleton<RunEditing>();
        services.AddSingleton<RunDeletion>();
        services.AddScoped<RunDeletionDialogs>();
        services.AddSingleton<ComparisonReader>();
        services.AddHostedService<RunSweep>();
        return services;
    }

    public static void MapRuns(this IEndpointRouteBuilder app) =>
        app.MapGet("/runs/compare.csv", async (string? ids, ComparisonReader reader, CancellationToken cancellationToken) =>
        {
            var compared = await reader.ReadAsync(ComparedIds.Parse(ids), cancellationToken);
            return Results.File(
                System.Text.Encoding.UTF8.GetPreamble().Concat(System.Text.Encoding.UTF8.GetBytes(ComparisonCsv.Write(compared))).ToArray(),
                "text/csv; charset=utf-8",
                $"runs-{string.Join('-', compared.Runs.Select(r => r.Id))}.csv");
        });
}
