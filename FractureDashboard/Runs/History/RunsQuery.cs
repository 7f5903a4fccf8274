using System.Linq.Expressions;
using FractureDashboard.Jobs;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Runs.History;

/// <summary>A page of the history.</summary>
/// <param name="Runs">The runs on it, in order.</param>
/// <param name="Total">Runs that match in all.</param>
/// <param name="Page">The page shown: the last one when a later one was asked for.</param>
public sealed record RunsPage(IReadOnlyList<Run> Runs, int Total, int Page);

/// <summary>What the history can be narrowed to.</summary>
/// <param name="Datasets">Names of data sets that runs were trained on.</param>
/// <param name="Tags">Tags in use.</param>
public sealed record RunFacets(IReadOnlyList<string> Datasets, IReadOnlyList<string> Tags);

/// <summary>Lists runs: filtered, sorted and paged in the database.</summary>
/// <param name="databases">The database.</param>
public sealed class RunsQuery(IDbContextFactory<DashboardContext> databases)
{
    /// <summary>A page of the history.</summary>
    public async Task<RunsPage> ListAsync(RunFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var matching = Matching(db, filter);
        var total = await matching.CountAsync(cancellationToken);
        var page = Math.Clamp(filter.Page, 1, Math.Max(1, (total + RunFilter.PageSize - 1) / RunFilter.PageSize));
        var runs = await Order(matching, filter).ThenByDescending(r => r.Id)
            .Skip((page - 1) * RunFilter.PageSize).Take(RunFilter.PageSize)
            .ToListAsync(cancellationToken);
        return new RunsPage(runs, total, page);
    }

    /// <summary>What the history can be narrowed to.</summary>
    public async Task<RunFacets> FacetsAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var datasets = await db.Runs.Select(r => r.DatasetName).Distinct().OrderBy(n => n).ToListAsync(cancellationToken);
        var tags = await db.Runs.Where(r => r.Tags != "").Select(r => r.Tags).Distinct().ToListAsync(cancellationToken);
        return new RunFacets(datasets, [.. tags.SelectMany(RunTags.Split).Distinct().Order(StringComparer.Ordinal)]);
    }

    private static IQueryable<Run> Matching(DashboardContext db, RunFilter filter)
    {
        var runs = db.Runs.AsNoTracking();
        if (filter.Text.Length > 0)
        {
            var pattern = $"%{Escape(filter.Text)}%";
            runs = runs.Where(r => EF.Functions.Like(r.Name, pattern, "\\") || EF.Functions.Like(r.Tags, pattern, "\\") || EF.Functions.Like(r.Notes, pattern, "\\"));
        }

        if (filter.State is { } state)
        {
            runs = runs.Where(r => r.State == state);
        }

        if (filter.Dataset.Length > 0)
        {
            runs = runs.Where(r => r.DatasetName == filter.Dataset);
        }

        if (filter.Tag.Length > 0)
        {
            var tag = $"%,{Escape(filter.Tag)},%";
            runs = runs.Where(r => EF.Functions.Like(r.Tags, tag, "\\"));
        }

        return runs;
    }

    private static IOrderedQueryable<Run> Order(IQueryable<Run> runs, RunFilter filter)
    {
        return filter.Sort switch
        {
            RunSort.Name => By(r => EF.Functions.Collate(r.Name, "NOCASE")),
            RunSort.State => By(r => r.State),
            RunSort.Model => By(r => r.Model),
            RunSort.Augmentation => By(r => r.Augmentation),
            RunSort.Dataset => By(r => EF.Functions.Collate(r.DatasetName, "NOCASE")),
            RunSort.Accuracy => Measured(r => r.BestValidationAccuracy == null, r => r.BestValidationAccuracy),
            RunSort.Auc => Measured(r => r.BestValidationAuc == null, r => r.BestValidationAuc),
            RunSort.Loss => Measured(r => r.BestValidationLoss == null, r => r.BestValidationLoss),
            RunSort.Test => Measured(r => r.TestAccuracyWithoutTwins == null, r => r.TestAccuracyWithoutTwins),
            RunSort.Duration => By(r => r.TrainedSeconds),
            _ => By(r => r.CreatedUtc),
        };

        IOrderedQueryable<Run> By<TKey>(Expression<Func<Run, TKey>> key) => filter.Descending ? runs.OrderByDescending(key) : runs.OrderBy(key);

        IOrderedQueryable<Run> Measured(Expression<Func<Run, bool>> missing, Expression<Func<Run, double?>> key) =>
            filter.Descending ? runs.OrderBy(missing).ThenByDescending(key) : runs.OrderBy(missing).ThenBy(key);
    }

    private static string Escape(string text) => text.Replace("\\", "\\\\").Replace("%", "\\%").Replace("_", "\\_");
}
