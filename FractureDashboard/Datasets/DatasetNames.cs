using FractureDashboard.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Datasets;

/// <summary>The rules of data set names: short, visible and unique in any case.</summary>
internal static class DatasetNames
{
    public const int MaximumLength = 120;

    private const int SqliteConstraint = 19;

    /// <summary>Whether a name can be given.</summary>
    /// <param name="db">The database.</param>
    /// <param name="name">The trimmed name.</param>
    /// <param name="exceptId">The data set that may have it already; 0 for a new one.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What is wrong with it, or null.</returns>
    public static async Task<string?> ProblemAsync(DashboardContext db, string name, int exceptId, CancellationToken cancellationToken)
    {
        if (name.Length is 0 or > MaximumLength)
        {
            return $"Give the data set a name of 1 to {MaximumLength} characters.";
        }

        if (name.Any(char.IsControl))
        {
            return "The name holds control characters. Type it again.";
        }

        // Compared here, not by the database: SQLite knows upper and lower case in ASCII only.
        var names = await db.Datasets.Where(d => d.Id != exceptId).Select(d => d.Name).ToListAsync(cancellationToken);
        return names.Contains(name, StringComparer.OrdinalIgnoreCase) ? Taken(name) : null;
    }

    public static string Taken(string name) => $"There is a data set named '{name}' already. Choose another name.";

    /// <summary>True when two requests raced for the same name and this one lost.</summary>
    public static bool IsTaken(DbUpdateException e) => e.InnerException is SqliteException { SqliteErrorCode: SqliteConstraint };

    /// <summary>A name for a folder or archive: its last part.</summary>
    /// <param name="path">The path as typed, with either kind of slash.</param>
    /// <returns>A name; empty when there is nothing to go by.</returns>
    public static string Suggest(string path)
    {
        var last = path.Trim().Trim('"', '\'').Replace('\\', '/').TrimEnd('/');
        last = last[(last.LastIndexOf('/') + 1)..];
        if (last.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
        {
            last = last[..^4];
        }

        last = new string([.. last.Where(c => !char.IsControl(c))]);
        return last.Length <= MaximumLength ? last : last[..MaximumLength];
    }
}
