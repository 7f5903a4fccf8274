using System.Data.Common;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace FractureDashboard.Tests;

/// <summary>Hands out contexts that keep every query, and explains them.</summary>
internal sealed class QueryRecorder(string path) : DbCommandInterceptor, IDbContextFactory<DashboardContext>
{
    private readonly List<(string Sql, List<(string Name, object? Value)> Parameters)> queries = [];

    public DashboardContext CreateDbContext() =>
        new(new DbContextOptionsBuilder<DashboardContext>().UseSqlite($"Data Source={path}").AddInterceptors(this).Options);

    public void Clear() => queries.Clear();

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        queries.Add((command.CommandText, [.. command.Parameters.Cast<DbParameter>().Select(p => (p.ParameterName, p.Value))]));
        return ValueTask.FromResult(result);
    }

    public async Task<IReadOnlyList<string>> PlansAsync()
    {
        var plans = new List<string>();
        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={path}");
        await connection.OpenAsync();
        foreach (var (sql, parameters) in queries)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = "EXPLAIN QUERY PLAN " + sql;
            parameters.ForEach(p => command.Parameters.AddWithValue(p.Name, p.Value ?? DBNull.Value));
            await using var reader = await command.ExecuteReaderAsync();
            var steps = new List<string>();
            while (await reader.ReadAsync())
            {
                steps.Add(reader.GetString(3));
            }

            plans.Add(string.Join("; ", steps));
        }

        return plans;
    }
}
